"""A body sent in chunks is read whole; one that is too large is refused."""

import asyncio
from typing import Any

import pytest

from ninelives.config.bodies import MAX_BODY, TooLargeError, measured, refuse


def ask(headers: dict[bytes, bytes], *parts: bytes) -> tuple[dict[bytes, bytes], bytes]:
    """The headers and the body that the application would see."""
    waiting = [
        {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, start=1)
    ]

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def run() -> tuple[dict[bytes, bytes], bytes]:
        scope, given = await measured({"headers": list(headers.items())}, receive)
        return dict(scope["headers"]), (await given())["body"]

    return asyncio.run(run())


def test_chunks_become_one_body_with_a_length() -> None:
    headers, body = ask({b"transfer-encoding": b"chunked"}, b'{"text": ', b'"hello"}')
    assert body == b'{"text": "hello"}'
    assert headers == {b"content-length": b"17"}


def test_too_much_in_chunks_is_refused_on_the_way() -> None:
    part = b"x" * (MAX_BODY // 3)
    with pytest.raises(TooLargeError):
        ask({b"transfer-encoding": b"chunked"}, part, part, part, part)


def test_too_much_by_its_own_word_is_refused_unread() -> None:
    with pytest.raises(TooLargeError):
        ask({b"content-length": str(MAX_BODY + 1).encode()})


@pytest.mark.parametrize(
    ("path", "is_open"),
    [("/chat/key/files", True), ("/public/api/v1/x", True), ("/forms/key/", True), ("/in/x", False)],
)
def test_a_page_that_may_call_may_read_that_it_was_too_much(path: str, is_open: bool) -> None:
    said: list[dict[str, Any]] = []

    async def send(event: dict[str, Any]) -> None:
        said.append(event)

    asyncio.run(refuse({"path": path}, send))
    assert said[0]["status"] == 413
    assert ((b"access-control-allow-origin", b"*") in said[0]["headers"]) == is_open
