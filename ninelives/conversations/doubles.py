"""Who may be the same as whom, with what conversations tell beside all that is known of customers."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from ninelives.customers.comparing import Evidence
from ninelives.customers.doubles import Alike, Reason, alike, chance
from ninelives.customers.models import Customer

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

LIKELY = 0.5
MOST_LOOKED_AT = 20
MOST_TOLD = 3

# In bits, as in `customers.comparing.weighing`: what one trait says beside a name that is alike.
_WITH_NAME = {Reason.POSTCODE: 5.5, Reason.SUBJECT: 4.0}

_Traits = Mapping[UUID, set[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody who may be the same; `score` from 0 to 1, the strongest reason first."""

    customer: Customer
    reasons: tuple[Reason, ...]
    score: float


def likely_doubles(actor: "Actor", customer: Customer, *, most: int = MOST_TOLD) -> list[Double]:
    """Of a customer that is read as itself, the likeliest first. What the actor may not read counts for nothing."""
    found = sorted(alike(customer), key=lambda one: -chance(one.evidence))
    named = [one.record for one in found if one.is_named_alike][:MOST_LOOKED_AT]
    traits = _traits(actor, [customer.pk, *named]) if named else {}
    evidence = {one.record: [*one.evidence, *_said_too(one, traits, customer.pk)] for one in found}
    scores = {record: chance(all_of_it) for record, all_of_it in evidence.items()}
    likely = sorted((record for record in scores if scores[record] >= LIKELY), key=lambda one: -scores[one])[:most]
    customers = Customer.objects.visible_to(actor).in_bulk(likely)
    return [
        Double(customers[record], _reasons(evidence[record]), scores[record])
        for record in likely
        if record in customers
    ]


def _said_too(one: Alike, traits: _Traits, own: UUID) -> list[Evidence]:
    """What both said in conversations, but for the postcode where it is known of both already."""
    common = {what for what, _ in traits.get(one.record, set()) & traits.get(own, set())}
    known = {evidence.reason for evidence in one.evidence if evidence.reason}
    known_too = {Reason.POSTCODE} if Reason.ADDRESS in known else set[Reason]()
    return [Evidence(reason, bits) for reason, bits in _WITH_NAME.items() if reason in common - known_too]


def _reasons(evidence: list[Evidence]) -> tuple[Reason, ...]:
    speaking = sorted((one for one in evidence if one.bits > 0), key=lambda one: -one.bits)
    return tuple(one.reason for one in speaking if one.reason)


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
