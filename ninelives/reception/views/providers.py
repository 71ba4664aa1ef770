"""The providers' door over HTTP: check the signature, store the raw bytes, answer."""

import logging
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ninelives.channels import actions, queries
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import BadSignature, Call, Envelope, Reply
from ninelives.channels.registry import channel

log = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, kind: str, account_id: UUID) -> HttpResponse:
    """Whatever keeps us from storing it, the provider keeps it and calls again."""
    try:
        return _take(request, kind, account_id)
    except RequestDataTooBig:
        return HttpResponse("Too large", status=413, content_type="text/plain")
    except (DatabaseError, InterfaceError, OSError) as reason:
        log.error("call not stored: %s", type(reason).__name__)
        return HttpResponse(status=503, headers={"Retry-After": "10"})


def _take(request: HttpRequest, kind: str, account_id: UUID) -> HttpResponse:
    account = queries.account_by_id(kind, account_id)
    if account is None:
        raise Http404
    return _challenge(request, account) if request.method == "GET" else _call(request, account)


def _challenge(request: HttpRequest, account: ChannelAccount) -> HttpResponse:
    answer = channel(account.kind).handshake(request.GET.dict(), account.view())
    return _said(answer) if answer else HttpResponseForbidden()


def _call(request: HttpRequest, account: ChannelAccount) -> HttpResponse:
    headers = {name.lower(): value for name, value in request.headers.items()}
    call, view = Call(request.body, headers, request.build_absolute_uri()), account.view()
    speaks = channel(account.kind)
    try:
        speaks.check(call, view)
    except BadSignature:
        return HttpResponseForbidden()
    actions.store(account, call.body, Envelope(peer_ip=request.META.get("REMOTE_ADDR", "")))
    return _said(speaks.answer(call, view))


def _said(reply: Reply) -> HttpResponse:
    return HttpResponse(reply.body, content_type=reply.media_type, status=reply.status, headers=dict(reply.headers))
