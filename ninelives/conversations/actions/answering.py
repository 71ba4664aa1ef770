"""Answering, noting, confirming; undoing a send; and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from ninelives.accounts.models import Actor, Person, by
from ninelives.channels import actions as channels
from ninelives.channels.models import Delivery
from ninelives.channels.protocol import Abilities, Outbound, OutboundFile, TemplateUse
from ninelives.channels.protocol import Participant as Taker
from ninelives.channels.queries import abilities, address_kind, is_our_own
from ninelives.conversations import tokens, windows
from ninelives.conversations.actions import drafting
from ninelives.conversations.actions.closing import reopen
from ninelives.conversations.actions.mentioning import mention
from ninelives.conversations.actions.snoozing import wake
from ninelives.conversations.actions.telling import tell_screens, tell_timelines
from ninelives.conversations.events import MessageUnsent, MessageWritten
from ninelives.conversations.models import (
    AnswerElsewhere,
    Attachment,
    Conversation,
    ConversationSplit,
    Draft,
    DraftFile,
    Message,
    Participant,
    Snooze,
    SplitMessage,
    preview,
)
from ninelives.conversations.parting import parts
from ninelives.customers.queries import addresses_of
from ninelives.foundation.address import Address
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.files import kept
from ninelives.foundation.ids import new_id
from ninelives.foundation.text import storable

Direction = Message.Direction

# Mail loops end here: so many automatic mails to one address in so much time, whatever it sends us.
AUTOMATIC_BUDGET = 3
AUTOMATIC_WINDOW = timedelta(days=1)

_NEEDS_SOMEBODY = (Delivery.State.FAILED, Delivery.State.UNCERTAIN)


class EmptyMessageError(Exception):
    """There is nothing to send."""


class TooLongError(Exception):
    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class NoAddressError(Exception):
    """The conversation has nobody to answer."""


class WindowClosedError(Exception):
    """The customer wrote too long ago for a free answer: only a template may be sent."""


class NotInPrivateError(Exception):
    """What was said last in public cannot be answered to the customer alone: not here, not any more, or not again."""


class NoTemplateError(Exception):
    """There is no such template that is approved, or a value of it is missing."""


@dataclass(frozen=True, slots=True)
class How:
    """In what way an answer leaves. `in_parts`: a text that is too long, as several messages."""

    template: TemplateUse | None = None
    in_parts: bool = False
    in_private: bool = False


_USUALLY = How()


@transaction.atomic
def answer(
    conversation: Conversation,
    *,
    actor: Actor,
    text: str,
    key: str,
    use_draft: bool = False,
    how: How = _USUALLY,
    written_in: Conversation | None = None,
) -> Message:
    """Send an answer. The same key again gives the same message and sends nothing. Of several, the first is given.
    `written_in`: where its draft is, if that is another conversation (see `answering_elsewhere`).

    Raises EmptyMessageError, TooLongError, NoAddressError, WindowClosedError, NotInPrivateError, NoTemplateError.
    """
    known = _written_before(conversation, key)
    if known:
        return known
    # A template is complete in itself: what somebody began to write stays where it is.
    use_draft = use_draft and how.template is None
    files = _draft_files(written_in or conversation, actor) if use_draft else []
    allowed = abilities(conversation.account.kind)
    if not allowed.answers:
        raise NoAddressError
    if how.template:
        text, how = _of_template(conversation, how.template)
    _check_window(conversation, how)
    _check_private(conversation, how)
    text = _checked(text, files, None if how.in_parts and _may_leave_in_parts(how, allowed) else allowed)
    messages = [
        _compose(conversation, actor, part, _part_key(key, position), along, how=how)
        for position, (part, along) in enumerate(_split(text, files, allowed))
    ]
    _after(conversation, messages[0], actor, clear=use_draft, written_in=written_in)
    Conversation.objects.filter(pk=conversation.pk).update(
        last_at=messages[-1].occurred_at, waiting_since=None, preview=preview(text)
    )
    return messages[0]


@transaction.atomic
def note(conversation: Conversation, *, actor: Actor, text: str, key: str, use_draft: bool = False) -> Message:
    """Write down something for colleagues; it never leaves."""
    known = _written_before(conversation, key)
    if known:
        return known
    files = _draft_files(conversation, actor) if use_draft else []
    message = Message.objects.create(
        conversation=conversation,
        account_id=conversation.account_id,
        direction=Direction.NOTE,
        occurred_at=conversation.moment_for(now()),
        text=_checked(text, files, None),
        key=key,
        has_files=bool(files),
        **by(actor),
    )
    mention(message, conversation, by=actor if isinstance(actor, Person) else None)
    _attach(message, files)
    _after(conversation, message, actor, clear=use_draft)
    return message


@transaction.atomic(savepoint=False)
def confirm(message: Message) -> Message | None:
    """Tell the customer that the message came in: once a conversation, never to a machine, within a budget."""
    conversation = message.conversation.record
    if not message.account.confirms or message.machine or message.is_import or message.direction != "inbound":
        return None
    taker = message.reply_to or message.sender_address
    if _was_confirmed(conversation) or _budget_is_spent(taker) or is_our_own(taker):
        return None
    with translation.override(language_of(conversation)):
        text = gettext(
            "Thank you for your message. It has reached us under number %(number)s and we will answer you as soon as"
            " we can.\n\nKind regards,\n%(brand)s"
        ) % {"number": conversation.reference, "brand": conversation.brand.name}
    confirmation = _compose(conversation, None, text, "", [], automatic=True)
    tell_screens(conversation)
    return confirmation


@transaction.atomic
def ask_still_there(conversation: Conversation) -> Message | None:
    """Ask a customer who seems to have gone whether they are still there: once a conversation, within a budget."""
    newest = _newest_inbound(conversation)
    if newest is None or _was_confirmed(conversation) or _budget_is_spent(newest.sender_address):
        return None
    with translation.override(language_of(conversation)):
        text = gettext("Are you still there? We keep your place: as soon as you are back, it is your turn as before.")
    question = _compose(conversation, None, text, "", [], automatic=True)
    tell_screens(conversation)
    return question


@transaction.atomic
def say_by_itself(conversation: Conversation, text: str, *, key: str, is_asked: bool) -> Message | None:
    """What no person here wrote: once for each key, never to a machine, and where nobody asked for it within a budget.

    None: it may not be said now, is too long, or was said before.
    """
    newest, allowed = _newest_inbound(conversation), abilities(conversation.account.kind)
    if newest is None or newest.machine or newest.is_import or newest.account_id != conversation.account_id:
        return None
    taker = newest.reply_to or newest.sender_address
    if not taker or is_our_own(taker) or not windows.is_open_to_machines(conversation):
        return None
    if (not is_asked and _budget_is_spent(taker)) or _written_before(conversation, key):
        return None
    if allowed.max_length and allowed.length(text) > allowed.max_length:
        return None
    said = _compose(conversation, None, text, key, [], automatic=True)
    tell_screens(conversation)
    return said


@transaction.atomic
def unsend(message: Message, *, person: Person, into: Conversation | None = None) -> bool:
    """Undo a send that has not begun: the text goes back into the person's draft, there or in another conversation.
    False when it was too late."""
    conversation = message.conversation.record
    # In the order in which whoever answers takes them, elsewhere too; then the delivery and the draft.
    for one in dict.fromkeys([into or conversation, conversation]):
        Conversation.objects.held().only("pk").filter(pk=one.pk).first()
    if message.delivery is None or not channels.withdraw(message.delivery):
        return False
    _back_to_draft(message, into or conversation, person)
    announce(MessageUnsent(message.pk, conversation.pk))
    message.delete()
    # A confirmation answers nothing: what it confirmed is what the list shows, and still waits.
    said = Message.objects.of(conversation).exclude(direction=Direction.NOTE).exclude(is_automatic=True)
    last = said.order_by("-occurred_at").first()
    inbound = last is not None and last.direction == Direction.INBOUND
    if last:
        conversation.last_at, conversation.preview = last.occurred_at, preview(last.shown_text)
    conversation.waiting_since = last.occurred_at if last and inbound and not last.machine else None
    conversation.save(update_fields=["last_at", "preview", "waiting_since"])
    tell_screens(conversation)
    return True


def send_again(message: Message) -> bool:
    """Somebody asks for another try of what was held, failed or is uncertain."""
    changed = message.delivery is not None and channels.send_again(message.delivery)
    tell_timelines(message.conversation)
    return changed


def tell_of_delivery(delivery_id: UUID) -> None:
    """A delivery has news: whoever looks at its message sees it, and an answer that did not arrive is open again."""
    message = Message.objects.select_related("conversation__root", "delivery").filter(delivery_id=delivery_id).first()
    if message is None or message.delivery is None:
        return
    if message.delivery.state in _NEEDS_SOMEBODY and not message.is_automatic:
        # Whoever answered and closed, or snoozed, would not look at it again in time.
        wake(message.conversation.record, why=Snooze.Why.DELIVERY)
        reopen(message.conversation.record, actor=None)
    tell_timelines(message.conversation)


def _written_before(conversation: Conversation, key: str) -> Message | None:
    # Two clicks at once: the second waits here and then finds the first one's message.
    held = Conversation.objects.held().only("pk", "has_ties").get(pk=conversation.pk)
    if not key:
        return None
    said = Message.objects.of(conversation).filter(key=key).first()
    return said or (_moved_since(conversation, key) if held.has_ties else None)


def _moved_since(conversation: Conversation, key: str) -> Message | None:
    """Split off, or written here and sent by another channel."""
    took = SplitMessage.objects.filter(split__source=conversation.record_id, message__key=key)
    left = AnswerElsewhere.objects.filter(written_in=conversation.record_id, message__key=key)
    found = [*took.values_list("message", flat=True), *left.values_list("message", flat=True)]
    return Message.objects.filter(pk__in=found).first() if found else None


def _check_window(conversation: Conversation, how: How) -> None:
    if how.template is None and not windows.is_open(conversation):
        raise WindowClosedError


def _check_private(conversation: Conversation, how: How) -> None:
    if how.in_private and not windows.private(conversation).is_open:
        raise NotInPrivateError


def _may_leave_in_parts(how: How, allowed: Abilities) -> bool:
    """What can be answered privately once is answered in one message."""
    return not how.in_private or allowed.private_within is None


def _of_template(conversation: Conversation, use: TemplateUse) -> tuple[str, How]:
    """As the customer will read it, and how it leaves."""
    found = windows.templates_of(conversation).filter(name=use.name, language=use.language).first()
    values = tuple(value.strip() for value in use.values)
    places = tuple(windows.places(found.text)) if found else ()
    if found is None or not all(values) or len(values) != len(places):
        raise NoTemplateError
    return windows.filled(found.text, values), How(TemplateUse(use.name, use.language, values, places))


def _split(text: str, files: list[DraftFile], allowed: Abilities) -> list[tuple[str, list[DraftFile]]]:
    """What goes in each message: text in parts that the channel takes, and files apart where it wants them so."""
    most = allowed.max_length
    texts = parts(text, most, allowed.length) if most and allowed.length(text) > most else [text]
    if not allowed.files_apart:
        return [*((one, []) for one in texts[:-1]), (texts[-1], files)]
    return [*((one, []) for one in texts if one), *(("", [file]) for file in files)]


def _part_key(key: str, position: int) -> str:
    return f"{key[:72]}+{position}" if key and position else key


def _was_confirmed(conversation: Conversation) -> bool:
    # What has a key answered something else.
    if Message.objects.of(conversation).filter(is_automatic=True, key="").exists():
        return True
    # What was split off was confirmed with what it came from.
    return conversation.has_ties and ConversationSplit.objects.filter(made=conversation).exists()


def _checked(text: str, files: list[DraftFile], allowed: Abilities | None) -> str:
    text = storable(text).replace("\r\n", "\n").strip()
    if not text and not files:
        raise EmptyMessageError
    if allowed and allowed.max_length and allowed.length(text) > allowed.max_length:
        raise TooLongError(allowed.max_length)
    return text


def _compose(
    conversation: Conversation,
    actor: Actor | None,
    text: str,
    key: str,
    files: list[DraftFile],
    *,
    automatic: bool = False,
    how: How = _USUALLY,
) -> Message:
    message_id = new_id()
    account = conversation.account
    newest = _newest_inbound(conversation)
    ours = account.address or (newest.recipient if newest else "")
    domain = ours.rpartition("@")[2] or "ninelives.invalid"
    external_id = f"ninelives.{message_id.hex}.{tokens.make(conversation.number)}@{domain}"
    outbound = replace(
        _outbound(conversation, newest, actor, text, external_id, files),
        automatic=automatic,
        from_address="" if account.address else ours,
        template=how.template,
        in_private=how.in_private,
    )
    message = Message.objects.create(
        id=message_id,
        conversation=conversation,
        account=account,
        direction=Direction.OUTBOUND,
        occurred_at=conversation.moment_for(now()),
        delivery=channels.hand_over(account, outbound),
        subject=outbound.subject,
        text=text,
        external_id=external_id,
        key=key,
        sender_name=outbound.from_name,
        sender_address=ours,
        recipient=outbound.to.address.value,
        is_automatic=automatic,
        has_files=bool(files),
        **by(actor),
    )
    _attach(message, files)
    if conversation.root_id or newest is None:
        # Whoever wrote in what was merged into it now takes part here, whatever becomes of the merge; and whom we
        # write to before they did.
        Participant.objects.bulk_create(
            [Participant(conversation=conversation, kind=outbound.to.address.kind, value=outbound.to.address.value)],
            ignore_conflicts=True,
        )
    return message


def _outbound(
    conversation: Conversation,
    newest: Message | None,
    actor: Actor | None,
    text: str,
    external_id: str,
    files: list[DraftFile],
) -> Outbound:
    person = f"{actor.name} · " if isinstance(actor, Person) else ""
    return Outbound(
        to=_addressee(conversation, newest),
        text=text,
        external_id=external_id,
        from_name=f"{person}{conversation.brand.name}",
        reply_token=tokens.make(conversation.number),
        subject=_subject(conversation, newest),
        in_reply_to=newest.external_id if newest else "",
        references=_references(conversation),
        files=tuple(OutboundFile(file.name, file.media_type, file.file_id, file.size) for file in files),
        language=language_of(conversation),
    )


def _newest_inbound(conversation: Conversation) -> Message | None:
    return Message.objects.of(conversation).filter(direction=Direction.INBOUND).order_by("-occurred_at", "-id").first()


def _addressee(conversation: Conversation, newest: Message | None) -> Taker:
    """Whoever wrote last, or whom they asked to answer; before anybody wrote, whom it was begun with, or else the
    address the customer prefers."""
    kind = address_kind(conversation.account.kind)
    if newest and newest.reply_to:
        return Taker(Address(kind, newest.reply_to))
    if newest and newest.sender_address:
        return Taker(Address(kind, newest.sender_address), newest.sender_name)
    known = list(addresses_of(conversation.customer).filter(kind=kind).order_by("-is_preferred", "created_at", "id"))
    if not known:
        raise NoAddressError
    takers = set(Participant.objects.filter(conversation=conversation, kind=kind).values_list("value", flat=True))
    own = next((one for one in known if one.value in takers), known[0])
    return Taker(Address(kind, own.value), conversation.customer.record.name)


def language_of(conversation: Conversation) -> str:
    """The customer's own, or else the brand's."""
    customer = conversation.customer
    return customer.record.language or customer.language or conversation.brand.language


def _references(conversation: Conversation) -> tuple[str, ...]:
    """The ids of the thread, oldest first, for the customer's mail program."""
    said = Message.objects.of(conversation).exclude(direction=Direction.NOTE).exclude(external_id="")
    return tuple(said.order_by("occurred_at", "id").values_list("external_id", flat=True))[-50:]


