"""Request bodies at the server's edge: never too large, and never without a length.

A WSGI application reads as many bytes as Content-Length says. A caller that sends in chunks names none, and its body
would be taken for empty: so it is gathered here first.
"""

from typing import Any

MAX_BODY = 60_000_000


class TooLargeError(Exception):
    """More than anybody may send at once."""


async def measured(scope: Any, receive: Any) -> tuple[Any, Any]:
    """The same request with a length. Raises TooLargeError, before the application has seen a byte."""
    headers = dict(scope["headers"])
    told = headers.get(b"content-length", b"")
    if told.isdigit():
        if int(told) > MAX_BODY:
            raise TooLargeError
        return scope, receive
    if b"transfer-encoding" not in headers:
        return scope, receive
    body = await _gathered(receive)
    kept = [(name, value) for name, value in scope["headers"] if name != b"transfer-encoding"]
    return {**scope, "headers": [*kept, (b"content-length", str(len(body)).encode())]}, _replayed(body, receive)


async def refuse(scope: Any, send: Any) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    if scope["path"].startswith(("/chat/", "/public/", "/forms/")):
        # Else the browser would hide the answer from the page that asked.
        headers.append((b"access-control-allow-origin", b"*"))
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"Too large: at most 60 MB at once\n"})


async def _gathered(receive: Any) -> bytes:
    body = bytearray()
    while True:
        part = await receive()
        body += part.get("body", b"")
        if len(body) > MAX_BODY:
            raise TooLargeError
        if not part.get("more_body"):
            return bytes(body)


def _replayed(body: bytes, receive: Any) -> Any:
    given = False

    async def again() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
