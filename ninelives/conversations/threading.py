"""Which conversation a message belongs to: by our own signed address and by what it answers, never by its subject,
never by an empty id, and only for those who take part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import InboundMessage
from ninelives.channels.queries import abilities, address_kind
from ninelives.conversations import tokens
from ninelives.conversations.models import Closure, Conversation, Conversations, Message, Participant, SplitMessage
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled

# A sender who heard no answer tries again for a while; after that, the same words are a new message.
RETRY_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Match:
    """The conversation, or else one it may belong to. `home`: in which of those that are read as it."""

    conversation: Conversation | None = None
    home: Conversation | None = None
    related_id: UUID | None = None


def occurrence(inbound: InboundMessage, receipt: Receipt) -> str:
    """What tells apart two messages of equal content: nothing where the content itself can, else the arrival."""
    return "" if inbound.distinguishable or receipt.is_import else receipt.pk.hex


def seen_before(inbound: InboundMessage, receipt: Receipt) -> Message | None:
    """The first arrival of this message at this account."""
    since = None if inbound.distinguishable or receipt.is_import else receipt.received_at - RETRY_WINDOW
    same = _same(receipt.account_id, inbound.fingerprint, since)
    return next(iter(same), None) or _ours(inbound, receipt.account) or _answered_here(inbound, receipt.account)


@compiled
def _same(account: UUID, fingerprint: str, since: datetime | None) -> QuerySet[Message]:
    # As the condition of its index is.
    same = Message.objects.filter(account=account, fingerprint=fingerprint).exclude(fingerprint="")
    return (same.filter(received_at__gt=since) if since else same).order_by("received_at")[:1]


def is_from_us(inbound: InboundMessage, account: ChannelAccount) -> bool:
    """Whether the account itself stands as the sender."""
    return bool(account.address) and inbound.sender.address.value == account.address


def find(inbound: InboundMessage, account: ChannelAccount) -> Match:
    """The sender must take part in what is found; a stranger gets a conversation of their own and a hint."""
    lasts = abilities(account.kind).reopens_within
    # Where the sender can tell one conversation from another, and did.
    if lasts is not None and not inbound.thread_tokens:
        return _running(inbound, account, lasts)
    related: UUID | None = None
    for conversation in _candidates(inbound, account):
        if takes_part(conversation, inbound):
            return Match(_record(conversation), conversation)
        related = related or conversation.record_id
    return Match(related_id=related)


def takes_part(conversation: Conversation, inbound: InboundMessage) -> bool:
    sender = inbound.sender.address
    if is_from_us(inbound, conversation.account):
        return True
    where = "conversation__root" if conversation.root_id else "conversation"
    return bool(_taking_part(sender.kind, sender.value, conversation.root_id or conversation.pk, where=where))


@compiled
def _taking_part(kind: str, value: str, conversation: UUID, *, where: str) -> QuerySet[Participant, tuple[str]]:
    takers = Participant.objects.filter(kind=kind, value=value, **{where: conversation})
    return takers.values_list("value")[:1]


def pointed_at(inbound: InboundMessage, account: ChannelAccount) -> Message | None:
    """The message that a customer of a chat chose to answer. What a mail answers, its text quotes."""
    if not inbound.refers_to or abilities(account.kind).reopens_within is None:
        return None
    return by_provider_id(account, inbound.refers_to[0])


def by_provider_id(account: ChannelAccount, external_id: str) -> Message | None:
    """The message that a provider knows by this id, whoever sent it."""
    if not external_id:
        return None
    here = Message.objects.filter(account=account).select_related("conversation__root", "delivery")
    theirs = here.filter(external_id=external_id).order_by("received_at").first()
    return theirs or here.filter(delivery__account=account, delivery__provider_id=external_id).first()


def _record(conversation: Conversation) -> Conversation:
    """As which it is read; locked after what is read as it (see actions.tying)."""
    if not conversation.is_merged:
        return conversation
    known = Conversation.objects.held().select_related("account")
    return known.get(pk=conversation.record_id)


def _running(inbound: InboundMessage, account: ChannelAccount, lasts: timedelta) -> Match:
    """The one conversation that runs with a sender, for as long as a closed one may still go on."""
    kind = address_kind(account.kind)
    senders = [one.value for one in (inbound.sender.address, *inbound.also) if one.kind == kind]
    for newest in Conversation.objects.raw(_RUNNING, [kind, senders, account.pk]):
        newest.account = account
        closed_long_ago = Closure.objects.filter(conversation=newest, reopened_at=None, at__lt=now() - lasts)
        if not newest.is_open and closed_long_ago.exists():
            return Match(related_id=newest.pk)
        return Match(newest, newest)
    return Match()


# Locked, as it may be closed at this very moment.
_RUNNING = """
    SELECT c.* FROM conversations_conversation c
    WHERE c.id = (
        SELECT coalesce(k.root_id, k.id)
        FROM conversations_participant p JOIN conversations_conversation k ON k.id = p.conversation_id
        WHERE p.kind = %s AND p.value = ANY(%s) AND k.account_id = %s ORDER BY k.last_at DESC, k.id DESC LIMIT 1
    )
    FOR NO KEY UPDATE
