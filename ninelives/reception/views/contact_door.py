"""The frame around every call of the contact API: whose app it is, from which origins, whose conversations."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ninelives.channels.models import ChannelAccount
from ninelives.reception.pacing import Pace
from ninelives.reception.queries import account_of
from ninelives.reception.views.door import (
    Call,
    Refusal,
    View,
    answered,
    body_of,
    call_of,
    invalid,
    language_of,
    malformed,
    method_of,
    not_found,
    too_large,
)

KIND = "contact_api"
MOST_JSON = 200_000
# Ten files go in one message; together with what is around them they are no larger than this.
MOST_BODY = 50_000_000
_METHODS = "GET, POST, PATCH, OPTIONS"
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def contact(pace: Pace, **by_method: View) -> View:
    """A view at an address with an inbox identifier, and mostly a contact's source id, in it."""

    @csrf_exempt
    @login_not_required
    def answer(request: HttpRequest, key: str = "", source_id: str = "", **named: Any) -> HttpResponseBase:
        account = account_of(key, KIND)
        with translation.override(language_of(request)):
            if request.method == "OPTIONS":
                given: HttpResponseBase = HttpResponse(status=204, headers=_preflight())
            else:
                given = _with_error(
                    answered(lambda: method_of(request, by_method)(_call(request, account, source_id, pace), **named))
                )
            return _open(given, request, account)

    return answer


def _call(request: HttpRequest, account: ChannelAccount | None, source_id: str, pace: Pace) -> Call:
    call = call_of(request, account, source_id, pace)
    origin = request.headers.get("Origin", "")
    if origin and not _is_allowed(origin, call.account):
        raise Refusal("forbidden", 403, _("Not allowed"), _("Pages of this site may not call here."))
    if source_id and call.session is None:
        raise not_found()
    return call


def told_by(request: HttpRequest) -> dict[str, Any]:
    """What a call tells, as JSON or as a form. Raises Refusal."""
    if request.content_type not in _FORMS:
        return body_of(request, MOST_JSON)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BODY:
        raise too_large(MOST_BODY)
    try:
        return {name: request.POST[name] for name in request.POST}
    except (MultiPartParserError, TooManyFilesSent) as reason:
        raise malformed() from reason


def text(told: Mapping[str, Any], name: str, most: int) -> str:
    """Also a number is one: ids of many clients are. Raises Refusal."""
    value = told.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str | None):
        raise invalid(_("“%s” should be a text.") % name)
    if len(value or "") > most:
        raise invalid(_("“%(name)s” is longer than %(most)d characters.") % {"name": name, "most": most})
    return (value or "").replace("\0", "").encode("utf-8", "replace").decode().strip()


def _origins(account: ChannelAccount | None) -> list[str]:
    return account.view().settings.get("origins", "").split() if account else []


def _is_allowed(origin: str, account: ChannelAccount | None) -> bool:
    allowed = _origins(account)
    return not allowed or origin in allowed


def _preflight() -> dict[str, str]:
    return {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept-Language, api_access_token",
        "Access-Control-Max-Age": "86400",
    }


def _open(response: HttpResponseBase, request: HttpRequest, account: ChannelAccount | None) -> HttpResponseBase:
    """To the pages that may call; there are no cookies, so that it may be anybody's."""
    origin = request.headers.get("Origin", "")
    if _is_allowed(origin, account):
        response.headers["Access-Control-Allow-Origin"] = origin if _origins(account) else "*"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    response.headers["Vary"] = "Origin, Accept-Language"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _with_error(response: HttpResponseBase) -> HttpResponseBase:
    """Clients of Chatwoot look for `error`."""
    if isinstance(response, HttpResponse) and response["Content-Type"] == "application/problem+json":
        told = json.loads(response.content)
        response.content = json.dumps({**told, "error": told["detail"]}, ensure_ascii=False).encode()
    return response
