"""The organisation's own server, played."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from ninelives.channels.bodies import loaded_or_empty, text
from ninelives.channels.protocol import AccountView, Answered, Asked, DeliveryNews, Post, Reply, Said, Sent

from .signing import HEADER, signature


class ContactServer:
    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        return [self._post(_message(one, account), account) for one in said]

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        return self._post({"version": 1, "id": sent.told_id, "status": news}, account)

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        if asked.headers.get(HEADER.lower()) != signature(asked.body, account):
            return Answered(_json({"error": "wrong signature"}, 401))
        told = loaded_or_empty(asked.body)
        sent = Sent(new_id, text(told, "to"), text(told, "text"), text(told, "id"))
        return Answered(_json({"id": new_id}), sent)

    def limits(self) -> Reply:
        return Reply(b"{}", "application/json", 429, {"Retry-After": "1"})

    def refuses(self) -> Reply:
        return _json({"error": "nobody of that name"}, 422)

    def _post(self, told: Mapping[str, object], account: AccountView) -> Post:
        body = json.dumps(told, ensure_ascii=False).encode()
        return Post(body, {HEADER: signature(body, account), "Content-Type": "application/json"})


def _message(said: Said, account: AccountView) -> dict[str, object]:
    told: dict[str, object] = {
        "version": 1,
        "id": said.id,
        "from": said.sender,
        "name": said.name,
        "text": said.text,
        "at": said.at.isoformat(),
    }
    if said.file:
        parts = urlsplit(account.settings.get("callback_url", ""))
        url = f"{parts.scheme}://{parts.netloc}/files/{said.id}"
        told["files"] = [{"name": "picture.png", "media_type": "image/png", "url": url}]
    return told


def _json(told: object, status: int = 200) -> Reply:
    return Reply(json.dumps(told).encode(), "application/json", status)
