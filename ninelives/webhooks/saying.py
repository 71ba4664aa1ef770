"""One call over the line. No database is needed here: many may wait for slow answers at once."""

import logging
import time

from ninelives import __version__
from ninelives.foundation.outgoing import Allowed, NotCalled, Patience, Resolve, post
from ninelives.webhooks import signing
from ninelives.webhooks.actions.calling import KEPT_OF_AN_ANSWER, Errand, Heard

log = logging.getLogger(__name__)

# The specification gives a receiver 15 to 30 seconds.
PATIENCE = Patience(connect=5, read=20, total=20, body=2)


def say(errand: Errand, allowed: Allowed, patience: Patience = PATIENCE, resolve: Resolve | None = None) -> Heard:
    """Call, and hear what comes of it. The time in the signature is that of this try."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Ninelives/{__version__}",
        **signing.headers(str(errand.call), int(time.time()), errand.body, errand.secrets),
    }
    try:
        answer = post(
            errand.url,
            errand.body,
            headers,
            allowed=allowed,
            patience=patience,
            most=KEPT_OF_AN_ANSWER,
            resolve=resolve,
        )
    except NotCalled as told:
        return Heard(reason=told.code, detail=told.detail)
    except Exception as fault:  # noqa: BLE001 - the outermost of its thread: whatever it was, the call is made again
        log.error("call %s: %s", errand.call, type(fault).__name__)
        return Heard(reason="unexpected", detail=f"{type(fault).__name__}: {fault}")
    return Heard(answer.status, body=answer.body, retry_after=answer.headers.get("retry-after", ""))
