"""The ledger: every receipt, what became of it, and its raw source."""

from uuid import UUID

from django.db.models import Count, Prefetch
from django.urls import reverse
from django.utils.translation import pgettext

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.channels.models import Receipt, Receipts
from ninelives.channels.queries import icon
from ninelives.channels.remarks import worded
from ninelives.conversations.models import Message
from ninelives.conversations.queries import message_of_receipt
from ninelives.foundation.address import shown
from ninelives.workspace import wording
from ninelives.workspace.screens.ledger import LedgerPage, LedgerRow, LedgerTab, ReceiptPage

PAGE = 50
RAW_HEAD = 65_536
_SENDERS = Prefetch("messages", Message.objects.only("receipt", "sender_address"))


def page(person: Person, state: str, after: str) -> LedgerPage:
    found = (
        Receipt.objects.visible_to(person)
        .select_related("account")
        .defer("raw")
        .prefetch_related(_SENDERS)
        .order_by("-id")
    )
    if state:
        found = found.filter(state=state)
    if after and _is_id(after):
        found = found.filter(pk__lt=after)
    shown = list(found[: PAGE + 1])
    url = reverse("workspace:ledger")
    here = f"{url}?state={state}" if state else f"{url}?"
    return LedgerPage(
        tabs=_tabs(person, state, url),
        rows=tuple(row(one) for one in shown[:PAGE]),
        url=here.removesuffix("?"),
        next_url=f"{here}&after={shown[PAGE - 1].pk}" if len(shown) > PAGE else "",
        state=state,
    )


def receipt_page(person: Person, receipt: Receipt) -> ReceiptPage:
    content = receipt.content
    message = message_of_receipt(receipt.pk) or (
        message_of_receipt(receipt.duplicate_of_id) if receipt.duplicate_of_id else None
    )
    visible = message is not None and message.conversation.brand_id in person.brand_ids
    return ReceiptPage(
        row=row(receipt),
        recipients=tuple(receipt.envelope_to),
        detail=worded(receipt.detail),
        attempts=receipt.attempts,
        processed_at=receipt.processed_at,
        duplicate_of_url=reverse("workspace:receipt", args=[receipt.duplicate_of_id])
        if receipt.duplicate_of_id
        else "",
        message_url=reverse("workspace:conversation", args=["all", message.conversation_id])
        if message and visible
        else "",
        raw_head=content[:RAW_HEAD].decode("utf-8", "replace").replace("\0", "\N{SYMBOL FOR NULL}"),
        raw_is_cut=len(content) > RAW_HEAD,
        raw_url=reverse("workspace:raw", args=[receipt.pk]),
        replay_url=reverse("workspace:replay", args=[receipt.pk]) if person.may(Permission.REPLAY) else "",
    )


def row(receipt: Receipt) -> LedgerRow:
    return LedgerRow(
        id=str(receipt.pk),
        url=reverse("workspace:receipt", args=[receipt.pk]),
        account=receipt.account.name,
        channel=icon(receipt.account.kind),
        at=receipt.received_at,
        state=receipt.state,
        state_label=str(wording.RECEIPT_STATES[receipt.state]),
        sender=shown(next((message.sender_address for message in receipt.messages.all()), receipt.envelope_from)),
        size=receipt.size,
        reason=worded(receipt.reason) if receipt.reason else "",
        is_import=receipt.is_import,
    )


def _tabs(person: Person, current: str, url: str) -> tuple[LedgerTab, ...]:
    counts = dict(_counts(Receipt.objects.visible_to(person)))
    labels = {"": pgettext("receipts", "All")} | {key: str(label) for key, label in wording.RECEIPT_STATES.items()}
    return tuple(
        LedgerTab(
            key=key,
            label=label,
            url=f"{url}?state={key}" if key else url,
            count=counts.get(key, 0) if key else sum(counts.values()),
            is_current=key == current,
        )
        for key, label in labels.items()
    )


def _counts(receipts: Receipts) -> list[tuple[str, int]]:
    return list(receipts.order_by().values_list("state").annotate(number=Count("pk")).values_list("state", "number"))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
