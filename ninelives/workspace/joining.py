"""Finding the other customer, and seeing both before they are joined."""

from dataclasses import dataclass

from django.utils.http import urlencode

from ninelives.accounts.models import Person
from ninelives.conversations.doubles import likely_doubles
from ninelives.customers.models import Customer
from ninelives.customers.queries import find
from ninelives.foundation.address import shown
from ninelives.workspace import around, customers
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place, hue
from ninelives.workspace.screens.panes import CustomerPane
from ninelives.workspace.threads import story_of

FOUND = 10
FEWEST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One of those who were found."""

    id: str
    url: str  # compare with this one
    name: str
    initials: str
    hue: int
    addresses: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The page on which the other one is found."""

    url: str
    q: str
    choices: tuple[Choice, ...]
    is_asked: bool  # the choices are what was found, and not what is suggested
    back: str
    name: str  # of the customer


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both, side by side."""

    url: str  # POST other and kept
    sides: tuple[CustomerPane, CustomerPane]
    kept: str  # the id of the one that is kept unless somebody says otherwise
    other: str
    back: str
    elsewhere_url: str
    distinctions_url: str


def finding(person: Person, customer: Customer, q: str, back: str, address: str) -> Finding:
    """`address`: the page it is for, as `link` names it."""
    is_asked = len(q) >= FEWEST_LETTERS
    url = link(address, customer.pk)
    choices = _found(person, customer, q, url, back) if is_asked else _suggested(person, customer, url, back)
    return Finding(url, q, choices, is_asked, back, customer.name)


def choice(one: Customer, url: str, back: str = "", reasons: str = "") -> Choice:
    together = [one, *(member for member in one.members.all() if member != one)]
    addresses = dict.fromkeys(shown(address.value) for member in together for address in member.addresses.all())
    return Choice(
        id=str(one.pk),
        url=f"{url}?{urlencode({'with': str(one.pk), **({'next': back} if back else {})})}",
        name=one.name,
        initials=one.initials,
        hue=hue(one.pk),
        addresses=", ".join(list(addresses)[:3]),
        reasons=reasons,
    )


def finding_anybody(person: Person, q: str, url: str) -> Finding:
    """Of all that this person serves; `url`: the page it is for."""
    is_asked = len(q) >= FEWEST_LETTERS
    rows = find(person, q=q).order_by("-pk").prefetch_related("addresses", "members__addresses")
    found = tuple(choice(one, url) for one in rows[:FOUND]) if is_asked else ()
    return Finding(url, q, found, is_asked, "", "")


def comparison(person: Person, customer: Customer, other: Customer, back: str) -> Comparison:
    url = link("merges", customer.pk)
    one, two = _side(person, customer), _side(person, other)
    return Comparison(
        url=url,
        sides=(one, two),
        kept=two.id if _knows_better(two, one) else one.id,
        other=str(other.pk),
        back=back,
        elsewhere_url=f"{url}?{urlencode({'next': back})}",
        distinctions_url=f"{link('distinctions', customer.pk)}?{urlencode({'next': back})}",
    )


def _found(person: Person, customer: Customer, q: str, url: str, back: str) -> tuple[Choice, ...]:
    rows = find(person, q=q).filter(base=customer.base_id).exclude(pk=customer.pk).order_by("-pk")
    rows = rows.prefetch_related("addresses", "members__addresses")[:FOUND]
    return tuple(choice(one, url, back, "") for one in rows)


def _suggested(person: Person, customer: Customer, url: str, back: str) -> tuple[Choice, ...]:
    return tuple(
        choice(double.customer, url, back, around.reasons(double)) for double in likely_doubles(person, customer)
    )


def _side(person: Person, customer: Customer) -> CustomerPane:
    return customers.pane(person, customer, story_of(person, customer, Place("all")), Place("all"))


def _knows_better(one: CustomerPane, other: CustomerPane) -> bool:
    """Whether its name is the likelier one: somebody's own, then a proven address, then the longer story."""
    return _standing(one) > _standing(other)


def _standing(side: CustomerPane) -> tuple[bool, bool, bool, int]:
    return (
        # An id that we made up, such as that of a letter, reaches nobody.
        any(not address.value.startswith("…") for address in side.addresses),
        "@" not in side.name,
        any(address.proof == "proven" for address in side.addresses),
        int(side.conversation_count),
    )
