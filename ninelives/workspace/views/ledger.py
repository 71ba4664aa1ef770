"""The ledger, for those who watch over what comes in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.permissions import Permission
from ninelives.channels import actions
from ninelives.channels.models import Receipt
from ninelives.conversations.queries import message_of_receipt
from ninelives.workspace import ledgers, mailboxes
from ninelives.workspace.views.reaching import is_fragment, needs, page, person_of


@require_GET
@needs(Permission.READ_LEDGER)
def ledger(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in Receipt.State.values else ""
    shown = ledgers.page(person_of(request), state, request.GET.get("after", ""))
    template = "workspace/ledger.html#rows" if is_fragment(request) else "workspace/ledger.html"
    return page(request, template, {"ledger": shown, "mailboxes": mailboxes.hint(person_of(request))})


@require_GET
@needs(Permission.READ_LEDGER)
def fetched(request: HttpRequest) -> HttpResponse:
    template = "workspace/mailboxes.html#rows" if is_fragment(request) else "workspace/mailboxes.html"
    return page(request, template, {"mailboxes": mailboxes.page(person_of(request))})


@require_GET
@needs(Permission.READ_LEDGER)
def receipt(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    found = _receipt(request, receipt_id)
    shown = {"page": ledgers.receipt_page(person_of(request), found)}
    if is_fragment(request):
        # The same reader waits for what becomes of it.
        return page(request, "workspace/receipt.html#told", shown)
    _note(request, found)
    return page(request, "workspace/receipt.html", shown)


@require_GET
@needs(Permission.READ_LEDGER)
def raw(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    found = _receipt(request, receipt_id)
    _note(request, found)
    response = HttpResponse(found.content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{found.pk}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@needs(Permission.REPLAY)
def replay(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    actions.replay(_receipt(request, receipt_id))
    return redirect("workspace:receipt", receipt_id)


def _receipt(request: HttpRequest, receipt_id: UUID) -> Receipt:
    rows = Receipt.objects.visible_to(person_of(request)).select_related("account")
    return get_object_or_404(rows, pk=receipt_id)


def _note(request: HttpRequest, found: Receipt) -> None:
    message = message_of_receipt(found.pk)
    customer = message.customer_id if message else None
    note_viewing(person_of(request), customer=customer, subject="receipt", subject_id=found.pk)
