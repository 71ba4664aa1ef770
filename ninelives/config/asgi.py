"""The one server: live signals as a small route of their own, everything else Django in a few threads.

Django's own ASGI door costs about 3 ms of thread hops a request and a context a stream; domain code is synchronous
anyway, so it runs under WSGI (docs/decisions/0003).
"""

import gc
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninelives.config.settings")

from a2wsgi import WSGIMiddleware
from django.urls import get_resolver

from ninelives.config import calls
from ninelives.config.bodies import TooLargeError, measured, refuse
from ninelives.config.settings import ENVIRONMENT
from ninelives.config.wsgi import application as django_application
from ninelives.reception import chat_stream
from ninelives.workspace.live_beats import beat, is_beat
from ninelives.workspace.live_rows import is_for_rows, rows
from ninelives.workspace.live_stream import stream

# What is here from the start stays: looking through it again and again for garbage takes a tenth of a second, in which
# nobody is answered.
get_resolver().url_patterns  # noqa: B018 - all screens are imported
gc.freeze()

_screens = WSGIMiddleware(django_application, workers=ENVIRONMENT.web_threads)


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    if scope["path"] == "/live/":
        await stream(scope, receive, send)
        return
    if is_beat(scope["path"]):
        await beat(scope, receive, send)
        return
    if is_for_rows(scope["path"]):
        await rows(scope, receive, send)
        return
    if chat_stream.is_for_visitors(scope["path"]):
        await chat_stream.stream(scope, receive, send)
        return
    try:
        scope, receive = await measured(scope, receive)
    except TooLargeError:
        await refuse(scope, send)
        return
    if calls.is_call(scope["path"]):
        await calls.answer(scope, receive, send)
        return
    await _screens(scope, receive, send)
