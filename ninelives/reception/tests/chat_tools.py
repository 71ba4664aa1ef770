"""A widget without a page: what a visitor's browser says at the door."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client

from ninelives.channels.actions import open_account
from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import ChannelAccount
from ninelives.reception.actions import signed
from ninelives.reception.working import take_receipts
from tests.cast import Cast

DORA_AT_SHOP = "dora-17"


def open_chat(cast: Cast, **told: str) -> ChannelAccount:
    return open_account("webchat", "Shop", cast.brand, told=told)


def key_of(account: ChannelAccount) -> str:
    return account.view().settings["key"]


def sign(account: ChannelAccount, text: str) -> str:
    return signed(text, account.view().settings["secret"])


def proof(account: ChannelAccount, customer: str = DORA_AT_SHOP, email: str = "") -> dict[str, str]:
    """What the shop's page tells of who is signed in there."""
    told = {"customer": customer, "signature": sign(account, customer), "name": "Dora de Vries"}
    return told | ({"email": email, "email_signature": sign(account, email)} if email else {})


@dataclass
class Widget:
    account: ChannelAccount
    token: str = ""
    client: Client = field(default_factory=Client)

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        data = json.dumps(body) if isinstance(body, dict | list) else body or ""
        return self.client.generic(
            method, f"/chat/{key_of(self.account)}/{path}", data,
            content_type=more.pop("content_type", "application/json"), headers=headers, **more,
        )  # fmt: skip

    def begin(self, **told: Any) -> "Widget":
        answer = self.ask("POST", "sessions", {"token": self.token or None, **told})
        assert answer.status_code == 201, answer.content
        self.token = answer.json()["token"]
        return self

    def say(self, text: str, key: str = "", **more: Any) -> str:
        """Said, and taken in."""
        key = key or str(uuid4())
        answer = self.ask("POST", "messages", {"key": key, "text": text, **more})
        assert answer.status_code == 202, answer.content
        while take_receipts():
            pass
        return key

    def upload(self, content: bytes, name: str = "lamp.png", media_type: str = "image/png") -> str:
        answer = self.ask("POST", "files", content, content_type=media_type, headers={"X-File-Name": name})
        assert answer.status_code == 201, answer.content
        return str(answer.json()["file"])

    def page(self, **asked: str) -> dict[str, Any]:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        answer = self.ask("GET", f"messages?{query}")
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def texts(self) -> list[str]:
        return [one["text"] for one in self.page()["messages"] if one["direction"] != "event"]


def sent() -> None:
    """Whatever we wrote is on its way."""
    while deliver_due():
        pass


def problem(answer: Any, status: int, name: str) -> str:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    told = answer.json()
    assert (told["type"], told["status"]) == (f"urn:problem-type:ninelives:{name}", status)
    assert told["title"]
    return str(told["detail"])


# Who may
