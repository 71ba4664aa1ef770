"""Asking a provider's interface over HTTP, with every end of it told as what it means for a message: refused, to be
tried later, or perhaps taken."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from ninelives.channels.protocol import FileKeeper, NotConfigured, Refused, TryLater, Uncertain
from ninelives.foundation import outgoing
from ninelives.foundation.outgoing import Allowed, Answer, NotCalled, Patience, TooMuch

# Most of them answer in JSON of a few hundred bytes; a page of a list is larger.
MOST_HEARD = 2_000_000
MOST_FETCHED = 100_000_000
_PATIENCE = Patience(connect=5, read=20, total=30, body=10)
_LONG_PATIENCE = Patience(connect=5, read=30, total=240, body=30)
_LONGEST_REST = 3600
_ELSEWHERE = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class File:
    """One part of a form that carries a file."""

    field: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """A provider's answer, whatever it says."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        return 200 <= self.status < 300

    @property
    def told(self) -> dict[str, Any]:
        """Its JSON; {} where it has none."""
        with suppress(ValueError, RecursionError):
            told = json.loads(self.body)
            return told if isinstance(told, dict) else {}
        return {}

    @property
    def rest(self) -> timedelta | None:
        """How long it wants to be left alone (Retry-After in seconds)."""
        told = self.headers.get("retry-after", "")
        return timedelta(seconds=min(int(told[:9]), _LONGEST_REST)) if told.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Interface:
    """A provider's interface. `base` was told by whoever runs Ninelives, and so may be a place inside."""

    base: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Heard:
        """What can be asked twice: whatever goes wrong on the way is TryLater."""
        try:
            return self._ask("GET", self._url(path, query), b"", {}, MOST_HEARD, _PATIENCE)
        except Uncertain as reason:
            raise TryLater(reason.reason) from reason

    def post_json(self, path: str, told: object, query: Mapping[str, str] | None = None) -> Heard:
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        return self._ask("POST", self._url(path, query), body, headers, MOST_HEARD, _PATIENCE)

    def post_signed(self, path: str, told: object, header: str, sign: Callable[[bytes], str]) -> Heard:
        """JSON with a signature of its bytes."""
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", header: sign(body)}
        return self._ask("POST", self._url(path), body, headers, MOST_HEARD, _LONG_PATIENCE)

    def post_form(self, path: str, told: Mapping[str, str] | Sequence[tuple[str, str]]) -> Heard:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", self._url(path), urlencode(told).encode(), headers, MOST_HEARD, _PATIENCE)

    def post_parts(self, path: str, told: Mapping[str, str], files: Sequence[File]) -> Heard:
        """A form with files (RFC 7578)."""
        boundary = secrets.token_hex(16)
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        body = _parts(boundary, told, files)
        return self._ask("POST", self._url(path), body, headers, MOST_HEARD, _LONG_PATIENCE)

    def keep(self, url: str, keep: FileKeeper, most: int = MOST_FETCHED) -> tuple[str, str]:
        """Fetch a file: its sha256 and its media type. Raises Refused, TryLater.

        Some keep files elsewhere and say where: one step of that is followed, without what lets us in here.
        """
        kept: list[str] = []
        url = url if "://" in url else self._url(url)
        try:
            answer = self._fetched(url, self.headers, kept, keep, most)
            if answer.status in _ELSEWHERE and not kept:
                answer = self._fetched(urljoin(url, answer.headers.get("location", "")), {}, kept, keep, most)
        except TooMuch as reason:
            raise Refused(f"file_too_large:{most // 1_000_000} MB") from reason
        except NotCalled as reason:
            raise _surely_not(reason) from reason
        if not kept:
            raise refusal(Heard(answer.status, answer.body, answer.headers))
        return kept[0], answer.headers.get("content-type", "").partition(";")[0].strip()

    def _fetched(self, url: str, headers: Mapping[str, str], kept: list[str], keep: FileKeeper, most: int) -> Answer:
        return outgoing.call(
            "GET",
            url,
            b"",
            dict(headers),
            allowed=self._allowed(),
            patience=_LONG_PATIENCE,
            most=most,
            take=lambda pieces: kept.append(keep(pieces)),
        )

    def _ask(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str], most: int, patience: Patience
    ) -> Heard:
        told = {**self.headers, **headers}
        try:
            answer = outgoing.call(method, url, body, told, allowed=self._allowed(), patience=patience, most=most)
        except NotCalled as reason:
            if reason.has_begun:
                raise Uncertain("no_answer") from reason
            raise _surely_not(reason) from reason
        return _heard(answer)

    def _url(self, path: str, query: Mapping[str, str] | None = None) -> str:
        if not self.base:
            raise NotConfigured("no_outgoing")
        return f"{self.base.rstrip('/')}/{path.lstrip('/')}" + (f"?{urlencode(query)}" if query else "")

    def _allowed(self) -> Allowed:
        return Allowed.of([urlsplit(self.base).hostname or ""])


def refusal(heard: Heard, said: str = "") -> Refused | TryLater | Uncertain:
    """What an answer that is no success means. `said` is what the provider says of it, for people."""
    said = said or f"HTTP {heard.status}"
    if heard.status == 429:
        return TryLater(said, heard.rest)
    # These two are told before anything was done with the request; of the other faults nobody can know.
    if heard.status in (408, 503):
        return TryLater(said, heard.rest)
    if heard.status >= 500:
        return Uncertain(said)
    return Refused(said)


def _heard(answer: Answer) -> Heard:
    return Heard(answer.status, answer.body, answer.headers)


def _surely_not(reason: NotCalled) -> Refused | TryLater:
    """Nothing was said. What our own rules forbid will be forbidden tomorrow as well."""
    if reason.code in _FOR_EVER:
        return Refused("bad_address_of_provider")
    return TryLater("provider_away")


_FOR_EVER = ("forbidden_place", "not_http", "no_host", "has_credentials", "has_fragment", "unreadable")


def _parts(boundary: str, told: Mapping[str, str], files: Sequence[File]) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'.encode()
        for name, value in told.items()
    ]
    for one in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(one.field)}"; '
            f'filename="{_quoted(one.name)}"\r\nContent-Type: {_quoted(one.media_type)}\r\n\r\n'
        )
        parts += [head.encode(), one.content, b"\r\n"]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()])


def _quoted(text: str) -> str:
    """As browsers do it (https://html.spec.whatwg.org/#multipart-form-data)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
