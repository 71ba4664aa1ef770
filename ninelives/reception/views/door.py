"""The frame around every call of a widget: from any origin and without cookies, paced, and refused in words."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from ninelives.accounts.models import LANGUAGES
from ninelives.channels.models import ChannelAccount
from ninelives.reception.actions import note_here
from ninelives.reception.models import Visitor, VisitorSession
from ninelives.reception.pacing import Pace, TooFastError, spend
from ninelives.reception.queries import account_of, session_of

log = logging.getLogger(__name__)

ALLOWED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-File-Name, Accept-Language",
    "Access-Control-Max-Age": "86400",
}


class Refusal(Exception):
    """An answer as `application/problem+json`. docs/reference/webchat.md has a row for each name."""

    def __init__(self, name: str, status: int, title: str | Promise, detail: str | Promise, **headers: str) -> None:
        super().__init__(name)
        self.name, self.status, self.title, self.detail = name, status, title, detail
        self.headers = {header.replace("_", "-"): value for header, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Call:
    """What every call tells, checked."""

    request: HttpRequest
    account: ChannelAccount
    language: str
    session: VisitorSession | None = field(repr=False)

    @property
    def browser(self) -> VisitorSession:
        if self.session is None:
            raise Refusal(
                "unauthorized",
                401,
                gettext_lazy("A session is needed"),
                gettext_lazy("This chat session is over, or was never begun. Begin a new one."),
            )
        return self.session

    @property
    def visitor(self) -> Visitor:
        return self.browser.visitor


View = Callable[..., HttpResponseBase]


def chat(pace: Pace, *, kinds: Sequence[str] = ("webchat",), **by_method: View) -> View:
    """A view at an address with the account's key in it: one function a method, each given a `Call`."""

    @csrf_exempt
    @login_not_required
    def answer(request: HttpRequest, key: str = "", **named: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return _open_to_all(HttpResponse(status=204, headers=PREFLIGHT))
        with translation.override(language_of(request)):
            return _open_to_all(answered(lambda: _answer(request, key, named)))

    def _answer(request: HttpRequest, key: str, named: Mapping[str, Any]) -> HttpResponseBase:
        account = account_of(key, *kinds)
        return method_of(request, by_method)(_call(request, account, pace), **named)

    return answer


def method_of(request: HttpRequest, by_method: Mapping[str, View]) -> View:
    view = by_method.get(request.method or "")
    if view is None:
        raise _not_a_method(by_method)
    return view


def answered(view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What it answers, or why it does not."""
    try:
        return view()
    except Refusal as refusal:
        return _problem(refusal)
    except TooFastError as too_fast:
        return _problem(_too_fast(too_fast))
    except (RequestDataTooBig, UnreadablePostError):
        return _problem(too_large(1_000_000))
    except (OperationalError, InterfaceError) as reason:
        log.error("chat: the database failed a call: %s", type(reason).__name__)
        return _problem(_away())


def _call(request: HttpRequest, account: ChannelAccount | None, pace: Pace) -> Call:
    return call_of(request, account, _token(request), pace)


def call_of(request: HttpRequest, account: ChannelAccount | None, token: str, pace: Pace) -> Call:
    """Counted, whoever asks. Raises Refusal, TooFastError."""
    session = session_of(account, token) if account and token else None
    spend(pace, visitor=str(session.visitor_id) if session else "", network=request.META.get("REMOTE_ADDR", ""))
    if account is None:
        raise not_found()
    if session:
        note_here(session)
    return Call(request, account, translation.get_language() or "en", session)


def body_of(request: HttpRequest, most: int) -> dict[str, Any]:
    """The JSON object in the body."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise too_large(most)
    try:
        told = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as reason:
        raise malformed() from reason
    if not isinstance(told, dict):
        raise malformed()
    return told


def json_response(told: dict[str, Any] | list[dict[str, Any]], status: int = 200, **headers: str) -> HttpResponse:
    response = HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type="application/json")
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def not_found() -> Refusal:
    return Refusal("not-found", 404, gettext_lazy("Not found"), gettext_lazy("There is no such chat here."))


def malformed() -> Refusal:
    return Refusal(
        "malformed", 400, gettext_lazy("Not understood"), gettext_lazy("The body should be a JSON object in UTF-8.")
    )


def invalid(detail: str) -> Refusal:
    return Refusal("invalid", 422, gettext_lazy("Not valid"), detail)


def too_large(most: int) -> Refusal:
    size = f"{most // 1_000_000} MB" if most >= 1_000_000 else f"{most // 1000} kB"
    return Refusal("too-large", 413, gettext_lazy("Too large"), _("At most %s can be sent at once.") % size)


def _too_fast(reason: TooFastError) -> Refusal:
    return Refusal(
        "too-many-requests",
        429,
        gettext_lazy("Too many requests"),
        gettext_lazy("That went too fast. Wait a moment; nothing is lost."),
        Retry_After=str(reason.wait),
    )


def _away() -> Refusal:
    return Refusal(
        "unavailable",
        503,
        gettext_lazy("Not available now"),
        gettext_lazy("We cannot be reached at this moment. Try again soon."),
        Retry_After="5",
    )


def _not_a_method(by_method: Mapping[str, View]) -> Refusal:
    return Refusal(
        "method-not-allowed",
        405,
        gettext_lazy("Method not allowed"),
        gettext_lazy("The header “Allow” names the methods of this address."),
        Allow=", ".join([*by_method, "OPTIONS"]),
    )


def _problem(refusal: Refusal) -> HttpResponse:
    told = {
        "type": f"urn:problem-type:ninelives:{refusal.name}",
        "title": str(refusal.title),
        "status": refusal.status,
        "detail": str(refusal.detail),
    }
    response = json_response(told, refusal.status, **refusal.headers)
    response["Content-Type"] = "application/problem+json"
    return response


def _open_to_all(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in ALLOWED.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def language_of(request: HttpRequest) -> str:
    asked = request.GET.get("language", "").lower()[:2]
    return asked if asked in dict(LANGUAGES) else translation.get_language_from_request(request)


def _token(request: HttpRequest) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Also what is not there is told so that the page that asked may read it."""
    return _open_to_all(_problem(not_found()))
