"""The lines of a soak: how customers of a channel write, and what reached them. A channel joins as one more `Line`; one
whose provider is played joins by itself."""

import http.client
import json
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Protocol
from uuid import uuid4

from aiosmtpd.controller import Controller

from bench.feeding import Feeder
from bench.letters import TO
from bench.product import Ninelives, command, commands, free_ports
from ninelives.channels.pretending import Manners, PretendedProvider
from ninelives.channels.protocol import AccountView, Said
from ninelives.channels.registry import CHANNELS

PATIENCE = 120.0
# So often of a hundred a provider does what providers do.
MANNERS = Manners(doubles=0.2, limits=0.03, silences=0.03, delay=0.02)


class Line(Protocol):
    kind: str
    # Whether all that a customer says stands in one conversation.
    is_one_conversation: bool

    def say(self, who: str, text: str) -> None:
        """As this customer, until it is acknowledged."""

    def reached(self) -> Counter[str]:
        """What reached customers: texts of answers, and how often."""

    def end(self) -> None: ...


class Sink:
    """Takes the mail that leaves Ninelives."""

    def __init__(self) -> None:
        self.port = free_ports(1)[0]
        self.taken: set[tuple[str, str]] = set()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.original_content, policy=policy.default)
        body = mail.get_body(("plain",))
        text = body.get_content().strip().split("\n")[0] if body else ""
        self.taken.add((text.strip(), str(mail["Message-ID"])))
        return "250 OK"

    def end(self) -> None:
        self._server.stop()


class Mails:
    kind, is_one_conversation = "mail", True

    def __init__(self, ninelives: Ninelives, sink: Sink) -> None:
        self.port, self.sink = ninelives.smtp_port, sink
        self._first: dict[str, str] = {}

    def say(self, who: str, text: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"{who}@customers.example", TO, f"Of {who}"
        mail["Message-ID"] = f"<{text.replace(' ', '.')}@customers.example>"
        if first := self._first.setdefault(who, str(mail["Message-ID"])):
            mail["References"] = first
        mail.set_content(text)
        feeder = Feeder(self.port)
        feeder.send_until_taken(mail.as_bytes(), f"{who}@customers.example", PATIENCE)
        feeder.hang_up()

    def reached(self) -> Counter[str]:
        """A second copy under the same Message-ID is known as one by mail programs."""
        return Counter(text for text, _ in self.sink.taken)

    def end(self) -> None:
        self.sink.end()


class Chats:
    """Widgets, which read what stands in their conversation."""

    kind, is_one_conversation = "webchat", True

    def __init__(self, ninelives: Ninelives) -> None:
        made = command(ninelives.database_url, ninelives.folder, "channel", "add", "webchat", "--name", "Chats")
        self.port, self.path = ninelives.port, f"/chat/{json.loads(made)['key']}/"
        self._tokens: dict[str, str] = {}

    def say(self, who: str, text: str) -> None:
        if who not in self._tokens:
            self._tokens[who] = str(self._until_taken("sessions", {"name": who}, "")["token"])
        self._until_taken("messages", {"key": str(uuid4()), "text": text}, self._tokens[who])

    def reached(self) -> Counter[str]:
        heard: Counter[str] = Counter()
        for token in self._tokens.values():
            heard.update(self._answers(token))
        return heard

    def end(self) -> None: ...

    def _answers(self, token: str) -> list[str]:
        """All pages, each message once: a widget knows a message by its id."""
        found: dict[str, str] = {}
        earlier = ""
        while True:
            page = self._until_taken(f"messages?before={earlier}" if earlier else "messages", None, token)
            found |= {one["id"]: one["text"] for one in page["messages"]}
            earlier = page.get("earlier") or ""
            if not earlier:
                return list(found.values())

    def _until_taken(self, noun: str, told: dict[str, str] | None, token: str) -> Any:
        deadline, status = time.monotonic() + PATIENCE, 0
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                status, body = self._ask(noun, told, token)
                if status < 300:
                    return json.loads(body)
            time.sleep(0.2)
        raise TimeoutError(f"the chat answers {status}")

    def _ask(self, noun: str, told: dict[str, str] | None, token: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            line.request("GET" if told is None else "POST", self.path + noun, told and json.dumps(told), headers)
            with line.getresponse() as answer:
                return answer.status, answer.read()
        finally:
            line.close()


class Played:
    """Any channel whose provider is played."""

    def __init__(self, kind: str) -> None:
        self.speaks = CHANNELS[kind]
        assert self.speaks.provider
        self.kind, self.is_one_conversation = kind, self.speaks.abilities.reopens_within is not None
        self.provider = PretendedProvider(self.speaks.provider, MANNERS)
        settings = self.speaks.settings
        self.told = {one.name: one.default for one in settings if one.default}
        self.told |= {one.name: one.like or f"a {one.name}" for one in settings if one.required and not one.is_made}
        place = next(one.name for one in settings if one.name in ("api_base", "callback_url"))
        self.told |= {place: self.provider.api_base}
        self._numbers: dict[str, str] = {}

    @property
    def words(self) -> list[str]:
        """The command that makes its account."""
        sets = [word for name, value in self.told.items() for word in ("--set", f"{name}={value}")]
        return [*f"channel add {self.kind} --name Played".split(), *sets]

    def begin(self, url: str, account: dict[str, str]) -> None:
        told = self.told | {one.name: account[one.name] for one in self.speaks.settings if one.is_made}
        address = account.get("address") or ""
        self.provider.account = AccountView(account["id"], address, "Bench", told, f"{url}{account['inbound']}")
        self.provider.__enter__()

    def say(self, who: str, text: str) -> None:
        sender = self._numbers.setdefault(who, f"3161{len(self._numbers):07}")
        id_ = f"{self.kind}.{text.replace(' ', '.')}"
        taken = self.provider.say([Said(id_, sender, text, datetime.now(UTC), who)])
        if not all(200 <= status < 300 for status in taken):
            raise AssertionError(f"the webhook of {self.kind} answers {taken}")

    def reached(self) -> Counter[str]:
        return Counter(sent.text for sent in self.provider.taken)

    def end(self) -> None:
        self.provider.wait_for_news()
        self.provider.__exit__(None, None, None)


def lines(ninelives: Ninelives, sink: Sink) -> list[Line]:
    called = [speaks for speaks in CHANNELS.values() if speaks.provider and speaks.is_called]
    played = [Played(speaks.kind) for speaks in called if speaks.abilities.answers]
    made = commands(ninelives.database_url, ninelives.folder, [one.words for one in played])
    for one, account in zip(played, made, strict=True):
        one.begin(ninelives.url, json.loads(account))
    return [Mails(ninelives, sink), Chats(ninelives), *played]