def _subject(conversation: Conversation, newest: Message | None) -> str:
    if not abilities(conversation.account.kind).subject:
        return ""
    subject = newest.subject if newest and newest.subject else conversation.subject
    if not subject:
        return gettext("Your message")
    already = subject.lower().startswith(("re:", "antw:", "aw:", "sv:"))
    return subject if already else f"Re: {subject}"


def _draft_files(conversation: Conversation, actor: Actor) -> list[DraftFile]:
    return list(DraftFile.objects.filter(draft__conversation=conversation, draft__person_id=actor.pk).order_by("id"))


def _attach(message: Message, files: Iterable[DraftFile]) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            file_id=file.file_id,
            position=position,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
        )
        for position, file in enumerate(files)
    )


def _after(
    conversation: Conversation, message: Message, actor: Actor, *, clear: bool, written_in: Conversation | None = None
) -> None:
    if clear and isinstance(actor, Person):
        drafting.clear(written_in or conversation, actor)
    announce(MessageWritten(message.pk, conversation.pk, message.direction))
    tell_screens(conversation)


def _back_to_draft(message: Message, conversation: Conversation, person: Person) -> None:
    draft, _ = Draft.objects.get_or_create(conversation=conversation, person=person)
    draft.text = f"{message.text}\n\n{draft.text}".strip()
    draft.mode, draft.version, draft.updated_at = Draft.Mode.REPLY, draft.version + 1, now()
    draft.save()
    for file in message.attachments.all():
        # What we sent is here.
        content = kept(file.file_id or "")
        if content:
            DraftFile.objects.create(
                draft=draft, file=content, name=file.name, media_type=file.media_type, size=file.size
            )


def _budget_is_spent(address: str) -> bool:
    sent = Message.objects.filter(is_automatic=True, recipient=address, occurred_at__gt=now() - AUTOMATIC_WINDOW)
    return sent.count() >= AUTOMATIC_BUDGET
