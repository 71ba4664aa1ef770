"""`ninelives rehearse`: which floor each queue without one of its own is held to, found anew by simulating."""

import argparse
import os
import signal
import sys
import threading
from contextlib import suppress

from ninelives.cli.asking import organisation
from ninelives.cli.errors import CannotDo

_MOST_SECONDS = 120


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=int, default=_MOST_SECONDS, metavar="N", help="at most so long (120)")
    parser.add_argument(
        "--worker", action="store_true", help="as the worker starts it: if it is due, and while its input lasts"
    )


def run(options: argparse.Namespace) -> int:
    # What is compiled hears no handler: the signal itself ends it, and nothing was written.
    signal.alarm(max(1, options.seconds))
    try:
        if options.worker:
            _stand_back()
        with organisation():
            return _rehearse(options)
    finally:
        signal.alarm(0)


def _stand_back() -> None:
    """Behind everything else, and never without whoever wanted it."""
    os.nice(19)
    if sys.platform == "linux":
        # Only what nobody else wants of the machine.
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    threading.Thread(target=_end_with_the_input, daemon=True).start()


def _end_with_the_input() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _rehearse(options: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from ninelives.foundation.standing_back import stand_back
    from ninelives.routing.engine.prices import NoPricesError
    from ninelives.routing.engine.simulating.running import OverrunError
    from ninelives.routing.live.rehearsing import Came, rehearse_now
    from ninelives.routing.models import Routing
    from ninelives.routing.rehearsals import NOTHING_TO_DO

    stand_back()
    try:
        came = rehearse_now(only_if_due=options.worker)
    except (NoPricesError, OverrunError) as reason:
        raise CannotDo(_("nothing was found (%(reason)s): the floors are as they were") % {"reason": reason}) from None
    if options.worker:
        return 0 if came is Came.REHEARSED else NOTHING_TO_DO
    if came is Came.ELSEWHERE:
        raise CannotDo(_("another rehearsal is under way"))
    if came is Came.NOBODY:
        raise CannotDo(_("there is no queue that somebody at work could serve: the floors are as they were"))
    count = len(Routing.objects.get(pk=1).floors)
    print(ngettext("%d floor found anew", "%d floors found anew", count) % count)
    return 0
