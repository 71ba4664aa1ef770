"""The one server: live signals as a small route of their own, everything else Django in a few threads.

Django's own ASGI door costs about 3 ms of thread hops a request and a context a stream; domain code is synchronous
anyway, so it runs under WSGI (docs/decisions/0003).
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninelives.config.settings")

from a2wsgi import WSGIMiddleware

from ninelives.config.settings import ENVIRONMENT
from ninelives.config.wsgi import application as django_application
from ninelives.workspace.live_stream import stream

MAX_BODY = 60_000_000

_screens = WSGIMiddleware(django_application, workers=ENVIRONMENT.web_threads)


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"] == "/live/":
        await stream(scope, receive, send)
    elif scope["type"] == "http":
        await (_too_large if _length(scope) > MAX_BODY else _screens)(scope, receive, send)


def _length(scope: Any) -> int:
    told = dict(scope["headers"]).get(b"content-length", b"0")
    return int(told) if told.isdigit() else 0


async def _too_large(scope: Any, receive: Any, send: Any) -> None:
    """Refused before a byte of it is written to the disk."""
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"Too large: at most 60 MB at once\n"})
