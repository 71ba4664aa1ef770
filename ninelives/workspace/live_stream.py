"""`/live/`: a stream of topics for one signed-in browser. What changed is fetched by the ordinary views.

A small route beside Django; what all streams share is `foundation/streams.py`.
"""

from http.cookies import CookieError, SimpleCookie

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from ninelives.accounts.permissions import Permission
from ninelives.accounts.sessions import people_of
from ninelives.foundation.streams import Receive, Scope, Send, refuse, serve


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI route."""
    session_key = session_key_of(scope)
    audiences = await _audiences(session_key)
    if audiences is None:
        await refuse(send, 403, b"sign in first", [(b"content-type", b"text/plain")])
        return
    await serve(receive, send, audiences, lambda: _audiences(session_key), is_paced=True)


def session_key_of(scope: Scope) -> str:
    cookies = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                cookies.load(value.decode("latin-1"))
            except CookieError:
                return ""
    return cookies[settings.SESSION_COOKIE_NAME].value if settings.SESSION_COOKIE_NAME in cookies else ""


@sync_to_async
def _audiences(session_key: str) -> frozenset[str] | None:
    close_old_connections()
    person = people_of([session_key]).get(session_key)
    if person is None or not person.may(Permission.READ_CONVERSATIONS):
        return None
    return frozenset(str(one) for one in (person.pk, *person.brand_ids))
