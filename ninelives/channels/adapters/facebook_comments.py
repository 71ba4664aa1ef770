"""Comments on a Facebook page of ours, and what visitors post there: answered in public, or once to the customer alone
(https://developers.facebook.com/docs/graph-api/webhooks/reference/page/#feed)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from ninelives.channels.bodies import at, each, fingerprint, loaded, loaded_or_empty, moment, text
from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Answered,
    Asked,
    Change,
    Envelope,
    FileKeeper,
    FileOpener,
    Inbound,
    InboundChange,
    InboundFile,
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

from .meta import attached, messages, signing
from .meta.comments import MetaComments, answer_in_public
from .meta.graph import GRAPH

# Not known to be the id that the same person has in Messenger, so an address of another kind.
KIND = "facebook"
_POSTS = ("post", "status", "photo", "video", "share", "album", "note")


class FacebookComments(signing.SignedByMeta):
    kind, address_kind, icon = "facebook_comments", KIND, "comment"
    own = "page_id"
    abilities = Abilities(
        # What a private answer may have; in public it could be more.
        max_length=2000,
        attachments=False,
        in_order=True,
        public=True,
        answers_privately=True,
        private_within=timedelta(days=7),
        changes=True,
    )
    settings = (
        *signing.SETTINGS,
        Setting("page_id", required=True, pattern=r"\d+", like="102938475610293"),
        api_base(GRAPH),
    )

    def __init__(self) -> None:
        self.provider = FacebookProvider()

    def lane(self, body: bytes, envelope: Envelope) -> str:
        """A post: what people say to each other under it waits in one."""
        return text(loaded_or_empty(body), "entry", 0, "changes", 0, "value", "post_id")

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        own_id = account.settings["page_id"]
        return [fact for entry in each(loaded(body), "entry") for fact in _entry(entry, own_id)]

    def fetch(self, file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
        return attached.fetch(file, account, keep)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        said, page_id = outbound.in_reply_to, account.settings["page_id"]
        if not outbound.in_private:
            return answer_in_public(outbound, account, f"{said}/comments")
        # What stands on the page itself is named after it; a comment, after what it stands under.
        to = {"post_id" if said.startswith(f"{page_id}_") else "comment_id": said}
        by = messages.From(page_id, {"messaging_type": "RESPONSE"})
        return messages.send(outbound, account, open_file, by, to)


def _entry(told: dict[str, Any], own_id: str) -> Iterable[Inbound]:
    if text(told, "id") != own_id:
        return [InboundNotice(f"for_another_account:{text(told, 'id')}")]
    messaging = [*each(told, "messaging"), *each(told, "standby")]
    return [
        *(_change(text(one, "field"), at(one, "value"), own_id) for one in each(told, "changes")),
        *(InboundNotice("not_used:messages") for _one in messaging),
    ]


def _change(field: str, value: Any, own_id: str) -> Inbound:
    item, verb = text(value, "item"), text(value, "verb")
    if field not in ("feed", "mention") or item not in ("comment", *_POSTS):
        # Likes are so many, and nobody waits for an answer to one.
        return InboundNotice(f"not_used:{field} {item}".strip())
    if text(value, "from", "id") == own_id:
        return InboundNotice("own_message")
    if verb == "add":
        return _said(value)
    if verb in ("edit", "edited", "update"):
        return _changed(value, Change.EDITED, text(value, "message"))
    if verb in ("remove", "delete"):
        return _changed(value, Change.DELETED, "")
    return InboundNotice(f"not_used:{item} {verb}")


def _said(value: dict[str, Any]) -> InboundMessage:
    said, words = _id_of(value), text(value, "message")
    files = tuple(_files(value))
    # What it answers, and else the post: a visitor's own is a message too.
    under = [text(value, "parent_id"), text(value, "post_id")]
    return InboundMessage(
        sender=_sender(value),
        external_id=said,
        fingerprint=fingerprint(said, words, *(one.reference for one in files)),
        refers_to=tuple(dict.fromkeys(one for one in under if one and one != said)),
        text=words,
        own_text=words,
        files=files,
        written_at=moment(text(value, "created_time")),
        proof=Proof.PROVEN,
        distinguishable=bool(said),
        remarks=() if words or files else ("unsupported_message:?",),
        page=_page(text(value, "post", "permalink_url") or text(value, "permalink_url")),
    )


def _changed(value: dict[str, Any], change: Change, words: str) -> InboundChange:
    said = _id_of(value)
    return InboundChange(
        sender=_sender(value),
        external_id=said,
        change=change,
        fingerprint=fingerprint(said, change, words, text(value, "created_time")),
        text=words,
        written_at=None,
    )


def _id_of(value: dict[str, Any]) -> str:
    return text(value, "comment_id") if text(value, "item") == "comment" else text(value, "post_id")


def _sender(value: dict[str, Any]) -> Participant:
    """Meta may keep to itself who it was: then we know nobody but whoever said this."""
    who = text(value, "from", "id") or text(value, "sender_id")
    return Participant(
        Address(KIND, who or f"comment:{_id_of(value)}"), text(value, "from", "name") or text(value, "sender_name")
    )


def _files(value: dict[str, Any]) -> Iterable[InboundFile]:
    photos = at(value, "photos")
    urls = {name: text(value, name) for name in ("photo", "video")}
    more = [one for one in photos if isinstance(one, str)] if isinstance(photos, list) else []
    pairs = [*((url, name) for name, url in urls.items() if url), *((url, "photo") for url in more)]
    # Of a post that is a photo, `link` is the picture itself.
    if text(value, "item") == "photo" and not pairs and text(value, "link"):
        pairs = [(text(value, "link"), "photo")]
    return [attached.at_address(url, name) for url, name in pairs]


def _page(url: str) -> Page | None:
    return Page(url, url) if url.startswith(("https://", "http://")) else None


class FacebookProvider(MetaComments):
    """Its page, played."""

    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [self._said(one, account) for one in said]

    def _said(self, one: Said, account: AccountView) -> Post:
        post = f"{account.settings['page_id']}_1"
        value = {
            "item": "comment",
            "verb": "add",
            "from": {"id": one.sender, "name": one.name},
            "post_id": post,
            "parent_id": post,
            "comment_id": self.id_of(one),
            "created_time": int(one.at.timestamp()),
            "message": one.text,
            **({"photo": f"{account.settings['api_base']}/files/{one.id}"} if one.file else {}),
        }
        return self.tells("page", "feed", value, account.settings["page_id"], account)

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        return self.answers(asked, account, "comments", new_id)
