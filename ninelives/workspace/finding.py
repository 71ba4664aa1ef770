"""Finding anything by a few letters: a few of each kind, each a link."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations import searching
from ninelives.conversations.models import Case, Conversation
from ninelives.customers import queries as customers
from ninelives.customers.models import Customer
from ninelives.foundation import asking
from ninelives.foundation.address import shown
from ninelives.foundation.patience import TooLongError, impatiently
from ninelives.knowledge import queries as knowledge
from ninelives.workspace.links import link
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
    found = [_cases(person, q), _conversations(person, q), _customers(person, q)]
    if person.may(Permission.EDIT_KNOWLEDGE):
        found.append(Group(_("Answers"), tuple(_answers(person, q))))
    return [group for group in found if group.found]


def _cases(person: Person, q: str) -> Group:
    """By its number alone: what else stands in a case stands in its conversations."""
    number = asking.read(q).case
    rows = (
        Case.objects.visible_to(person).filter(number__in=[number] if number else []).select_related("customer__root")
    )
    shown = (Found(str(one.pk), "case", one.title, _about(one), link("case", one.pk)) for one in rows)
    return Group(_("Cases"), tuple(shown))


def _about(case: Case) -> str:
    return f"{case.customer.record.name} · {case.reference}"


def _conversations(person: Person, q: str) -> Group:
    # The newest of all that was found, and only those read whole.
    found = searching.newest(person, q, most=OF_EACH)
    label = _("Conversations, nearly so") if found.is_nearly else _("Conversations")
    return Group(label, tuple(_shown(person, found.ids)))


def _shown(person: Person, newest: list[UUID]) -> Iterator[Found]:
    place = Place("all")
    rows = Conversation.objects.visible_to(person).filter(pk__in=newest).order_by("-last_at", "-id")
    shown = rows.values_list("pk", "number", "subject", "preview", "customer__name", "account__kind")
    for id_, number, subject, preview, name, kind in shown:
        yield Found(str(id_), kind, subject or preview, f"{name} · #{number}", place.url(id_))


def _customers(person: Person, q: str) -> Group:
    """Those who are called so; if there are none, those who are called nearly so."""
    label, found = _("Customers"), list[Customer]()
    try:
        with impatiently():
            found = list(customers.find(person, q=q).order_by("name", "id")[:OF_EACH])
            if not found:
                label, found = _("Customers, nearly so"), customers.find_nearly(person, q)[:OF_EACH]
    except TooLongError:
        # The rest of what was found is worth more than an error.
        pass
    prefetch_related_objects(found, "addresses")
    return Group(label, tuple(_customer(one) for one in found))


def _customer(one: Customer) -> Found:
    icon = "building" if one.kind == Customer.Kind.ORGANISATION else "customer"
    # Two of the same name are told apart by where they can be reached.
    about = next((words for address in one.addresses.all() if (words := shown(address.value)) != one.name), "")
    return Found(str(one.pk), icon, one.name, about, reverse("workspace:customer", args=[one.pk]))


def _answers(person: Person, q: str) -> Iterator[Found]:
    for one in knowledge.find(person, q)[:OF_EACH]:
        yield Found(str(one.pk), "canned", one.title, f"/{one.shortcut}", reverse("workspace:answer", args=[one.pk]))
