"""Finding anything by a few letters: a few of each kind, each a link."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations import searching
from ninelives.conversations.models import Conversation
from ninelives.customers import queries as customers
from ninelives.knowledge import queries as knowledge
from ninelives.workspace.lists import Place

OF_EACH = 5


@dataclass(frozen=True, slots=True)
class Found:
    id: str
    icon: str
    title: str
    about: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    found: tuple[Found, ...]


def groups(person: Person, q: str) -> list[Group]:
    """Those in which anything was found."""
    if not q:
        return []
    found = [
        Group(_("Conversations"), tuple(_conversations(person, q))),
        Group(_("Customers"), tuple(_customers(person, q))),
    ]
    if person.may(Permission.EDIT_KNOWLEDGE):
        found.append(Group(_("Answers"), tuple(_answers(person, q))))
    return [group for group in found if group.found]


def _conversations(person: Person, q: str) -> Iterator[Found]:
    place = Place("all")
    # The newest of all that was found, and only those read whole.
    newest = searching.newest(person, q, most=OF_EACH).ids
    rows = Conversation.objects.visible_to(person).filter(pk__in=newest).order_by("-last_at", "-id")
    shown = rows.values_list("pk", "number", "subject", "preview", "customer__name", "account__kind")
    for id_, number, subject, preview, name, kind in shown:
        yield Found(str(id_), kind, subject or preview, f"{name} · #{number}", place.url(id_))


def _customers(person: Person, q: str) -> Iterator[Found]:
    rows = customers.find(person, q=q).order_by("name", "id").values_list("pk", "name", "kind")
    for id_, name, kind in rows[:OF_EACH]:
        icon = "building" if kind == "organisation" else "customer"
        yield Found(str(id_), icon, name, "", reverse("workspace:customer", args=[id_]))


def _answers(person: Person, q: str) -> Iterator[Found]:
    for one in knowledge.find(person, q)[:OF_EACH]:
        yield Found(str(one.pk), "canned", one.title, f"/{one.shortcut}", reverse("workspace:answer", args=[one.pk]))
