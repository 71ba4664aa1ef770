"""X's side, played. Ids are numbers; that of a post ends in its writer's, so that an answer to it finds them."""

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from ninelives.channels.bodies import loaded_or_empty, text
from ninelives.channels.protocol import AccountView, Answered, Asked, DeliveryNews, Post, Reply, Said, Sent

from .signing import HEADER, oauth_signature, signature

_OURS = "1000000001"
_DIGITS = 10
_SMALLEST = 1_000_000_000


class XProvider:
    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [_post({"tweet_create_events": [_tweet(one, account)]}, account) for one in said]

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        return None

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        if not _is_let_in(asked, account):
            return Answered(_told({"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}, 401))
        told, id_ = loaded_or_empty(asked.body), str(_number(new_id))
        words = text(told, "text")
        if asked.path.endswith("/2/tweets"):
            to, data = text(told, "reply", "in_reply_to_tweet_id")[_DIGITS:], {"id": id_, "text": words}
        else:
            to = asked.path.split("/")[-2]
            data = {"dm_conversation_id": f"{_OURS}-{to}", "dm_event_id": id_}
        return Answered(_told({"data": data}, 201), Sent(id_, to, words))

    def limits(self) -> Reply:
        return _told({"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429}, 429)

    def refuses(self) -> Reply:
        detail = "You do not have permission to perform this action"
        return _told({"title": "Forbidden", "detail": detail, "status": 403}, 403)


class XMessagesProvider(XProvider):
    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [_post(_direct(one, account), account) for one in said]

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        """That something arrived it does not tell, only that it was read."""
        if news is not DeliveryNews.READ:
            return None
        event = {
            "created_timestamp": "1795000000000",
            "sender_id": sent.to,
            "target": {"recipient_id": _OURS},
            "last_read_event_id": sent.id,
        }
        return _post({"direct_message_mark_read_events": [event]}, account)


def _post(told: Mapping[str, Any], account: AccountView) -> Post:
    body = json.dumps({"for_user_id": _OURS, **told}, ensure_ascii=False).encode()
    return Post(body, {HEADER: signature(account, body)})


def _tweet(said: Said, account: AccountView) -> dict[str, Any]:
    id_ = f"{_number(said.id)}{said.sender}"
    return {
        "id_str": id_,
        "text": said.text,
        "timestamp_ms": _milliseconds(said),
        "user": {"id_str": said.sender, "name": said.name, "screen_name": said.name.lower()},
        "entities": {"urls": [], "user_mentions": [{"id_str": _OURS}]},
        **({"extended_entities": {"media": [_picture(said, account)]}} if said.file else {}),
    }


def _direct(said: Said, account: AccountView) -> dict[str, Any]:
    data: dict[str, Any] = {"text": said.text, "entities": {"urls": []}}
    if said.file:
        data["attachment"] = {"type": "media", "media": _picture(said, account)}
    event = {
        "type": "message_create",
        "id": str(_number(said.id)),
        "created_timestamp": _milliseconds(said),
        "message_create": {"target": {"recipient_id": _OURS}, "sender_id": said.sender, "message_data": data},
    }
    user = {"id": said.sender, "name": said.name, "screen_name": said.name.lower()}
    return {"direct_message_events": [event], "users": {said.sender: user}}


def _picture(said: Said, account: AccountView) -> dict[str, Any]:
    return {"type": "photo", "media_url_https": f"{account.settings['api_base']}/files/{said.id}"}


def _is_let_in(asked: Asked, account: AccountView) -> bool:
    given = dict(re.findall(r'(oauth_\w+)="([^"]*)"', asked.headers.get("authorization", "")))
    told = {name: value for name, value in given.items() if name != "oauth_signature"}
    url = f"{account.settings['api_base'].rstrip('/')}{asked.path}"
    expected = oauth_signature(asked.method, url, account, told)
    return given.get("oauth_signature") == expected.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")


def _number(id_: str) -> int:
    return _SMALLEST + zlib.crc32(id_.encode())


def _milliseconds(said: Said) -> str:
    return str(int(said.at.timestamp() * 1000))


def _told(told: Mapping[str, object], status: int) -> Reply:
    return Reply(json.dumps(told).encode(), "application/json", status)
