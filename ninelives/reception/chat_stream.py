"""`/chat/<key>/stream`: signals for one visitor's browser. What changed is fetched like everything else at this door.

A small route beside Django; what all streams share is `foundation/streams.py`.
"""

import json
from contextlib import suppress

from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, close_old_connections

from ninelives.foundation.live import audience_of
from ninelives.foundation.streams import Receive, Scope, Send, hub, refuse, serve
from ninelives.reception.actions import note_here
from ninelives.reception.listening import LISTENS, note_listening
from ninelives.reception.queries import account_of, addresses_of, session_of
from ninelives.routing.sorting import descriptions

PREFIX, SUFFIX = "/chat/", "/stream"
# One visitor's, in this process: browsers share one among their tabs, and nobody has so many browsers.
MOST_OPEN = 20
OPEN = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-headers", b"Authorization, Accept, Cache-Control, Last-Event-ID"),
    (b"access-control-allow-methods", b"GET, OPTIONS"),
    (b"access-control-max-age", b"86400"),
]


def is_for_visitors(path: str) -> bool:
    return path.startswith(PREFIX) and path.endswith(SUFFIX) and path.count("/") == 3


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI route."""
    if scope["method"] == "OPTIONS":
        await refuse(send, 204, b"", OPEN)
        return
    key = scope["path"].removeprefix(PREFIX).removesuffix(SUFFIX)
    token = _token(scope)
    audiences = await _audiences(key, token) if scope["method"] == "GET" else None
    if audiences is None:
        await _refuse(send, 401, "unauthorized", "A session is needed", "Begin a session first.")
        return
    if hub.open_for(audiences) >= MOST_OPEN:
        await _refuse(send, 429, "too-many-streams", "Too many streams", "One stream serves all tabs of a browser.")
        return
    await serve(
        receive, send, audiences, lambda: _audiences(key, token), OPEN, noted=lambda: sync_to_async(note)(key, token)
    )


def _token(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, token = given.decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


@sync_to_async
def _audiences(key: str, token: str) -> frozenset[str] | None:
    close_old_connections()
    account = account_of(key, "webchat", "contact_api")
    session = session_of(account, token) if account else None
    if session is None:
        return None
    note_here(session)
    note_listening(session.visitor)
    return frozenset(audience_of(address) for address in addresses_of(session.visitor))


def note(key: str, token: str) -> None:
    """Whoever reads this stream is there."""
    # The stream goes on while the database is away.
    with suppress(DatabaseError, InterfaceError):
        close_old_connections()
        account = account_of(key, LISTENS) if descriptions() else None
        session = session_of(account, token) if account else None
        if session:
            note_listening(session.visitor)


async def _refuse(send: Send, status: int, name: str, title: str, detail: str) -> None:
    body = {"type": f"urn:problem-type:ninelives:{name}", "title": title, "status": status, "detail": detail}
    headers = [*OPEN, (b"content-type", b"application/problem+json")]
    await refuse(send, status, json.dumps(body).encode(), headers)
