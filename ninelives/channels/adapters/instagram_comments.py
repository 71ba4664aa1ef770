"""Comments on what we post on Instagram: answered in public, or once to the customer alone
(https://developers.facebook.com/docs/instagram-platform/webhooks)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from ninelives.channels.bodies import at, each, fingerprint, loaded, loaded_or_empty, moment, text
from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Answered,
    Asked,
    Envelope,
    FileOpener,
    Inbound,
    InboundMessage,
    InboundNotice,
    Outbound,
    Page,
    Participant,
    Post,
    Said,
    Setting,
    api_base,
)
from ninelives.foundation.address import Address, Proof

from .meta import messages, signing
from .meta.comments import MetaComments, answer_in_public
from .meta.graph import INSTAGRAM

# Who comments has the id that they have in direct messages (an Instagram-scoped id).
KIND = "instagram"


class InstagramComments(signing.SignedByMeta):
    kind, address_kind, icon = "instagram_comments", KIND, "comment"
    own = "instagram_id"
    abilities = Abilities(
        # What a private answer may have; in public it could be more.
        max_length=1000,
        counts_bytes=True,
        attachments=False,
        in_order=True,
        public=True,
        answers_privately=True,
        private_within=timedelta(days=7),
    )
    settings = (
        *signing.SETTINGS,
        Setting("instagram_id", required=True, pattern=r"\d+", like="17841405309211844"),
        api_base(INSTAGRAM),
    )

    def __init__(self) -> None:
        self.provider = InstagramProvider()

    def lane(self, body: bytes, envelope: Envelope) -> str:
        """A post: what people say to each other under it waits in one."""
        return text(loaded_or_empty(body), "entry", 0, "changes", 0, "value", "media", "id")

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        own_id = account.settings["instagram_id"]
        return [fact for entry in each(loaded(body), "entry") for fact in _entry(entry, own_id)]

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        if not outbound.in_private:
            return answer_in_public(outbound, account, f"{outbound.in_reply_to}/replies")
        by = messages.From(account.settings["instagram_id"])
        return messages.send(outbound, account, open_file, by, {"comment_id": outbound.in_reply_to})


def _entry(told: dict[str, Any], own_id: str) -> Iterable[Inbound]:
    if text(told, "id") != own_id:
        return [InboundNotice(f"for_another_account:{text(told, 'id')}")]
    # One told by itself stands in the entry; several stand in a list.
    changes = each(told, "changes") or ([told] if text(told, "field") else [])
    messaging = [*each(told, "messaging"), *each(told, "standby")]
    return [
        *(_change(one, own_id, moment(text(told, "time"))) for one in changes),
        *(InboundNotice("not_used:messages") for _one in messaging),
    ]


def _change(told: dict[str, Any], own_id: str, at_moment: datetime | None) -> Inbound:
    field, value = text(told, "field"), at(told, "value")
    if field not in ("comments", "live_comments") or not isinstance(value, dict):
        # Of a mention somewhere else it is told that there is one, and neither by whom nor what it says.
        return InboundNotice(f"not_used:{field or '?'}")
    if text(value, "from", "id") == own_id:
        return InboundNotice("own_message")
    return _said(value, at_moment)


def _said(value: dict[str, Any], at_moment: datetime | None) -> InboundMessage:
    said, words, answers = text(value, "id"), text(value, "text"), text(value, "parent_id")
    who, proof = _sender(value)
    return InboundMessage(
        sender=who,
        external_id=said,
        fingerprint=fingerprint(said, words),
        refers_to=(answers,) if answers else (),
        text=words,
        own_text=words,
        written_at=at_moment,
        proof=proof,
        distinguishable=bool(said),
        remarks=() if words else ("unsupported_message:?",),
        page=_page(at(value, "media")),
    )


def _sender(value: dict[str, Any]) -> tuple[Participant, Proof]:
    """Where their id is not told, the name they go by is all there is; that may be another's one day."""
    who, name = text(value, "from", "id"), text(value, "from", "username")
    if who:
        return Participant(Address(KIND, who), name), Proof.PROVEN
    return Participant(Address(KIND, f"@{name}" if name else f"comment:{text(value, 'id')}"), name), Proof.USUAL


def _page(media: Any) -> Page | None:
    kind, number = text(media, "media_product_type").lower(), text(media, "id")
    title = text(media, "ad_title") or f"{kind} {number}".strip()
    return Page("", title) if title else None


class InstagramProvider(MetaComments):
    """Instagram, played."""

    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [self._said(one, account) for one in said]

    def _said(self, one: Said, account: AccountView) -> Post:
        value = {
            "id": self.id_of(one),
            "from": {"id": one.sender, "username": one.name.lower()},
            "media": {"id": "17900000000000001", "media_product_type": "FEED"},
            "text": one.text,
        }
        return self.tells("instagram", "comments", value, account.settings["instagram_id"], account)

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        return self.answers(asked, account, "replies", new_id)
