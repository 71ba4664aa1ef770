"""Who stands around a customer: relations, and who may be the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import number_format
from django.utils.http import urlencode

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations.doubles import Double, likely_doubles
from ninelives.customers.models import Customer, Distinction, Relation
from ninelives.customers.queries import distinctions_of, relations_of
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.workspace import wording
from ninelives.workspace.links import link
from ninelives.workspace.visits import Choice, choices

# So long a colleague's "not the same" can be undone where it was said; afterwards on the customer's page.
JUST_SAID = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DoubleShown:
    id: str
    url: str
    name: str
    reasons: str
    score: str
    compare_url: str


@dataclass(frozen=True, slots=True)
class RelationShown:
    words: str
    name: str
    url: str
    at: datetime
    by: str
    end_url: str  # DELETE


@dataclass(frozen=True, slots=True)
class ApartShown:
    name: str
    at: datetime
    by: str
    undo_url: str  # DELETE


@dataclass(frozen=True, slots=True)
class Around:
    id: str
    url: str
    may_change: bool
    doubles: tuple[DoubleShown, ...]
    apart: tuple[ApartShown, ...]
    relations: tuple[RelationShown, ...]
    relate_url: str
    distinctions_url: str  # POST other
    visits_url: str  # POST choice, key
    visits: tuple[Choice, ...]
    # The same for the same click.
    key: str
    registered: str


def around(person: Person, customer: Customer, *, back: str, everything: bool, registered: str = "") -> Around:
    """`back`: the page that shows it. `everything`: with what was said long ago, too. `registered`: what the reader has
    just written down."""
    query = urlencode({"next": back, **({"all": "1"} if everything else {})})
    may_change = person.may(Permission.ANSWER)
    apart = distinctions_of(customer)
    if not everything:
        apart = apart.filter(at__gt=now() - JUST_SAID)
    return Around(
        id=str(customer.pk),
        # What is refreshed a moment later says so still.
        url=f"{link('around', customer.pk)}?{query}"
        + (f"&{urlencode({'registered': registered})}" if registered else ""),
        may_change=may_change,
        doubles=tuple(_double(one, customer, back) for one in likely_doubles(person, customer)),
        apart=tuple(_apart(one, customer, query) for one in apart),
        relations=tuple(_relation(one, customer, query) for one in relations_of(customer) if _leads_on(one)),
        relate_url=f"{link('relations', customer.pk)}?{urlencode({'next': back})}",
        distinctions_url=f"{link('distinctions', customer.pk)}?{query}",
        visits_url=f"{link('visits', customer.pk)}?{query}",
        visits=choices(person, customer) if may_change else (),
        key=str(new_id()),
        registered=registered,
    )


def reasons(double: Double) -> str:
    return ", ".join(str(wording.DOUBLES[reason]) for reason in double.reasons)


def _double(double: Double, customer: Customer, back: str) -> DoubleShown:
    query = urlencode({"with": str(double.customer.pk), "next": back})
    return DoubleShown(
        id=str(double.customer.pk),
        url=link("customer", double.customer.pk),
        name=double.customer.name,
        reasons=reasons(double),
        score=number_format(round(double.score, 2)),
        compare_url=f"{link('merges', customer.pk)}?{query}",
    )


def _apart(distinction: Distinction, customer: Customer, query: str) -> ApartShown:
    sides = (distinction.one.record, distinction.other.record)
    other = sides[1] if sides[0] == customer else sides[0]
    address = link("distinction", customer.pk, distinction.pk)
    return ApartShown(other.name, distinction.at, distinction.by_name, f"{address}?{query}")


def _leads_on(relation: Relation) -> bool:
    """Not between two that are one by now."""
    return relation.who.record != relation.whom.record


def _relation(relation: Relation, customer: Customer, query: str) -> RelationShown:
    who, whom = relation.who.record, relation.whom.record
    words, other = (wording.RELATES, whom) if who == customer else (wording.IS_RELATED, who)
    address = link("relation", customer.pk, relation.pk)
    return RelationShown(
        words=str(words[relation.kind]),
        name=other.name,
        url=link("customer", other.pk),
        at=relation.at,
        by=relation.by_name,
        end_url=f"{address}?{query}",
    )
