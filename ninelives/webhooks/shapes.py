"""What goes over the line: the shapes of API v1, less the HTML of messages. A test of the API holds them together."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from ninelives.accounts.models import Brand, Person, Token
from ninelives.channels.models import ChannelAccount, Delivery
from ninelives.channels.remarks import worded
from ninelives.conversations.models import Attachment, Case, Conversation, Message
from ninelives.conversations.models.change import edited_at, reactions
from ninelives.customers.models import Customer
from ninelives.promises.models import Promise

Shape = dict[str, Any]

# Larger ones are for whoever asks the API.
MOST_TEXT = 20_000
_TAKEN = (Delivery.State.SENT, Delivery.State.DELIVERED, Delivery.State.READ)


def named(one: Brand | ChannelAccount | Customer | Person | Token | None) -> Shape | None:
    return {"id": one.pk, "name": one.name} if one else None


def conversation(one: Conversation) -> Shape:
    return {
        "id": one.pk,
        "reference": one.reference,
        "customer": named(one.customer.record),
        "status": one.status,
        "subject": one.subject,
        "channel": one.account.kind,
        "account": named(one.account),
        "assignee": named(one.assignee),
        "brand": named(one.brand),
        "created_at": one.created_at,
        "last_at": one.last_at,
        "snoozed_until": one.snoozed_until,
        "merged_into": one.root_id if one.is_merged else None,
        "case": {"id": one.case.pk, "reference": one.case.reference} if one.case else None,
        "tags": one.tags,
    }


def case(one: Case) -> Shape:
    return {
        "id": one.pk,
        "reference": one.reference,
        "title": one.title,
        "status": one.status,
        "customer": named(one.customer.record),
        "brand": named(one.brand),
        "contacts": one.contacts,
        "created_at": one.at,
    }


def promise(one: Promise) -> Shape:
    record = one.conversation.record if one.conversation else None
    return {
        "id": one.pk,
        "reference": one.reference,
        "kind": one.kind,
        "what": one.what,
        "state": one.state,
        "is_late": one.is_late,
        "is_nearly_late": one.is_nearly_late,
        "customer": named(one.customer.record),
        "conversation": {"id": record.pk, "reference": record.reference} if record else None,
        "brand": named(one.brand),
        "channel": one.channel,
        "address": one.address,
        "owner": named(one.owner),
        "source": one.source,
        "made_at": one.at,
        "made_by": one.by_name,
        "due_from": one.due_from,
        "due_by": one.due_by,
        "warn_at": one.warn_at,
        "settled_at": one.settled_at,
        "attempts": one.attempts_made,
        "told": one.is_told,
    }


def message(one: Message) -> Shape:
    return {
        "id": one.pk,
        "direction": one.direction,
        "channel": one.account.kind,
        "external_id": one.provider_id,
        "author": one.author,
        "text": one.text[:MOST_TEXT],
        "text_is_cut": len(one.text) > MOST_TEXT,
        "attachments": [_attachment(file) for file in one.attachments.all()],
        "created_at": one.occurred_at,
        **_changes(one),
        "delivery": _delivery(one.delivery) if one.delivery else None,
    }


def _changes(one: Message) -> Shape:
    made = list(one.changes.select_related("customer__root")) if one.has_changes else []
    signs = [{"sign": sign.text, "by": sign.customer.record.name, "at": sign.at} for sign in reactions(made)]
    return {"edited_at": edited_at(made), "deleted_at": one.deleted_at, "reactions": signs}


def _attachment(one: Attachment) -> Shape:
    return {
        "id": one.pk,
        "name": one.name,
        "media_type": one.media_type,
        "size": one.size,
        "url": settings.BASE_URL + reverse("api:read_attachment", args=[one.pk]),
        "state": one.state,
    }


def _delivery(one: Delivery) -> Shape:
    went = one.tries.filter(outcome=Delivery.State.SENT).order_by("id").values_list("ended_at", flat=True).first()
    return {
        "state": one.told_state,
        "reason": one.reason,
        "explanation": worded(one.reason),
        "sent_at": went or (one.settled_at if one.state in _TAKEN else None),
    }
