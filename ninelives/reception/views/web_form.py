"""The web form: a page of ours, in a frame or not, forms of other sites that lead here, and JSON. It works without
JavaScript. docs/reference/web-form.md tells it."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ninelives.channels.models import ChannelAccount
from ninelives.reception import forms
from ninelives.reception.pacing import Pace, TooFastError, spend
from ninelives.reception.queries import account_of
from ninelives.reception.views.door import Refusal, json_response, language_of
from ninelives.reception.views.filling import (
    KIND,
    TRAP,
    Problems,
    checked,
    posted_files,
    told_as_json,
    told_by,
    too_large,
)

log = logging.getLogger(__name__)

_PAGES = Pace("form page", visitor=0, network=600)
_SENT = Pace("form", visitor=0, network=60)
# Nobody's mailbox is filled by somebody who types its address.
_TO_ONE = Pace("form to one", visitor=20, network=600, seconds=3600)
_METHODS = "GET, POST, OPTIONS"
_OWN_KEY = re.compile(r"[0-9A-Za-z_-]{8,64}")


@dataclass(frozen=True, slots=True)
class _Asked:
    request: HttpRequest
    account: ChannelAccount
    settings: Mapping[str, str] = field(repr=False)

    @property
    def origins(self) -> list[str]:
        return self.settings.get("origins", "").split()

    @property
    def origin(self) -> str:
        """Of the page that leads here; "" where that is ours, or nothing is told of it."""
        told = self.request.headers.get("Origin", "")
        told = told if told and told != "null" else _origin(self.request.headers.get("Referer", ""))
        return "" if told == f"{self.request.scheme}://{self.request.get_host()}" else told


@csrf_exempt
@login_not_required
def form(request: HttpRequest, key: str) -> HttpResponseBase:
    with translation.override(language_of(request)):
        told: dict[str, str] = {}
        try:
            asked = _asked(request, key)
            return _framed(_by_method(asked, told), asked) if asked else _nowhere(request)
        except Problems as problems:
            return _refused(request, key, told, problems)
        except (DatabaseError, InterfaceError, OSError) as reason:
            log.error("form not stored: %s", type(reason).__name__)
            away = Problems({"": _("We cannot be reached at this moment. Try again soon.")}, 503, 10)
            return _refused(request, key, told, away, is_away=True)


@login_not_required
def thanks(request: HttpRequest, key: str, token: str) -> HttpResponseBase:
    """Reading it again sends nothing."""
    with translation.override(language_of(request)):
        asked, number = _asked(request, key), forms.number_in(token)
        if asked is None or number is None:
            return _nowhere(request)
        told = {"brand": asked.account.brand, "number": number, "again": reverse("reception:form", args=[key])}
        return _framed(render(request, "reception/form_thanks.html", told), asked)


def _asked(request: HttpRequest, key: str) -> _Asked | None:
    account = account_of(key, KIND)
    return _Asked(request, account, account.view().settings) if account else None


def _by_method(asked: _Asked, told: dict[str, str]) -> HttpResponse:
    request, network = asked.request, asked.request.META.get("REMOTE_ADDR", "")
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponse(status=405, headers={"Allow": _METHODS})
    _spend(_SENT if request.method == "POST" else _PAGES, network=network)
    if request.method != "POST":
        told["page"] = request.headers.get("Referer", "")[:2000] if asked.origin else ""
        return _page(request, asked, told, {})
    return _posted_as_json(asked) if _is_json(request) else _posted(asked, told)


def _posted(asked: _Asked, told: dict[str, str]) -> HttpResponse:
    try:
        told |= told_by(asked.request)
        told["files"] = "given" if asked.request.FILES else ""
        filled = checked(told, posted_files(asked.request), translation.get_language() or "")
    except (RequestDataTooBig, UnreadablePostError, MultiPartParserError, TooManyFilesSent) as reason:
        raise too_large() from reason
    kept = _keep(asked, filled, _ids_of_form(asked, told))
    after = asked.settings.get("thanks_url") or reverse(
        "reception:form_thanks", args=[asked.settings["key"], forms.receipt_token(kept)]
    )
    if asked.settings.get("thanks_url"):
        after += f"{'&' if '?' in after else '?'}{urlencode({'reference': kept.number})}"
    # 303: reading the page again sends nothing.
    return HttpResponseRedirect(after, status=303)


def _ids_of_form(asked: _Asked, told: Mapping[str, str]) -> list[str]:
    """Raises Problems where it must be sent once more."""
    if not told["form"] and asked.origin in asked.origins:
        return forms.times_without_form()
    try:
        return [forms.read_form(asked.account, told["form"])]
    except forms.TooSoonError as reason:
        raise Problems({"": _("That was very quick. Send it once more.")}) from reason
    except forms.StaleFormError as reason:
        words = _("This form has to be sent from here. Look it over and send it, with your files.")
        raise Problems(
            {"": words if asked.origin else _("This page stood open for long. Send it once more.")}
        ) from reason


def _posted_as_json(asked: _Asked) -> HttpResponse:
    if asked.origin and asked.origin not in asked.origins:
        raise Problems({"": _("Pages of this site may not call here.")}, 403)
    try:
        told, files = told_as_json(asked.request)
    except (RequestDataTooBig, UnreadablePostError) as reason:
        raise too_large() from reason
    except Refusal as refusal:
        raise Problems({"": str(refusal.detail)}, refusal.status) from refusal
    if told["key"] and not _OWN_KEY.fullmatch(told["key"]):
        raise Problems({"key": _("“%s” should be 8 to 64 letters and digits.") % "key"})
    filled = checked(told, files, translation.get_language() or "")
    kept = _keep(asked, filled, [f"own-{told['key']}"] if told["key"] else forms.times_without_form())
    answer = {"reference": f"#{kept.number}", "number": kept.number, "is_new": kept.is_new}
    return json_response(answer, 201 if kept.is_new else 200)


def _keep(asked: _Asked, filled: forms.Filled, ids: list[str]) -> forms.Kept:
    _spend(_TO_ONE, visitor=f"{asked.account.pk} {filled.mail}")
    return forms.keep(asked.account, filled, ids)


def _spend(pace: Pace, *, visitor: str = "", network: str = "") -> None:
    try:
        spend(pace, visitor=visitor, network=network)
    except TooFastError as reason:
        words = _("That went too fast. Wait a moment; nothing is lost.")
        raise Problems({"": words}, 429, reason.wait) from reason


def _refused(
    request: HttpRequest, key: str, told: Mapping[str, str], problems: Problems, *, is_away: bool = False
) -> HttpResponseBase:
    """What was filled in stands there still; but a browser takes no files back."""
    asked = None if is_away else _asked(request, key)
    if _is_json(request):
        answer = _as_problem(problems)
    else:
        answer = _page(request, asked, told, problems.by_field)
        answer.status_code = problems.status
    if problems.wait:
        answer["Retry-After"] = str(problems.wait)
    return _framed(answer, asked)


def _as_problem(problems: Problems) -> HttpResponse:
    told = {
        "type": f"urn:problem-type:ninelives:{'invalid' if problems.status == 422 else 'form'}",
        "title": _("Not valid"),
        "status": problems.status,
        "detail": " ".join(problems.by_field.values()),
        "errors": {name: words for name, words in problems.by_field.items() if name},
    }
    answer = json_response(told, problems.status)
    answer["Content-Type"] = "application/problem+json"
    return answer


def _page(
    request: HttpRequest, asked: _Asked | None, told: Mapping[str, str], wrong: Mapping[str, str]
) -> HttpResponse:
    language = translation.get_language() or "en"
    settings = asked.settings if asked else {}
    shown = {
        "brand": asked.account.brand if asked else None,
        "intro": settings.get(f"intro_{language}") or settings.get("intro", ""),
        "told": told,
        "wrong": wrong,
        "trap": TRAP,
        "form": _form_for(asked, told),
        "had_files": bool(told.get("files") or wrong.get("files")),
    }
    return render(request, "reception/form.html", shown)


def _form_for(asked: _Asked | None, told: Mapping[str, str]) -> str:
    """The same as long as it holds, so that what was sent once is not sent twice."""
    given = told.get("form", "")
    if asked is None:
        return given
    try:
        forms.read_form(asked.account, given)
    except forms.TooSoonError:
        return given
    except forms.StaleFormError:
        return forms.new_form(asked.account)
    return given


def _framed(response: HttpResponseBase, asked: _Asked | None) -> HttpResponseBase:
    """By whom it may be shown in a frame and called: the sites of the list, or anybody where there is none."""
    origins = asked.origins if asked else []
    after = _origin(asked.settings.get("thanks_url", "")) if asked else ""
    # Browsers apply it to where a form leads on to as well.
    policy = {
        "frame-ancestors": ["'self'", *origins] if origins else ["*"],
        "form-action": ["'self'", *filter(None, [after])],
    }
    response["Access-Control-Allow-Methods"] = _METHODS
    response["Access-Control-Allow-Headers"] = "Content-Type, Accept-Language"
    if asked and asked.origin in origins:
        response["Access-Control-Allow-Origin"] = asked.origin
    response["Vary"] = "Origin, Accept-Language"
    response["Cache-Control"] = "no-store"
    return csp_replace(policy)(lambda _request: response)(HttpRequest())


def _nowhere(request: HttpRequest) -> HttpResponse:
    if _is_json(request):
        return _as_problem(Problems({"": _("There is no such form here.")}, 404))
    return render(request, "404.html", status=404)


def _is_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