"""


def _candidates(inbound: InboundMessage, account: ChannelAccount) -> Iterator[Conversation]:
    known = _known(account.pk)
    referred = [external_id for external_id in inbound.refers_to if external_id]
    for token in inbound.thread_tokens:
        number = tokens.read(token)
        if number is not None:
            for conversation in known.filter(number=number):
                if conversation.has_ties:
                    yield from _split_off(known, referred, account)
                yield conversation
    if referred:
        yield from _answered(known, referred, account)


def _answered(known: Conversations, referred: list[str], account: ChannelAccount) -> Iterator[Conversation]:
    by_external_id = dict(_homes(account.pk, referred))
    if abilities(account.kind).public:
        # Where people talk under each other's words, they answer ours by the provider's id of them.
        by_external_id = dict(_homes_of_answers(account.pk, referred)) | by_external_id
    for external_id in referred:
        if external_id in by_external_id:
            yield from _locked(account.pk, by_external_id[external_id])
        elif (number := tokens.in_external_id(external_id)) is not None:
            yield from known.filter(number=number)


@compiled
def _homes(account: UUID, external_ids: list[str]) -> QuerySet[Message, tuple[str, UUID]]:
    found = Message.objects.filter(account=account, external_id__in=external_ids).exclude(external_id="")
    return found.values_list("external_id", "conversation_id")


def _homes_of_answers(account: UUID, provider_ids: list[str]) -> QuerySet[Message, tuple[str, UUID]]:
    found = Message.objects.filter(delivery__account=account, delivery__provider_id__in=provider_ids)
    return found.values_list("delivery__provider_id", "conversation_id")


@compiled
def _locked(account: UUID, conversation: UUID) -> QuerySet[Conversation]:
    return _known(account).filter(pk=conversation)


def _known(account: UUID) -> Conversations:
    # Two participants write from two lanes: the second waits for the first one's commit.
    return Conversation.objects.held().select_related("account").filter(account=account)


def _split_off(known: Conversations, referred: list[str], account: ChannelAccount) -> Iterator[Conversation]:
    """Our address is that of the conversation before the split: what is answered tells where it is now."""
    found = Message.objects.filter(account=account, external_id__in=referred)
    by_external_id = dict(found.values_list("external_id", "pk"))
    nearest = next((by_external_id[one] for one in referred if one in by_external_id), None)
    if nearest and SplitMessage.objects.filter(message=nearest, split__undone_at=None).exists():
        yield known.get(messages=nearest)


def _ours(inbound: InboundMessage, account: ChannelAccount) -> Message | None:
    """Our own answer, come back to us by a copy or a list."""
    if not is_from_us(inbound, account) or tokens.in_external_id(inbound.external_id) is None:
        return None
    here = Message.objects.filter(account=account, direction=Message.Direction.OUTBOUND)
    return here.filter(external_id=inbound.external_id).first()


def _answered_here(inbound: InboundMessage, account: ChannelAccount) -> Message | None:
    """What we say where everybody reads it, told to us as if a stranger had said it."""
    if not abilities(account.kind).public or not inbound.external_id:
        return None
    return Message.objects.filter(delivery__account=account, delivery__provider_id=inbound.external_id).first()
