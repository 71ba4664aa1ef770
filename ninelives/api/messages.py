"""What is said in a conversation, and saying something in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext

from ninelives.api import schemas
from ninelives.api.idempotency import fingerprint
from ninelives.api.problems import INVALID, NOT_SENDABLE, Problem, wrong_field
from ninelives.api.tokens import TokenRequest
from ninelives.channels.models import Delivery, DeliveryAttempt
from ninelives.channels.protocol import TemplateUse
from ninelives.channels.remarks import worded
from ninelives.conversations import actions
from ninelives.conversations.actions.answering import NoAddressError
from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.conversations.models.change import edited_at, reactions
from ninelives.conversations.ways import way
from ninelives.customers.queries import addresses_of

TAKEN = (Delivery.State.SENT, Delivery.State.DELIVERED, Delivery.State.READ)


def of(conversation: Conversation) -> QuerySet[Message, Any]:
    """All of it, oldest first, with what `shown` needs: two reads, however long the conversation."""
    went = DeliveryAttempt.objects.filter(delivery=OuterRef("delivery"), outcome=Delivery.State.SENT)
    rows = Message.objects.of(conversation).select_related("account", "delivery", "by_person", "by_token")
    # Large, and of no use here.
    rows = rows.defer("words", "own_text", "own_html", "delivery__outbound")
    rows = rows.annotate(went_at=Subquery(went.order_by("id").values("ended_at")[:1]))
    files = Prefetch("attachments", Attachment.objects.select_related("fetch"))
    return rows.prefetch_related(files).order_by("occurred_at", "id")


def shown(request: TokenRequest, message: Message) -> schemas.Message:
    return schemas.Message(
        id=message.pk,
        direction=message.direction,
        channel=message.account.kind,
        external_id=message.provider_id,
        answers=message.answers_id,
        author=message.author,
        text=message.text,
        html=message.html,
        attachments=[_attachment(request, attachment) for attachment in message.attachments.all()],
        created_at=message.occurred_at,
        **_changes(message),
        delivery=_delivery(message.delivery, getattr(message, "went_at", None)) if message.delivery else None,
    )


def write(conversation: Conversation, request: TokenRequest, wanted: schemas.NewMessage, key: str) -> schemas.Message:
    """Raises Problem when it cannot be said."""
    # The key goes along too: it still holds when the remembered answer has been pruned.
    known_as = fingerprint(request, key) if key else ""
    try:
        written = _say(conversation, request, wanted, known_as)
    except actions.EmptyMessageError as reason:
        raise _unsendable("empty", gettext("Write something first.")) from reason
    except actions.TooLongError as reason:
        words = gettext("This channel takes at most %(most)s characters.") % {"most": reason.most}
        raise _unsendable("too_long", words) from reason
    except actions.WindowClosedError as reason:
        words = gettext("The customer wrote too long ago for a free answer here; a template may be sent.")
        raise _unsendable("window_closed", words) from reason
    except actions.NotInPrivateError as reason:
        words = gettext(
            "What was said last cannot be answered to the customer alone: not here, not any more, or not again."
        )
        raise _unsendable("not_in_private", words) from reason
    except actions.NoTemplateError as reason:
        words = gettext("There is no such template that is approved, or a value for it is missing.")
        raise _unsendable("no_template", words) from reason
    except NoAddressError as reason:
        words = gettext("The customer has no address on this channel to send it to.")
        raise _unsendable("no_address", words) from reason
    return shown(request, of(written.conversation).get(pk=written.pk))


def _say(conversation: Conversation, request: TokenRequest, wanted: schemas.NewMessage, key: str) -> Message:
    template, text = wanted.template, wanted.text or ""
    if wanted.text is None and (wanted.note or not template):
        raise Problem(INVALID, errors=[wrong_field("text", "missing", gettext("This field is missing."))])
    if wanted.note and wanted.via:
        words = gettext("A note stays here; it goes by no channel.")
        raise Problem(INVALID, errors=[wrong_field("via", "not_for_notes", words)])
    if wanted.note:
        return actions.note(conversation, actor=request.auth, text=text, key=key)
    how = actions.How(
        template=TemplateUse(template.name, template.language, tuple(template.values)) if template else None,
        in_parts=wanted.in_parts,
        in_private=wanted.in_private,
    )
    if wanted.via:
        return _elsewhere(conversation, wanted.via, actor=request.auth, text=text, key=key, how=how)
    return actions.answer(conversation, actor=request.auth, text=text, key=key, how=how)


def _elsewhere(conversation: Conversation, via: schemas.Via, **said: Any) -> Message:
    known = addresses_of(conversation.customer).filter(value=via.address)
    ways = (actions.Chosen(via.account, one.pk) for one in known if way(conversation, via.account, one.pk))
    try:
        return actions.answer_elsewhere(conversation, next(ways, _NO_WAY), **said)
    except actions.NoSuchWayError as reason:
        words = gettext("This account does not reach such an address of the customer.")
        raise Problem(NOT_SENDABLE, errors=[wrong_field("via", "no_such_way", words)]) from reason


_NO_WAY = actions.Chosen(UUID(int=0), UUID(int=0))


def _changes(message: Message) -> dict[str, Any]:
    """What became of it since it was sent."""
    made = list(message.changes.select_related("customer__root")) if message.has_changes else []
    return {
        "edited_at": edited_at(made),
        "deleted_at": message.deleted_at,
        "reactions": [
            schemas.Reaction(sign=one.text, by=one.customer.record.name, at=one.at) for one in reactions(made)
        ],
    }


def _unsendable(code: str, words: str) -> Problem:
    return Problem(NOT_SENDABLE, errors=[wrong_field("text", code, words)])


def _attachment(request: TokenRequest, attachment: Attachment) -> schemas.Attachment:
    return schemas.Attachment(
        id=attachment.pk,
        name=attachment.name,
        media_type=attachment.media_type,
        size=attachment.size,
        url=request.build_absolute_uri(reverse("api:read_attachment", args=[attachment.pk])),
        state=attachment.state,
    )


def _delivery(delivery: Delivery, went_at: datetime | None) -> schemas.Delivery:
    # News may come of something whose sending we never saw end.
    taken = went_at or (delivery.settled_at if delivery.state in TAKEN else None)
    return schemas.Delivery(
        state=delivery.told_state, reason=delivery.reason, explanation=worded(delivery.reason), sent_at=taken
    )
