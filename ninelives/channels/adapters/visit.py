"""Visits at a counter, in a shop, at a stand: told by a ticket machine, a beacon or a till, or registered at the desk.

In: JSON signed as `X-Ninelives-Signature: sha256=<hex>` (HMAC-SHA256 of the raw body under the account's secret).
A visit is a record of what happened: nobody waits for an answer to it. Of whom nothing is told, that one is counted
with all others of whom nothing is known at that place.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from ninelives.channels.bodies import (
    at,
    fingerprint,
    hex_hmac,
    iso_moment,
    lines,
    loaded,
    loaded_or_empty,
    must_be,
    text,
)
from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Answered,
    Asked,
    Call,
    DeliveryNews,
    Envelope,
    FileOpener,
    Happened,
    Inbound,
    InboundMessage,
    Outbound,
    Page,
    Participant,
    Post,
    Refused,
    Reply,
    Said,
    Sent,
    Setting,
    Unreadable,
    Usual,
)
from ninelives.foundation.address import Address, Proof, at_account

_HEADER = "X-Ninelives-Signature"
# What a place tells of a visit and no text is made of, in the order in which it is shown.
_FACTS = ("place", "ticket", "by")


class TicketMachine:
    """It tells of each visit in a call of its own."""

    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [self._post(one, account) for one in said]

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        return None

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        return Answered(self.refuses())

    def limits(self) -> Reply:
        return Reply(status=429)

    def refuses(self) -> Reply:
        return Reply(status=404)

    def _post(self, said: Said, account: AccountView) -> Post:
        customer = {"kind": Visit.kind, "value": said.sender, "name": said.name}
        told = {"id": said.id, "at": said.at.isoformat(), "note": said.text, "customer": customer}
        body = json.dumps(told, ensure_ascii=False).encode()
        return Post(body, {_HEADER: f"sha256={hex_hmac(account.settings['secret'], body)}"})


class Visit(Usual):
    kind = address_kind = icon = "visit"
    abilities = Abilities(attachments=False, answers=False)
    settings = (
        Setting("secret", required=True, secret=True, is_made=True),
        # What customers come for here, as the desk offers it: words with a semicolon between them.
        Setting("subjects"),
    )
    provider = TicketMachine()

    def check(self, call: Call, account: AccountView) -> None:
        expected = f"sha256={hex_hmac(account.settings['secret'], call.body)}"
        must_be(expected, call.headers.get(_HEADER.lower(), ""))

    def lane(self, body: bytes, envelope: Envelope) -> str:
        told = loaded_or_empty(body)
        return text(told, "customer", "value") or text(told, "place")

    def key(self, body: bytes, envelope: Envelope) -> str:
        return text(loaded_or_empty(body), "id")

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        told = loaded(body)
        if not text(told, "id"):
            raise Unreadable("field_missing", "id")
        words = lines([text(told, "note")]) or text(told, "subject") or text(told, "place")
        facts = tuple((name, text(told, name)) for name in _FACTS if text(told, name))
        visit = InboundMessage(
            sender=_who(told, account),
            external_id=text(told, "id"),
            fingerprint=fingerprint("visit", text(told, "id"), words),
            subject=text(told, "subject"),
            text=words,
            own_text=words,
            written_at=iso_moment(text(told, "at"), UTC),
            proof=Proof.PROVEN if at(told, "customer", "verified") is True else Proof.USUAL,
            page=Page(context=facts) if facts else None,
            is_record=True,
        )
        return [visit]

    def choices(self, account: AccountView) -> Sequence[str]:
        told = (word.strip() for word in account.settings.get("subjects", "").split(";"))
        return tuple(dict.fromkeys(word for word in told if word)) or ("",)

    def registered(self, happened: Happened, account: AccountView) -> bytes:
        told = {
            "id": happened.key,
            "at": happened.at.isoformat(),
            "subject": happened.what,
            "place": happened.place,
            "by": happened.by,
            "customer": {"kind": happened.whose.kind, "value": happened.whose.value, "name": happened.name},
        }
        return json.dumps(told, ensure_ascii=False).encode()

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        raise Refused("no_way_back")


def _who(told: dict[str, Any], account: AccountView) -> Participant:
    kind, value = text(told, "customer", "kind") or Visit.kind, text(told, "customer", "value").strip()
    place = text(told, "place").strip()
    if not value:
        return Participant(_known_here(f"at {place.lower()}".strip(), account), place or account.display_name)
    address = _known_here(value, account) if kind == Visit.kind else Address(kind, value.lower())
    return Participant(address, text(told, "customer", "name"))


def _known_here(value: str, account: AccountView) -> Address:
    """The number of a badge or a card is somebody's at this place alone."""
    return Address(Visit.kind, value if at_account(value) else f"{account.id}:{value}")
