"""The providers' door over HTTP: check the signature, store the raw bytes, answer."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ninelives.channels import actions, queries
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import BadSignature, Envelope
from ninelives.channels.registry import channel


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, kind: str, account_id: UUID) -> HttpResponse:
    account = queries.account_by_id(kind, account_id)
    if account is None:
        raise Http404
    return _challenge(request, account) if request.method == "GET" else _call(request, account)


def _challenge(request: HttpRequest, account: ChannelAccount) -> HttpResponse:
    answer = channel(account.kind).handshake(request.GET.dict(), account.view())
    if answer is None:
        return HttpResponseForbidden()
    return HttpResponse(answer, content_type="text/plain")


def _call(request: HttpRequest, account: ChannelAccount) -> HttpResponse:
    body = request.body
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        channel(account.kind).check(headers, body, account.view())
    except BadSignature:
        return HttpResponseForbidden()
    actions.store(account, body, Envelope(peer_ip=request.META.get("REMOTE_ADDR", "")))
    return HttpResponse(status=200)
