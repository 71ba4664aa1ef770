"""The mailboxes that are fetched, and the providers that are asked: how far each is, and what is the matter where
something is."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from ninelives.accounts.models import Person
from ninelives.channels.looks import Look, looks
from ninelives.channels.mailboxes import Mailbox, mailboxes
from ninelives.channels.queries import icon
from ninelives.channels.remarks import worded
from ninelives.workspace import wording

_TONES = {"watching": "good", "fetching": "accent", "new": "accent", "failing": "bad", "unwatched": "bad"}


@dataclass(frozen=True, slots=True)
class MailboxRow:
    id: str
    name: str
    channel: str
    brand: str
    place: str
    state_label: str
    tone: str
    done: int
    total: int
    is_fetching: bool
    problem: str
    retry_at: datetime | None
    failing_since: datetime | None
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class LookRow:
    id: str
    name: str
    channel: str
    what: str
    state_label: str
    tone: str
    problem: str
    failing_since: datetime | None
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailboxesPage:
    rows: tuple[MailboxRow, ...]
    looks: tuple[LookRow, ...]
    url: str


@dataclass(frozen=True, slots=True)
class MailboxesHint:
    """On the ledger: the way there, and whether somebody should take it."""

    url: str
    count: int
    ill: int


def page(person: Person) -> MailboxesPage:
    brands = person.brand_ids
    rows, asked = map(_row, mailboxes(brands)), map(_look, looks(brands))
    return MailboxesPage(tuple(rows), tuple(asked), reverse("workspace:mailboxes"))


def hint(person: Person) -> MailboxesHint | None:
    """None where nothing is fetched, and nobody asked."""
    every: list[Mailbox | Look] = [*mailboxes(person.brand_ids), *looks(person.brand_ids)]
    found = [one for one in every if one.state != "closed"]
    ill = sum(not one.is_well for one in found)
    return MailboxesHint(reverse("workspace:mailboxes"), len(found), ill) if found else None


def _row(mailbox: Mailbox) -> MailboxRow:
    return MailboxRow(
        id=str(mailbox.account_id),
        name=mailbox.name,
        channel=icon(mailbox.kind),
        brand=mailbox.brand,
        place=mailbox.place,
        state_label=str(wording.MAILBOX_STATES[mailbox.state]),
        tone=_TONES.get(mailbox.state, "") if not mailbox.problem or mailbox.state != "watching" else "warning",
        done=mailbox.done,
        total=mailbox.total,
        is_fetching=mailbox.done < mailbox.total and mailbox.state != "closed",
        problem=worded(mailbox.problem) if mailbox.problem and mailbox.state != "closed" else "",
        retry_at=mailbox.retry_at if mailbox.state == "failing" else None,
        failing_since=mailbox.failing_since if mailbox.state == "failing" else None,
        last_success_at=mailbox.last_success_at,
    )


def _look(look: Look) -> LookRow:
    return LookRow(
        id=f"{look.account_id}-{look.what}",
        name=look.name,
        channel=icon(look.kind),
        what=str(wording.LOOKED_FOR[look.what]),
        state_label=str(wording.LOOK_STATES[look.state]),
        tone=_TONES.get(look.state, ""),
        problem=worded(look.problem) if look.problem else "",
        failing_since=look.failing_since if look.state == "failing" else None,
        last_success_at=look.last_success_at,
    )
