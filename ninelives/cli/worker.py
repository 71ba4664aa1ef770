"""`ninelives worker`: what came in is taken in, what is to go out goes out."""

import sys

from ninelives.cli.database import serve_on_server
from ninelives.cli.stopping import stop_event
from ninelives.config.environment import Environment


def run(_options: object) -> int:
    serve_on_server(Environment.read())
    from ninelives.reception import working

    # As in the web's process: whoever comes back from the database waits for who computes no longer than this.
    sys.setswitchinterval(0.0005)
    working.run(stop_event())
    return 0
