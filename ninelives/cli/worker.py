"""`ninelives worker`: what came in is taken in, what is to go out goes out."""

from ninelives.cli.database import serve_on_server
from ninelives.cli.stopping import stop_event
from ninelives.config.environment import Environment


def run(_options: object) -> int:
    serve_on_server(Environment.read())
    from ninelives.reception import working

    working.run(stop_event())
    return 0
