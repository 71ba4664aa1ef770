"""Every error as `application/problem+json` (RFC 9457), in the reader's language."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from ninelives.api import schemas, wording

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:ninelives:"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. docs/reference/api.md has a row for each."""

    name: str
    status: int
    title: str | Promise
    detail: str | Promise


MALFORMED = Kind("malformed", 400, _("Not understood"), _("The request cannot be read: its body is not JSON in UTF-8."))
BAD_CURSOR = Kind(
    "bad-cursor", 400, _("Unknown cursor"), _("Use the cursor in “next” as it was given, or none for the first page.")
)
UNAUTHORIZED = Kind(
    "unauthorized", 401, _("A token is needed"), _("Send the header “Authorization: Bearer …” with a valid token.")
)
FORBIDDEN = Kind("forbidden", 403, _("Not allowed"), _("This token was not given the right to do that."))
NOT_FOUND = Kind("not-found", 404, _("Not found"), _("There is nothing here, or it is not for this token to see."))
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed", 405, _("Method not allowed"), _("The header “Allow” names the methods of this address.")
)
IN_PROGRESS = Kind(
    "in-progress", 409, _("Still in progress"), _("An earlier request with this Idempotency-Key has not ended yet.")
)
NOT_ACTIVE = Kind(
    "not-active", 409, _("Switched off"), _("This webhook is not called now. Switch it on first; “reason” says why.")
)
NOT_OPEN = Kind("not-open", 409, _("Not open"), _("The conversation is closed; open it first."))
SETTLED = Kind(
    "settled", 409, _("Settled already"), _("The promise was kept or withdrawn already; take that back first.")
)
OFFER_ENDED = Kind(
    "offer-ended", 409, _("The offer has ended"), _("It was taken, passed on or withdrawn, or its time was over.")
)
GONE = Kind("gone", 410, _("The bytes are gone"), _("The file is known, but the data folder no longer has its bytes."))
TOO_LARGE = Kind("too-large", 413, _("Too large"), _("The request has more bytes than are taken at once."))
INVALID = Kind("invalid", 422, _("Not valid"), _("Some fields cannot be used; “errors” names them."))
NOT_SENDABLE = Kind("not-sendable", 422, _("Cannot be sent"), _("The message was not sent; “errors” says why."))
NOT_MERGEABLE = Kind("not-mergeable", 422, _("Cannot be merged"), _("Nothing was merged; “errors” says why."))
KEY_REUSED = Kind(
    "key-reused", 422, _("Key used before"), _("This Idempotency-Key was used for another request; nothing was done.")
)
TOO_MANY = Kind("too-many-requests", 429, _("Too many requests"), _("Wait a moment before the next request."))
UNEXPECTED = Kind(
    "unexpected",
    500,
    _("Unexpected fault"),
    _("Something went wrong here; it is in the log, and nothing was half done."),
)
SEARCH_TOO_SLOW = Kind(
    "search-too-slow",
    503,
    _("Searching took too long"),
    _("Nothing can be said of what was asked in “q”; try other words, or again in a moment."),
)
UNAVAILABLE = Kind("unavailable", 503, _("Not available now"), _("The database does not answer; try again soon."))

KINDS = (
    MALFORMED,
    BAD_CURSOR,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    IN_PROGRESS,
    NOT_ACTIVE,
    NOT_OPEN,
    SETTLED,
    OFFER_ENDED,
    GONE,
    TOO_LARGE,
    INVALID,
    NOT_SENDABLE,
    NOT_MERGEABLE,
    KEY_REUSED,
    TOO_MANY,
    UNEXPECTED,
    SEARCH_TOO_SLOW,
    UNAVAILABLE,
)


class Problem(Exception):
    def __init__(
        self, kind: Kind, *, errors: Sequence[schemas.FieldError] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(kind.name)
        self.kind, self.errors, self.headers = kind, errors, headers or {}


def answer(problem: Problem) -> HttpResponse:
    kind = problem.kind
    body = schemas.Problem(
        type=TYPE_PREFIX + kind.name,
        title=str(kind.title),
        status=kind.status,
        detail=str(kind.detail),
        errors=list(problem.errors) or None,
    )
    return HttpResponse(
        json.dumps(body.model_dump(exclude_none=True)),
        status=kind.status,
        content_type=MEDIA_TYPE,
        headers=dict(problem.headers),
    )


def wrong_field(field: str, code: str, message: str, location: str = "body") -> schemas.FieldError:
    return schemas.FieldError(location=location, field=field, code=code, message=message)


def teach(api: NinjaAPI) -> None:
    """Let the API answer each exception with its problem."""
    for exception, problem_of in _PROBLEMS.items():
        api.add_exception_handler(exception, _handler(problem_of))


def _handler(problem_of: Callable[[Any], Problem]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, reason: answer(problem_of(reason))


def _of_status(reason: HttpError) -> Problem:
    if reason.status_code == 401:
        return Problem(UNAUTHORIZED, headers={"WWW-Authenticate": 'Bearer realm="Ninelives"'})
    kind = next((kind for kind in KINDS if kind.status == reason.status_code), MALFORMED)
    wait = getattr(reason, "wait", None)
    return Problem(kind, headers={"Retry-After": str(wait)} if wait else None)


def _of_validation(reason: ValidationError) -> Problem:
    return Problem(INVALID, errors=[wording.of_field(error) for error in reason.errors])


def _of_fault(reason: Exception) -> Problem:
    log.error("an API request failed", exc_info=reason)
    return Problem(UNEXPECTED)


def _of_database(reason: Exception) -> Problem:
    log.error("the database failed an API request: %s", type(reason).__name__)
    return Problem(UNAVAILABLE, headers={"Retry-After": "5"})


# The nearest class of an exception counts, so the last line is for what nobody foresaw.
_PROBLEMS: dict[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda problem: problem,
    Http404: lambda _reason: Problem(NOT_FOUND),
    HttpError: _of_status,
    ValidationError: _of_validation,
    RequestDataTooBig: lambda _reason: Problem(TOO_LARGE),
    SuspiciousOperation: lambda _reason: Problem(MALFORMED),
    UnreadablePostError: lambda _reason: Problem(MALFORMED),
    OperationalError: _of_database,
    InterfaceError: _of_database,
    Exception: _of_fault,
}
