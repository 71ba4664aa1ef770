"""`ninelives web`: the screens and the API, in one process; several may share the port."""

import socket
import sys
from contextlib import suppress

from ninelives.cli.database import serve_on_server
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
    with _door(settings) as door, suppress(KeyboardInterrupt):
        server.run(sockets=[door])
    return 0 if server.started else 3


def _door(settings: Environment) -> socket.socket:
    """Bound and not yet listening: nobody is sent here before the screens are there."""
    door = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if settings.web_processes > 1:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        door.bind((settings.host, settings.port))
    except OSError as reason:
        raise CannotDo(f"cannot listen on {Endpoint(settings.host, settings.port)} ({reason.strerror})") from None
    return door
