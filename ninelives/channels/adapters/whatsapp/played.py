"""Meta's side of WhatsApp, played."""

from collections.abc import Sequence
from typing import Any

from ninelives.channels.bodies import at, loaded_or_empty, text
from ninelives.channels.protocol import AccountView, Answered, Asked, DeliveryNews, Post, Reply, Said, Sent

from ..meta.graph import NOT_LET_IN, answered, fault, is_let_in
from ..meta.signing import signed


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
        if not is_let_in(asked, account):
            return Answered(NOT_LET_IN)
        if asked.path.endswith("/media"):
            return Answered(answered({"id": f"media.{new_id}"}))
        if asked.path.endswith("/message_templates"):
            return Answered(answered({"data": [_TEMPLATE]}))
        if asked.path.endswith("/messages"):
            sent = _sent(loaded_or_empty(asked.body), f"wamid.{new_id}")
            return Answered(answered({"messaging_product": "whatsapp", "messages": [{"id": sent.id}]}), sent)
        media_id = asked.path.rpartition("/")[2]
        url = f"{account.settings['api_base']}/files/{media_id}"
        return Answered(answered({"id": media_id, "url": url, "mime_type": "image/png"}))

    def limits(self) -> Reply:
        return fault(429, 130429, "Rate limit hit")

    def refuses(self) -> Reply:
        return fault(400, 131026, "Message undeliverable")

    def _post(self, value: dict[str, Any], account: AccountView) -> Post:
        told = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": account.settings["phone_number_id"]},
            **value,
        }
        change = {"field": "messages", "value": told}
        return signed({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}, account)


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


_TEMPLATE = {
    "name": "order_on_its_way",
    "language": "nl",
    "status": "APPROVED",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "Hallo {{1}}, je bestelling {{2}} is onderweg."}],
}
