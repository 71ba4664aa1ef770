"""The rows of a list: all that one shows of many conversations, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

if TYPE_CHECKING:
    from ninelives.accounts.models import Person


@dataclass(frozen=True, slots=True)
class Listed:
    """One row, its fields in the order of the statement's columns: a list of models costs twice as much."""

    id: UUID
    subject: str
    status: str
    assignee_id: UUID | None
    last_at: datetime
    waiting_since: datetime | None
    preview: str
    is_automatic: bool
    brand_id: UUID
    # As whom the customer is read.
    customer_id: UUID
    customer: str
    channel: str
    assignee: str | None
    is_unread: bool
    snoozed_until: datetime | None


class Order(Enum):
    """Of a list: the fields, and the same in SQL."""

    NEWEST = ("-last_at", "-id"), "c.last_at DESC, c.id DESC"
    SOONEST = ("snoozed_until", "id"), "c.snoozed_until, c.id"


def listed(person: "Person", chosen: tuple[str, Sequence[Any]], order: Order = Order.NEWEST) -> list[Listed]:
    """What a row shows of the conversations whose ids this statement gives: only those this person may see."""
    # Only those that are shown are joined with what is shown of them: a search may find thousands.
    ids, given = chosen
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH chosen (id) AS MATERIALIZED ({ids}) {_ROWS} ORDER BY {order.value[1]}", [*given, person.pk]
        )
        return [Listed(*row) for row in cursor.fetchall()]


# Read is who has a mark that is not older than the last news; closed is closed, whoever read it.
IS_UNREAD = """(c.status = 'open' AND CASE WHEN mark.id IS NULL THEN c.heard_at IS NOT NULL
    ELSE mark.up_to IS NULL OR coalesce(c.heard_at > mark.up_to, false) END)"""
_ROWS = f"""
    SELECT c.id, c.subject, c.status, c.assignee_id, c.last_at, c.waiting_since, c.preview, c.is_automatic, c.brand_id,
           coalesce(root.id, customer.id), coalesce(root.name, customer.name), account.kind, assignee.name, {IS_UNREAD},
           c.snoozed_until
    FROM chosen
    JOIN conversations_conversation c ON c.id = chosen.id
    JOIN customers_customer customer ON customer.id = c.customer_id
    LEFT JOIN customers_customer root ON root.id = customer.root_id
    JOIN channels_channelaccount account ON account.id = c.account_id
    LEFT JOIN accounts_person assignee ON assignee.id = c.assignee_id
    LEFT JOIN conversations_readmark mark ON mark.conversation_id = c.id AND mark.person_id = %s
"""  # noqa: S608 - put together from constants and what Django compiled
