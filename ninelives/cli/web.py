"""`ninelives web`: the screens and the API, in one process; several may share the port."""

import socket
import sys
from contextlib import suppress

from ninelives.cli.database import serve_on_server
from ninelives.cli.doors import door
from ninelives.cli.errors import CannotDo
from ninelives.config.environment import Endpoint, Environment


def run(_options: object) -> int:
    import uvicorn

    settings = Environment.read()
    serve_on_server(settings)
    from ninelives.foundation.waking import waker
    from ninelives.workspace.live_beats import beats

    waker.begin()
    beats.begin()
    # Whoever waits for the interpreter after each trip to the database gets it after so long, also from a thread that
    # computes: at Python's 5 ms, a provider's call of five trips would wait 25 ms for somebody's search.
    sys.setswitchinterval(0.0005)
    config = uvicorn.Config(
        "ninelives.config.asgi:application",
        log_level="warning" if settings.log == "info" else settings.log,
        access_log=False,
        server_header=False,
        ws="none",
        backlog=2048,
        # Open event streams never end by themselves: without a limit the server would wait for them for good.
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    with _door(settings) as ours, suppress(KeyboardInterrupt):
        server.run(sockets=[ours])
    return 0 if server.started else 3


def _door(settings: Environment) -> socket.socket:
    """Bound and not yet listening: nobody is sent here before the screens are there."""
    try:
        return door(settings.host, settings.port, is_shared=settings.web_processes > 1)
    except OSError as reason:
        raise CannotDo(f"cannot listen on {Endpoint(settings.host, settings.port)} ({reason.strerror})") from None
