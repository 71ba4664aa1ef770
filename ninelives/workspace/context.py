"""What the frame of every page needs: where one can go, and who one is."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.accounts.queries import organisation
from ninelives.channels.queries import accounts_for_paper
from ninelives.routing.sorting import descriptions
from ninelives.workspace.links import link
from ninelives.workspace.presence import offer_of, state_of, takes_work

# Pages of one item: who gets what.
_SET_UP = ("/queues/", "/skills/", "/channel-loads/", "/hours/")


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    icon: str
    key: str
    is_current: bool
    # Shows how many were not seen yet.
    counts: bool = False


def frame(request: HttpRequest) -> dict[str, Any]:
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"nav": (), "person": None, "organisation": None, "presence": None}
    # Asked for by the frame alone: a part of a page costs nothing of it.
    presence = cache(lambda: state_of(person) if takes_work(person) else None)
    return {
        "nav": cache(lambda: _nav(person, request.path)),
        # Who reads nobody's letters has nothing to find, and hears of none.
        "reads": person.may(Permission.READ_CONVERSATIONS),
        "person": person,
        "organisation": organisation,
        "presence": presence,
        "offer": cache(lambda: offer_of(person) if presence() else None),
    }


def _nav(person: Person, path: str) -> tuple[NavItem, ...]:
    items = []
    if person.may(Permission.READ_CONVERSATIONS):
        items.append(NavItem(_("Desk"), link("home"), "inbox", "g d", path.startswith("/desk/")))
        url = link("mentions")
        items.append(NavItem(_("Mentions"), url, "mention", "g n", path.startswith(url), counts=True))
        url = link("promises")
        items.append(NavItem(_("Promises"), url, "promise", "g f", path.startswith(url)))
    if person.may(Permission.ANSWER) and accounts_for_paper(person.brand_ids):
        url = link("letters")
        items.append(NavItem(_("Letters"), url, "letter", "g t", path.startswith(url)))
    if person.may(Permission.READ_LEDGER):
        url = link("ledger")
        items.append(NavItem(_("Ledger"), url, "scroll-text", "g l", path.startswith(url)))
    if person.may(Permission.EDIT_KNOWLEDGE):
        url = link("answers")
        items.append(NavItem(_("Answers"), url, "canned", "g w", path.startswith(url)))
    if person.may(Permission.WATCH) and descriptions():
        url = link("wall")
        items.append(NavItem(_("Wall"), url, "wall", "g z", path.startswith(url)))
    if person.may(Permission.MANAGE_QUEUES):
        is_here = path.startswith(_SET_UP)
        items.append(NavItem(_("Set-up"), link("queues"), "set-up", "g q", is_here))
    if person.may(Permission.MANAGE_WEBHOOKS):
        url = link("webhooks")
        items.append(NavItem(_("Webhooks"), url, "webhook", "g h", path.startswith(url)))
    return tuple(items)
