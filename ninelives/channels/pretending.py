"""Providers, played over HTTP on this machine: they sign, tell things twice and in another order, delay, limit, refuse,
and fall silent after they have taken something. For tests, benchmarks, the demo, and `ninelives pretend`.

Nothing here talks to anybody but this machine.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from ninelives.channels.protocol import (
    AccountView,
    Asked,
    DeliveryNews,
    Listing,
    Post,
    Provider,
    Reply,
    Said,
    Sent,
)

_PATIENCE = 60.0
_NEWS = (DeliveryNews.SENT, DeliveryNews.DELIVERED, DeliveryNews.READ)


@dataclass(frozen=True, slots=True)
class Manners:
    """How often, of one, a provider does what providers do."""

    # Of calls to us: told again, and told in another order than things happened.
    doubles: float = 0.0
    reorders: float = 0.0
    # Of what we ask: answered with "too much", refused, and taken without an answer.
    limits: float = 0.0
    refuses: float = 0.0
    silences: float = 0.0
    # Seconds before an answer, at most.
    delay: float = 0.0
    news: Sequence[DeliveryNews] = _NEWS
    seed: int = 1


@dataclass
class PretendedProvider:
    """One provider with one account of ours. `taken` is what its customers got, in order.

    In a message of ours `[refuse]`, `[limit]` and `[silent]` make it do just that, once.
    """

    provider: Provider
    manners: Manners = field(default_factory=Manners)
    taken: list[Sent] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    refused: int = 0
    on_taken: Callable[[Sent], None] = field(default=lambda sent: None)

    def __post_init__(self) -> None:
        self._account: AccountView | None = None
        self.files: dict[str, bytes] = {}
        # The same seed behaves the same; nothing here is a secret.
        self._chance = random.Random(self.manners.seed)  # noqa: S311
        self._lock = threading.Lock()
        self._limited: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._posts: list[threading.Thread] = []

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def account(self) -> AccountView:
        """Ours, with this provider's address among its settings."""
        if self._account is None:
            raise LookupError("nobody has said yet whose provider this is")
        return self._account

    @account.setter
    def account(self, account: AccountView) -> None:
        self._account = account

    def say(self, said: Sequence[Said], *, times: int = 1) -> list[int]:
        """Tell us of these, each call so many times; the status of each call that was taken."""
        self.said += said
        self.files |= {f"/files/{one.id}": one.file for one in said if one.file}
        posts = [post for post in self.provider.says(said, self.account) for _ in range(times)]
        posts += [post for post in posts if self._happens(self.manners.doubles)]
        if self._happens(self.manners.reorders):
            self._chance.shuffle(posts)
        return [self.post(post) for post in posts]

    def post(self, post: Post) -> int:
        """Until it is taken: a provider tries again on anything but a 2xx. A 4xx is told, and not tried again."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            status = 0
            with suppress(OSError, HTTPException):
                status = _posted(self.account.inbound_url + post.query, post)
            if 200 <= status < 500 or time.monotonic() > deadline:
                return status
            time.sleep(0.1)

    def tell(self, sent: Sent, news: Sequence[DeliveryNews]) -> None:
        """What became of a message of ours."""
        posts = [self.provider.news(sent, one, self.account) for one in news]
        told = [post for post in posts if post]
        told += [post for post in told if self._happens(self.manners.doubles)]
        if self._happens(self.manners.reorders):
            self._chance.shuffle(told)
        for post in told:
            self.post(post)

    def wait_for_news(self) -> None:
        """Until everything that is to be told is told."""
        for one in list(self._posts):
            one.join(_PATIENCE)

    def answer(self, asked: Asked) -> Reply | None:
        """None: it is taken, and no answer comes."""
        with self._lock:
            self.asked.append(asked)
            new_id = f"p{len(self.asked)}.{self._chance.getrandbits(48):012x}"
        if self.manners.delay:
            time.sleep(self._chance.random() * self.manners.delay)
        _before, is_file, name = asked.path.rpartition("/files/")
        if is_file:
            content = self.files.get(f"/files/{name}")
            return Reply(content, "application/octet-stream") if content is not None else Reply(status=404)
        if isinstance(self.provider, Listing) and (reply := self.provider.lists(self.said, asked, self.account)):
            return reply
        answered = self.provider.hears(asked, self.account, new_id)
        return self._judged(answered.sent, answered.reply) if answered.sent else answered.reply

    def _judged(self, sent: Sent, reply: Reply) -> Reply | None:
        if self._is_limited(sent):
            return self.provider.limits()
        if "[refuse]" in sent.text or self._happens(self.manners.refuses):
            self.refused += 1
            return self.provider.refuses()
        with self._lock:
            self.taken.append(sent)
        self.on_taken(sent)
        news = threading.Thread(target=self.tell, args=(sent, self.manners.news), daemon=True)
        self._posts.append(news)
        news.start()
        return None if "[silent]" in sent.text or self._happens(self.manners.silences) else reply

    def _is_limited(self, sent: Sent) -> bool:
        if "[limit]" in sent.text and sent.text not in self._limited:
            self._limited.add(sent.text)
            return True
        return self._happens(self.manners.limits)

    def _happens(self, often: float) -> bool:
        return often > 0 and self._chance.random() < often


def _posted(url: str, post: Post) -> int:
    parts = urlsplit(url)
    line = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=10)
    try:
        line.request(
            "POST", f"{parts.path}?{parts.query}" if parts.query else parts.path, post.body, dict(post.headers)
        )
        with line.getresponse() as answer:
            answer.read()
            return answer.status
    finally:
        line.close()


def _handler(provider: PretendedProvider) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: object) -> None:
            """What customers write belongs in no log."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
            reply = provider.answer(asked)
            self.close_connection = True
            if reply is not None:
                self._say(reply)

        def _say(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"Content-Type": reply.media_type, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    return Handler
