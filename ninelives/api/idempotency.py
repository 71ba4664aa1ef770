"""A request with an Idempotency-Key is done once, however often it is sent.

The key is a row, written in the transaction of the work itself: either both are there or neither is, whenever we are
killed. A second request with the key waits on that row until the first has ended, then hears the first one's answer.
Only what was done is remembered. A request that was refused changed nothing, and may be sent again under its key.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpResponse
from ninja import Header, Schema
from ninja.responses import NinjaJSONEncoder, Status
from psycopg.errors import LockNotAvailable

from ninelives.api.models import RememberedAnswer
from ninelives.api.problems import IN_PROGRESS, KEY_REUSED, Problem
from ninelives.api.tokens import TokenRequest
from ninelives.foundation.clock import now
from ninelives.foundation.secrets import seal, unseal

KEPT = timedelta(hours=24)
WAIT = "5s"

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=r"^[\x20-\x7e]*$",
        description="Sent again with the same key, the request is done once and answered the same",
    ),
]


def once(
    request: TokenRequest, key: str, work: Callable[[], Status[Schema]], *, is_secret: bool = False
) -> HttpResponse:
    """Do the work and answer, or give the answer that was given before. A secret one is remembered sealed."""
    with transaction.atomic():
        remembered = _remember(request, key) if key else None
        if remembered and remembered.status:
            return _again(remembered)
        answer = _answer(work())
        if remembered:
            told = answer.content.decode()
            body = seal(told) if is_secret else told
            RememberedAnswer.objects.filter(pk=remembered.pk).update(status=answer.status_code, body=body)
        return answer


def fingerprint(request: TokenRequest, key: str) -> str:
    """Equal for the same request of the same token under the same key."""
    parts = [str(request.auth.pk), key, request.method or "", request.get_full_path()]
    return hashlib.sha256("\0".join(parts).encode() + b"\0" + request.body).hexdigest()


def prune() -> int:
    """Forget answers nobody will ask for again; how many."""
    return RememberedAnswer.objects.filter(at__lt=now() - KEPT).delete()[0]


def _remember(request: TokenRequest, key: str) -> RememberedAnswer:
    """The row of this key: ours and still without a status, or that of an earlier request."""
    asked = fingerprint(request, key)
    try:
        with transaction.atomic():
            _wait_at_most(f"'{WAIT}'")
            row = RememberedAnswer.objects.create(token=request.auth, key=key, request=asked)
            _wait_at_most("DEFAULT")
            return row
    except IntegrityError:
        row = RememberedAnswer.objects.get(token=request.auth, key=key)
    except OperationalError as reason:
        if isinstance(reason.__cause__, LockNotAvailable):
            raise Problem(IN_PROGRESS, headers={"Retry-After": "1"}) from reason
        raise
    if row.request != asked:
        raise Problem(KEY_REUSED)
    return row


def _wait_at_most(limit: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {limit}")


def _answer(status: Status[Schema]) -> HttpResponse:
    body = json.dumps(status.value.model_dump(), cls=NinjaJSONEncoder)
    return HttpResponse(body, status=status.status_code, content_type="application/json; charset=utf-8")


def _again(remembered: RememberedAnswer) -> HttpResponse:
    # JSON begins otherwise than what is sealed.
    told = remembered.body if remembered.body.startswith("{") else unseal(remembered.body)
    return HttpResponse(
        told,
        status=remembered.status,
        content_type="application/json; charset=utf-8",
        headers={"Idempotency-Replayed": "true"},
    )
