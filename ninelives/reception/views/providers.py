"""The providers' door over HTTP: check the signature, store the raw bytes, answer."""

import logging
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ninelives.channels import actions, queries
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import AccountView, BadSignature, Call, Envelope, Reply
from ninelives.channels.registry import channel
from ninelives.channels.sharing import told_of

log = logging.getLogger(__name__)


# So long an account is taken to be as it was found: each provider calls many times. Where a call is refused by that, it
# is found anew, so that a secret that was just told counts at once.
REMEMBER = 1.0
_MOST_KNOWN = 1000
_known: dict[UUID, "Known"] = {}


@dataclass(frozen=True, slots=True)
class Known:
    account: ChannelAccount
    view: AccountView = field(repr=False)
    at: float


def forget() -> None:
    """What was found counts no more."""
    _known.clear()


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, kind: str, account_id: UUID) -> HttpResponse:
    """Whatever keeps us from storing it, the provider keeps it and calls again."""
    try:
        return _challenge(request, kind, account_id) if request.method == "GET" else _call(request, kind, account_id)
    except RequestDataTooBig:
        return HttpResponse("Too large", status=413, content_type="text/plain")
    except (DatabaseError, InterfaceError, OSError) as reason:
        log.error("call not stored: %s", type(reason).__name__)
        return HttpResponse(status=503, headers={"Retry-After": "10"})


def _challenge(request: HttpRequest, kind: str, account_id: UUID) -> HttpResponse:
    known = _found(kind, account_id)
    answer = channel(kind).handshake(request.GET.dict(), known.view)
    return _said(answer) if answer else HttpResponseForbidden()


def _call(request: HttpRequest, kind: str, account_id: UUID) -> HttpResponse:
    headers = {name.lower(): value for name, value in request.headers.items()}
    call = Call(request.body, headers, request.build_absolute_uri())
    known = _caller(kind, account_id, call)
    if known is None:
        return HttpResponseForbidden()
    for one in told_of(known.account, known.view, call):
        actions.store(one, call.body, Envelope(peer_ip=request.META.get("REMOTE_ADDR", "")))
    return _said(channel(kind).answer(call, known.view))


def _caller(kind: str, account_id: UUID, call: Call) -> Known | None:
    """Whose call it is, if it is signed as theirs."""
    known = _remembered(kind, account_id)
    if known and _is_theirs(call, known):
        return known
    found = _found(kind, account_id)
    return found if _is_theirs(call, found) else None


def _is_theirs(call: Call, known: Known) -> bool:
    try:
        channel(known.account.kind).check(call, known.view)
    except BadSignature:
        return False
    return True


def _remembered(kind: str, account_id: UUID) -> Known | None:
    known = _known.get(account_id)
    is_fresh = known is not None and known.account.kind == kind and monotonic() - known.at < REMEMBER
    return known if is_fresh else None


def _found(kind: str, account_id: UUID) -> Known:
    account = queries.account_by_id(kind, account_id)
    if account is None:
        _known.pop(account_id, None)
        raise Http404
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    known = _known[account_id] = Known(account, account.view(), monotonic())
    return known


def _said(reply: Reply) -> HttpResponse:
    return HttpResponse(reply.body, content_type=reply.media_type, status=reply.status, headers=dict(reply.headers))
