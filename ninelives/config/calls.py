"""`/in/…` at the server's edge: what providers call is stored and answered beside Django's middleware, in a few threads
of its own.

What a page needs would cost more than the call; and whoever waits for a page that takes long keeps no call from its
thread.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpResponse
from django.urls import resolve

from ninelives.foundation.lasting import connection_at_hand
from ninelives.foundation.streams import refuse

PREFIX = "/in/"
PLAIN = [(b"content-type", b"text/plain")]
# While the disk is slow many wait for it, and together.
_threads = ThreadPoolExecutor(8, thread_name_prefix="calls")


class TooLargeError(Exception):
    """The rest of it is left unread."""


class LeftError(Exception):
    """Whoever called hung up before all was said."""


def is_call(path: str) -> bool:
    return path.startswith(PREFIX)


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI route. The body's length is told in the headers, or there is none."""
    try:
        body = await _whole(scope, receive)
        said = await asyncio.get_running_loop().run_in_executor(_threads, _answered, scope, body)
    except LeftError:
        return
    except TooLargeError:
        await refuse(send, 413, b"Too large", [*PLAIN, (b"connection", b"close")])
    except Http404:
        await refuse(send, 404, b"Not found", PLAIN)
    except (SuspiciousOperation, UnicodeError):
        await refuse(send, 400, b"Bad request", PLAIN)
    else:
        await refuse(send, said.status_code, said.content, _headers(said))


async def _whole(scope: Any, receive: Any) -> bytes:
    told = dict(scope["headers"]).get(b"content-length", b"")
    if told.isdigit() and int(told) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLargeError
    parts, more = [], True
    while more:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise LeftError
        parts.append(part.get("body", b""))
        more = part.get("more_body", False)
    return b"".join(parts)


def _answered(scope: Any, body: bytes) -> HttpResponse:
    connection_at_hand()
    # Of the doors alone: where screens are is nothing that a call need be compared with.
    found = resolve(scope["path"], "ninelives.reception.urls")
    answer: HttpResponse = found.func(ASGIRequest(scope, BytesIO(body)), *found.args, **found.kwargs)
    return answer


def _headers(said: HttpResponse) -> list[tuple[bytes, bytes]]:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in said.items()]
    # What a provider asks us to repeat is no page of ours.
    return [*headers, (b"content-length", str(len(said.content)).encode()), (b"x-content-type-options", b"nosniff")]
