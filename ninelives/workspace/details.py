"""What is known of a customer beside name and addresses, as people read it and write it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ninelives.customers.models import Customer, CustomerDetail
from ninelives.customers.queries import details_of
from ninelives.workspace.screens.panes import DetailShown

Kind = CustomerDetail.Kind


def shown_of(customer: Customer) -> tuple[DetailShown, ...]:
    """Each once: what two who are one told alike is read once. A postal address is one line."""
    known = details_of(customer)
    names = [one.value for one in known if one.kind == Kind.NAME and one.value != customer.name]
    lines = [
        *((_("Born"), _day(one.value)) for one in known if one.kind == Kind.BIRTH_DATE),
        *((_("Lives at"), line) for line in _postal(known)),
        *((_("Number"), one.value) for one in known if one.kind == Kind.NUMBER),
        *([(_("Also called"), ", ".join(dict.fromkeys(names)))] if names else []),
    ]
    return tuple(DetailShown(label, value) for label, value in dict.fromkeys(lines))


def written(customer: Customer) -> dict[str, Any]:
    """The form's first values: the customer's own, not those of whoever was joined with them."""
    own: dict[str, list[str]] = defaultdict(list)
    for one in CustomerDetail.objects.filter(customer=customer).order_by("told_at", "id"):
        own[one.kind].append(one.value)
    return {kind: ", ".join(values) for kind, values in own.items()}


def told(cleaned: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """As `customers.tell` takes what the form gives. Several numbers stand with commas between them."""
    birth_date = cleaned["birth_date"]
    whole = {kind: [cleaned[kind]] for kind in (Kind.STREET, Kind.HOUSE_NUMBER, Kind.POSTCODE, Kind.CITY)}
    return {
        **{str(kind): values for kind, values in whole.items()},
        Kind.BIRTH_DATE: [birth_date.isoformat()] if birth_date else [],
        Kind.NUMBER: cleaned["number"].split(","),
    }


def _day(value: str) -> str:
    try:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        return value


def _postal(known: Iterable[CustomerDetail]) -> Iterator[str]:
    by_customer: dict[UUID, dict[str, str]] = defaultdict(dict)
    for one in known:
        by_customer[one.customer_id][one.kind] = one.value
    for parts in by_customer.values():
        street = [parts.get(Kind.STREET, ""), parts.get(Kind.HOUSE_NUMBER, "")]
        place = [parts.get(Kind.POSTCODE, ""), parts.get(Kind.CITY, "")]
        line = ", ".join(words for pair in (street, place) if (words := " ".join(filter(None, pair))))
        if line:
            yield line
