"""Meta's side of Messenger and Instagram, played."""

import time
from collections.abc import Sequence
from email import message_from_bytes
from typing import Any

from ninelives.channels.bodies import loaded_or_empty, text
from ninelives.channels.protocol import AccountView, Answered, Asked, DeliveryNews, Post, Reply, Said, Sent

from . import profiles
from .graph import NOT_AVAILABLE, NOT_LET_IN, TOO_MUCH, answered, is_let_in
from .signing import signed


class MetaMessages:
    """Of one of the two: `about` names it in its calls, `own` is the setting that names us."""

    def __init__(self, about: str, own: str) -> None:
        self.about, self.own = about, own

    def says(self, said: Sequence[Said], account: AccountView) -> Sequence[Post]:
        """Each in a call of its own, an album too."""
        return [self.tells([_event(one, account)], account) for one in said]

    def tells(self, events: Sequence[dict[str, Any]], account: AccountView) -> Post:
        """Several, as in a batch."""
        ours = account.settings[self.own]
        told = [{"recipient": {"id": ours}, **event} for event in events]
        return signed({"object": self.about, "entry": [{"id": ours, "time": _now(), "messaging": told}]}, account)

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        """Nothing is told of what failed later."""
        event = self._news(sent, news, account)
        return self.tells([event], account) if event else None

    def _news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> dict[str, Any] | None:
        them, now = {"sender": {"id": sent.to}}, {"timestamp": _now()}
        match news:
            case DeliveryNews.SENT:
                ids = {"sender": {"id": account.settings[self.own]}, "recipient": {"id": sent.to}}
                echo = {"is_echo": True, "mid": sent.id, "text": sent.text, "metadata": sent.told_id}
                return {**ids, **now, "message": echo}
            case DeliveryNews.DELIVERED if self.about == "page":
                return {**them, **now, "delivery": {"mids": [sent.id], "watermark": _now()}}
            case DeliveryNews.READ:
                return {**them, **now, "read": {"watermark": _now()} if self.about == "page" else {"mid": sent.id}}
        return None

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        if not is_let_in(asked, account):
            return Answered(NOT_LET_IN)
        sent = heard_message(asked, f"m_{new_id}")
        return Answered(answered({"recipient_id": sent.to, "message_id": sent.id}), sent)

    def lists(self, said: Sequence[Said], asked: Asked, account: AccountView) -> Reply | None:
        """What those who wrote are called."""
        return profiles.played(said, asked) if is_let_in(asked, account) else None

    def limits(self) -> Reply:
        return TOO_MUCH

    def refuses(self) -> Reply:
        return NOT_AVAILABLE


def heard_message(asked: Asked, new_id: str) -> Sent:
    """What was asked to be sent, as JSON or, with a file, as a form."""
    told = loaded_or_empty(asked.body) or _form(asked)
    to = text(told, "recipient", "id") or text(told, "recipient", "comment_id") or text(told, "recipient", "post_id")
    return Sent(new_id, to, text(told, "message", "text"), text(told, "message", "metadata"))


def _form(asked: Asked) -> dict[str, Any]:
    head = f"Content-Type: {asked.headers.get('content-type', '')}\r\n\r\n".encode()
    parts = message_from_bytes(head + asked.body).walk()
    told = {str(part.get_param("name", header="Content-Disposition")): part.get_payload(decode=True) for part in parts}
    return {name: loaded_or_empty(value) for name, value in told.items() if isinstance(value, bytes)}


def _event(said: Said, account: AccountView) -> dict[str, Any]:
    message: dict[str, Any] = {"mid": said.id, **({"text": said.text} if said.text else {})}
    if said.file:
        url = f"{account.settings['api_base']}/files/{said.id}"
        message["attachments"] = [{"type": "image", "payload": {"url": url}}]
    return {"sender": {"id": said.sender}, "timestamp": int(said.at.timestamp() * 1000), "message": message}


def _now() -> int:
    return int(time.time() * 1000)
