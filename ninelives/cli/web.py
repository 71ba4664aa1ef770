"""`ninelives web`: the screens and the API, in one process."""

import sys

from ninelives.cli.database import serve_on_server
from ninelives.config.environment import Environment


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
    uvicorn.run(
        "ninelives.config.asgi:application",
        host=settings.host,
        port=settings.port,
        log_level="warning" if settings.log == "info" else settings.log,
        access_log=False,
        server_header=False,
        ws="none",
        backlog=2048,
        # Open event streams never end by themselves: without a limit the server would wait for them for good.
        timeout_graceful_shutdown=3,
    )
    return 0
