"""Meta's side of WhatsApp, played."""

import json
from collections.abc import Sequence
from typing import Any

from ninelives.channels.bodies import at, hex_hmac, loaded_or_empty, text
from ninelives.channels.protocol import AccountView, Answered, Asked, DeliveryNews, Post, Reply, Said, Sent


class WhatsAppProvider:
    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        """Each message in a call of its own, an album too."""
        return [self._post({"contacts": [_person(one)], "messages": [_message(one)]}, account) for one in said]

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        status: dict[str, Any] = {
            "id": sent.id,
            "status": news,
            "timestamp": "1760000000",
            "recipient_id": sent.to,
            "biz_opaque_callback_data": sent.told_id,
        }
        if news == DeliveryNews.FAILED:
            status["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
        return self._post({"statuses": [status]}, account)

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        if asked.headers.get("authorization") != f"Bearer {account.settings['access_token']}":
            return Answered(_error(401, 190, "Invalid OAuth access token"))
        if asked.path.endswith("/media"):
            return Answered(_json({"id": f"media.{new_id}"}))
        if asked.path.endswith("/message_templates"):
            return Answered(_json({"data": [_TEMPLATE]}))
        if asked.path.endswith("/messages"):
            sent = _sent(loaded_or_empty(asked.body), f"wamid.{new_id}")
            return Answered(_json({"messaging_product": "whatsapp", "messages": [{"id": sent.id}]}), sent)
        media_id = asked.path.rpartition("/")[2]
        url = f"{account.settings['api_base']}/files/{media_id}"
        return Answered(_json({"id": media_id, "url": url, "mime_type": "image/png"}))

    def limits(self) -> Reply:
        return _error(429, 130429, "Rate limit hit")

    def refuses(self) -> Reply:
        return _error(400, 131026, "Message undeliverable")

    def _post(self, value: dict[str, Any], account: AccountView) -> Post:
        told = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": account.settings["phone_number_id"]},
            **value,
        }
        change = {"field": "messages", "value": told}
        body = json.dumps(
            {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}, ensure_ascii=False
        ).encode()
        return Post(body, {"X-Hub-Signature-256": f"sha256={hex_hmac(account.settings['app_secret'], body)}"})


def _person(said: Said) -> dict[str, Any]:
    ids = {"wa_id": said.sender} if said.sender.isdecimal() else {"user_id": said.sender}
    return {"profile": {"name": said.name}, **ids}


def _message(said: Said) -> dict[str, Any]:
    who = {"from": said.sender} if said.sender.isdecimal() else {"from_user_id": said.sender}
    message = {**who, "id": said.id, "timestamp": str(int(said.at.timestamp()))}
    if not said.file:
        return {**message, "type": "text", "text": {"body": said.text}}
    image = {"id": said.id, "mime_type": "image/png", **({"caption": said.text} if said.text else {})}
    return {**message, "type": "image", "image": image}


def _sent(told: dict[str, Any], new_id: str) -> Sent:
    kind = text(told, "type")
    words = text(told, "text", "body") or text(told, kind, "caption") or text(told, "template", "name")
    values = at(told, "template", "components", 0, "parameters") or []
    words = " ".join([words, *(text(one, "text") for one in values)])
    return Sent(new_id, text(told, "to") or text(told, "recipient"), words, text(told, "biz_opaque_callback_data"))


def _json(told: dict[str, Any], status: int = 200) -> Reply:
    return Reply(json.dumps(told).encode(), "application/json", status)


def _error(status: int, code: int, message: str) -> Reply:
    return _json({"error": {"message": message, "type": "OAuthException", "code": code}}, status)


_TEMPLATE = {
    "name": "order_on_its_way",
    "language": "nl",
    "status": "APPROVED",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "Hallo {{1}}, je bestelling {{2}} is onderweg."}],
}
