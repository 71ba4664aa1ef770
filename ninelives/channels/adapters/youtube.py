"""Comments under videos of a YouTube channel of ours, by the YouTube Data API v3
(https://developers.google.com/youtube/v3/docs). YouTube calls nobody: it is looked at, again and again.

What comes in is one comment as the API gives it. Answers are comments under it, which everybody reads.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from ninelives.channels.asking import Heard, Interface, refusal
from ninelives.channels.bodies import at, each, fingerprint, iso_moment, loaded, loaded_or_empty, number, text
from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Answered,
    Asked,
    Change,
    DeliveryNews,
    Envelope,
    FileOpener,
    Found,
    Inbound,
    InboundChange,
    InboundMessage,
    InboundNotice,
    NotConfigured,
    Outbound,
    Page,
    Participant,
    Post,
    Refused,
    Reply,
    Said,
    SendProblem,
    Sent,
    Setting,
    TryLater,
    Uncertain,
    Unreadable,
    Usual,
    api_base,
)
from ninelives.foundation.address import Address, Proof

API = "https://www.googleapis.com/youtube/v3"
TOKENS = "https://oauth2.googleapis.com/"
# Threads a page, and pages of a thorough look. Each page costs one of the 10,000 units of a day, an answer fifty.
THREADS, PAGES = 100, 20
# Of so many threads a thorough look, more replies are asked for than YouTube gives along.
MORE_REPLIES = 100
_LATER = {"quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded", "processingFailure", "dailyLimitExceeded"}
_NOT_LET_IN = {"authError", "keyInvalid", "accessNotConfigured", "channelNotFound", "insufficientPermissions"}


class YouTubeProvider:
    """YouTube's side, played: it is asked for what was said."""

    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return ()

    def lists(self, said: Sequence[Said], asked: Asked, account: AccountView) -> Reply | None:
        if not asked.path.endswith("/commentThreads"):
            return None
        threads = [_thread(one, asked.query["allThreadsRelatedToChannelId"]) for one in reversed(said)]
        return _told({"items": threads[:THREADS]})

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        return None

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        if asked.path.endswith("/token"):
            return Answered(_told({"access_token": "played", "expires_in": 3600}))
        if asked.headers.get("authorization") != "Bearer played":
            return Answered(_refused(401, "authError"))
        snippet = at(loaded_or_empty(asked.body), "snippet")
        id_ = f"{text(snippet, 'parentId')}.{new_id}"
        return Answered(_told({"id": id_}), Sent(id_, text(snippet, "parentId"), text(snippet, "textOriginal")))

    def limits(self) -> Reply:
        return _refused(403, "rateLimitExceeded")

    def refuses(self) -> Reply:
        return _refused(403, "commentsDisabled")


class YouTube(Usual):
    kind = address_kind = "youtube"
    icon = "video"
    is_called = False
    abilities = Abilities(max_length=10_000, attachments=False, public=True, in_order=True, changes=True)
    settings = (
        Setting("channel_id", required=True, pattern=r"[\w-]+", like="UC_x5XG1OV2P6uZZ5FSM9Ttw", is_address=True),
        Setting("api_key", secret=True),
        # Of the OAuth client and of the channel's owner; without them nothing can be answered.
        Setting("client_id"),
        Setting("client_secret", secret=True),
        Setting("refresh_token", secret=True),
        api_base(API),
    )
    provider = YouTubeProvider()

    def lane(self, body: bytes, envelope: Envelope) -> str:
        comment = loaded_or_empty(body)
        return text(comment, "snippet", "parentId") or text(comment, "id")

    def key(self, body: bytes, envelope: Envelope) -> str:
        return _key(loaded_or_empty(body))

    def look(self, account: AccountView, since: datetime, *, is_thorough: bool) -> Iterator[Found]:
        for comment in _comments(_Side(account), PAGES if is_thorough else 1, is_thorough):
            if (iso_moment(text(comment, "snippet", "updatedAt")) or since) >= since and _key(comment):
                yield Found(_key(comment), json.dumps(comment, sort_keys=True, ensure_ascii=False).encode())

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        comment = loaded(body)
        who = text(comment, "snippet", "authorChannelId", "value")
        if not who:
            raise Unreadable("no_sender")
        if who == account.settings["channel_id"]:
            return [InboundNotice("own_message")]
        return _facts(comment, who)

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        # A reply to a reply stands under the first comment as well.
        parent = outbound.in_reply_to.partition(".")[0]
        if not parent:
            raise Refused("no_way_back")
        told = {"snippet": {"parentId": parent, "textOriginal": outbound.text}}
        heard = _Side(account).writing().post_json("comments", told, {"part": "snippet"})
        if not heard.is_well:
            raise _problem(heard)
        sent = text(heard.told, "id")
        if not sent:
            raise Uncertain("no_answer")
        return sent


