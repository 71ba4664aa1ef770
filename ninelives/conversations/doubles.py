"""Who may be the same as whom, with what conversations tell beside addresses and names."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from ninelives.customers.doubles import Alike, Reason, alike
from ninelives.customers.models import Customer

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

LIKELY = 0.5
MOST_LOOKED_AT = 20
MOST_TOLD = 3

# What one trait says together with the same name.
_WITH_NAME = {Reason.POSTCODE: 0.9, Reason.SUBJECT: 0.7}


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody who may be the same; `score` from 0 to 1, the strongest reason first."""

    customer: Customer
    reasons: tuple[Reason, ...]
    score: float


def likely_doubles(actor: "Actor", customer: Customer) -> list[Double]:
    """Of a customer that is read as itself, the likeliest first. What the actor may not read counts for nothing."""
    found = _by_record(alike(customer))
    named = sorted((record for record in found if _named(found[record])), key=lambda one: -_named(found[one]))
    traits = _traits(actor, [customer.pk, *named[:MOST_LOOKED_AT]]) if named else {}
    for record in named[:MOST_LOOKED_AT]:
        found[record] += _shared(record, traits, customer.pk, _named(found[record]))
    scores = {record: _score(found[record]) for record in found}
    likely = sorted((record for record in scores if scores[record] >= LIKELY), key=lambda one: -scores[one])[:MOST_TOLD]
    customers = Customer.objects.visible_to(actor).in_bulk(likely)
    return [
        Double(customers[record], _reasons(found[record]), scores[record]) for record in likely if record in customers
    ]


def _by_record(found: Collection[Alike]) -> dict[UUID, list[Alike]]:
    by_record: dict[UUID, list[Alike]] = defaultdict(list)
    for one in found:
        by_record[one.record].append(one)
    return by_record


def _named(found: Collection[Alike]) -> float:
    return max(one.name for one in found)


def _shared(record: UUID, traits: Mapping[UUID, set[tuple[str, str]]], own: UUID, name: float) -> list[Alike]:
    common = {what for what, _ in traits.get(record, set()) & traits.get(own, set())}
    return [Alike(record, reason, says * name, name) for reason, says in _WITH_NAME.items() if reason in common]


def _score(found: Collection[Alike]) -> float:
    """As chances that are independent of each other: near enough to say which is likelier."""
    weights: dict[Reason, float] = {}
    for one in found:
        if one.reason:
            weights[one.reason] = max(one.weight, weights.get(one.reason, 0.0))
    if Reason.CLAIMED in weights:
        # It is the domain of the same address.
        weights.pop(Reason.DOMAIN, None)
    if not weights:
        return 0.0
    by_name = 1 - _named(found) / 2 if weights.keys() & _BY_THEMSELVES else 1.0
    return min(0.99, 1 - by_name * prod(1 - weight for weight in weights.values()))


# These say something whatever the name; the others were weighed with it.
_BY_THEMSELVES = {Reason.OWN_ID, Reason.CLAIMED, Reason.PHONE}


def _reasons(found: Collection[Alike]) -> tuple[Reason, ...]:
    reasons = sorted((one for one in found if one.reason), key=lambda one: -one.weight)
    return tuple(dict.fromkeys(one.reason for one in reasons if one.reason))


def _traits(actor: "Actor", records: list[UUID]) -> dict[UUID, set[tuple[str, str]]]:
    told: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_TRAITS, {"records": records, "brands": list(actor.brand_ids)})
        for record, what, value in cursor.fetchall():
            told[record].add((what, value))
    return told


# Their newest words alone, so that it costs the same for who writes every day.
_TRAITS = r"""
    WITH theirs AS (
        SELECT id, coalesce(root_id, id) AS record FROM customers_customer
        WHERE id = ANY(%(records)s::uuid[]) OR root_id = ANY(%(records)s::uuid[])
    ), said AS (
        SELECT t.record, c.id, c.subject
        FROM theirs t, LATERAL (
            SELECT id, subject FROM conversations_conversation
            WHERE customer_id = t.id AND brand_id = ANY(%(brands)s::uuid[]) ORDER BY last_at DESC LIMIT 5
        ) c
    )
    SELECT record, 'subject', lower(btrim(regexp_replace(subject, '^((re|fw|fwd|antw|aw):\s*)+', '', 'i')))
    FROM said WHERE length(subject) > 5
    UNION
    SELECT s.record, 'postcode', upper(found[1] || found[2])
    FROM said s, LATERAL (
        SELECT left(text, 4000) AS text FROM conversations_message
        WHERE conversation_id = s.id AND direction = 'inbound' ORDER BY occurred_at LIMIT 4
    ) m, LATERAL regexp_matches(m.text, '\m([1-9][0-9]{3}) ?([A-Z]{2})\M', 'g') AS found
"""
