"""The ledger: everything that came in, raw, what became of it, and trying again."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from ninja.responses import Status

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Token
from ninelives.api import schemas
from ninelives.api.downloads import OCTETS, octets, of_file
from ninelives.api.idempotency import Key, once
from ninelives.api.paging import by_channel, page
from ninelives.api.tokens import MAY_READ_LEDGER, MAY_REPLAY, TokenRequest
from ninelives.channels import actions
from ninelives.channels.models import Receipt, Receipts
from ninelives.channels.remarks import worded
from ninelives.conversations.models import Message

router = Router(tags=["receipts"])


@router.get("", response=schemas.Receipts, auth=MAY_READ_LEDGER)
def list_receipts(request: TokenRequest, asked: Query[schemas.ReceiptsAsked]) -> Any:
    """Newest first. `count` is always exact."""
    rows = _visible(request.auth)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.channel:
        rows = rows.filter(by_channel(asked.channel))
    return page(schemas.Receipts, rows, asked, _shown, exact=True)


@router.get("/{receipt_id}", response=schemas.Receipt, auth=MAY_READ_LEDGER)
def read_receipt(request: TokenRequest, receipt_id: UUID) -> Any:
    return _shown(get_object_or_404(_visible(request.auth), pk=receipt_id))


@router.post("/{receipt_id}/replay", response={202: schemas.Receipt}, auth=MAY_REPLAY)
def replay_receipt(request: TokenRequest, receipt_id: UUID, idempotency_key: Key = "") -> HttpResponse:
    """Process it again, soon. What was already taken in from it is recognised and not doubled."""
    receipt = get_object_or_404(_visible(request.auth), pk=receipt_id)

    def replay() -> Status[Any]:
        actions.replay(receipt)
        return Status(202, _shown(_visible(request.auth).get(pk=receipt_id)))

    return once(request, idempotency_key, replay)


@router.get("/{receipt_id}/raw", response=None, auth=MAY_READ_LEDGER, openapi_extra=OCTETS)
def read_raw_receipt(request: TokenRequest, receipt_id: UUID) -> HttpResponseBase:
    """The octets as they came. That this token read them is logged where we know the customer."""
    receipt = get_object_or_404(_visible(request.auth), pk=receipt_id)
    for message in receipt.messages.all():
        whose = message.conversation.customer_id
        note_viewing(request.auth, customer=whose, subject="receipt", subject_id=receipt.pk)
    name = f"receipt-{receipt.pk}"
    if receipt.raw_file_id:
        return of_file(receipt.raw_file_id, name)
    return octets(bytes(receipt.raw or b""), name)


def _visible(token: Token) -> Receipts:
    became = Message.objects.select_related("conversation").only("receipt", "conversation__customer")
    rows = Receipt.objects.visible_to(token).select_related("account").defer("raw")
    return rows.prefetch_related(Prefetch("messages", became.order_by("received_at", "id")))


def _shown(receipt: Receipt) -> schemas.Receipt:
    message = next(iter(receipt.messages.all()), None)
    return schemas.Receipt(
        id=receipt.pk,
        state=receipt.state,
        reason=receipt.reason,
        explanation=worded(receipt.reason),
        detail=receipt.detail,
        duplicate_of=receipt.duplicate_of_id,
        channel=receipt.account.kind,
        account=schemas.Named(id=receipt.account_id, name=receipt.account.name),
        size=receipt.size,
        received_at=receipt.received_at,
        processed_at=receipt.processed_at,
        message=message.pk if message else None,
        conversation=message.conversation_id if message else None,
    )
