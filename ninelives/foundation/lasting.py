"""The database connection of a thread that works through one short thing after another."""

import math
import threading
import time

from django.db import close_old_connections, connection

# A connection that answered a moment ago is not asked again whether it still does: what it would cost each time is more
# than what is stored. Whoever meets one that broke just now hears so, and the next has a new one.
QUIET = 1.0

_last = threading.local()


def connection_at_hand() -> None:
    """To be called before each of them."""
    at = time.monotonic()
    if connection.errors_occurred or at - getattr(_last, "used", -math.inf) > QUIET:
        close_old_connections()
    _last.used = at