class _Side:
    """YouTube, as one account may ask it."""

    def __init__(self, account: AccountView) -> None:
        self._told = account.settings
        self.channel = account.settings["channel_id"]

    def get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        key = self._told.get("api_key", "")
        interface = Interface(self._base) if key else self.writing()
        heard = interface.get(path, {**query, **({"key": key} if key else {})})
        if not heard.is_well:
            raise _problem(heard)
        return heard.told

    def writing(self) -> Interface:
        """On behalf of the channel's owner; what this lets us do ends after an hour."""
        names = ("client_id", "client_secret", "refresh_token")
        told = {name: self._told.get(name, "") for name in names}
        if not all(told.values()):
            raise NotConfigured("no_outgoing")
        at_google = self._base.startswith("https://www.googleapis.com/")
        tokens = Interface(TOKENS if at_google else self._base)
        try:
            heard = tokens.post_form("token", {**told, "grant_type": "refresh_token"})
        except Uncertain as reason:
            raise TryLater(reason.reason) from reason
        token = text(heard.told, "access_token")
        if not token:
            said = text(heard.told, "error_description") or text(heard.told, "error") or str(heard.status)
            raise NotConfigured(f"not_let_in:{said}") if heard.status < 500 else TryLater(said)
        return Interface(self._base, {"Authorization": f"Bearer {token}"})

    @property
    def _base(self) -> str:
        return self._told.get("api_base", "") or API


def _comments(side: _Side, pages: int, with_all_replies: bool) -> Iterator[dict[str, Any]]:
    """Of the newest threads, the first comment of each and the replies to it."""
    asked_for = 0
    for thread in _threads(side, pages):
        top = at(thread, "snippet", "topLevelComment")
        replies = each(thread, "replies", "comments")
        if isinstance(top, dict):
            yield top
        is_short = (number(thread, "snippet", "totalReplyCount") or 0) > len(replies)
        if is_short and with_all_replies and asked_for < MORE_REPLIES:
            asked_for += 1
            replies = _replies(side, text(thread, "id"))
        # As they were said: an answer never comes in before what it answers.
        yield from sorted(replies, key=lambda one: text(one, "snippet", "publishedAt"))


def _threads(side: _Side, pages: int) -> Iterator[dict[str, Any]]:
    query = {"part": "snippet,replies", "order": "time", "textFormat": "plainText", "maxResults": str(THREADS)}
    query["allThreadsRelatedToChannelId"] = side.channel
    for _page in range(pages):
        told = side.get("commentThreads", query)
        yield from each(told, "items")
        if not text(told, "nextPageToken"):
            return
        query["pageToken"] = text(told, "nextPageToken")


def _replies(side: _Side, parent: str) -> list[dict[str, Any]]:
    query = {"part": "snippet", "parentId": parent, "textFormat": "plainText", "maxResults": str(THREADS)}
    return each(side.get("comments", query), "items")


def _facts(comment: dict[str, Any], who: str) -> list[Inbound]:
    id_, told = text(comment, "id"), at(comment, "snippet")
    parent, video = text(told, "parentId"), text(told, "videoId")
    sender = Participant(Address(YouTube.kind, who), text(told, "authorDisplayName"))
    words = text(told, "textOriginal") or text(told, "textDisplay")
    written_at, updated_at = iso_moment(text(told, "publishedAt")), iso_moment(text(told, "updatedAt"))
    said = InboundMessage(
        sender=sender,
        external_id=id_,
        # Of the id alone: an edited comment that comes again is the same message.
        fingerprint=fingerprint("youtube", id_),
        refers_to=(parent,) if parent else (),
        text=words,
        own_text=words,
        written_at=written_at,
        proof=Proof.PROVEN,
        page=Page(f"https://www.youtube.com/watch?v={video}&lc={id_}") if video else None,
    )
    if not written_at or not updated_at or updated_at <= written_at:
        return [said]
    imprint = fingerprint("youtube", id_, words, updated_at.isoformat())
    return [said, InboundChange(sender, id_, Change.EDITED, imprint, words, updated_at)]


def _key(comment: dict[str, Any]) -> str:
    id_, updated = text(comment, "id"), text(comment, "snippet", "updatedAt")
    return f"{id_} {updated}" if id_ else ""


def _problem(heard: Heard) -> SendProblem:
    reason = text(heard.told, "error", "errors", 0, "reason")
    said = text(heard.told, "error", "message") or reason
    if reason in _LATER:
        return TryLater(said, timedelta(minutes=10))
    if reason in _NOT_LET_IN or heard.status == 401:
        return NotConfigured(f"not_let_in:{said or heard.status}")
    return refusal(heard, said)


def _thread(said: Said, channel: str) -> dict[str, Any]:
    told = {
        "authorDisplayName": said.name,
        "authorChannelId": {"value": said.sender},
        "textDisplay": said.text,
        "videoId": "played",
        "publishedAt": said.at.isoformat(),
        "updatedAt": said.at.isoformat(),
    }
    top = {"id": said.id, "snippet": told}
    return {"id": said.id, "snippet": {"channelId": channel, "topLevelComment": top, "totalReplyCount": 0}}


def _told(told: dict[str, Any], status: int = 200) -> Reply:
    return Reply(json.dumps(told).encode(), "application/json", status)


def _refused(status: int, reason: str) -> Reply:
    return _told({"error": {"code": status, "message": reason, "errors": [{"reason": reason}]}}, status)
