"""On which other channels the customer of a conversation can be answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from ninelives.channels.models import ChannelAccount
from ninelives.channels.queries import abilities, accounts_that_answer, address_kind
from ninelives.conversations.models import Conversation, Message, Participant
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.customers.queries import addresses_of, listed_addresses
from ninelives.foundation.address import Proof, at_account


@dataclass(frozen=True, slots=True)
class Way:
    """An account of ours, and an address of the customer that it reaches."""

    account: ChannelAccount
    address: CustomerAddress


def ways_of(conversation: Conversation) -> list[Way]:
    """Beside the conversation's own: the preferred first, then in the order in which the addresses became known.

    One for each address: by the conversation's own account where that reaches it, else by the one on which the
    customer was last heard, else by the first.
    """
    known = _reachable(listed_addresses(conversation.customer))
    # Most customers have one, and then nobody need look further.
    if len(known) < 2 and not any(one.kind != address_kind(conversation.account.kind) for one in known):
        return []
    own, accounts = own_address(conversation), _accounts(conversation)
    others = [one for one in known if (one.kind, one.value) != (address_kind(conversation.account.kind), own)]
    last = _last_accounts(conversation, others)
    found = ((one, _account(one, accounts, conversation, last.get((one.kind, one.value)))) for one in others)
    ways = [Way(account, one) for one, account in found if account]
    return sorted(ways, key=lambda way: not way.address.is_preferred)


def way(conversation: Conversation, account_id: UUID, address_id: UUID) -> Way | None:
    """None unless this account reaches this address of the customer, and the address is theirs as far as we know."""
    address = addresses_of(conversation.customer).exclude(proof=Proof.CLAIMED).filter(pk=address_id).first()
    account = next((one for one in _accounts(conversation) if one.pk == account_id), None)
    return Way(account, address) if address and account and _reaches(account, address) else None


def own_address(conversation: Conversation) -> str:
    """Whom an answer in the conversation itself would reach; "" before anybody wrote."""
    newest = Message.objects.of(conversation).filter(direction=Message.Direction.INBOUND)
    told = newest.order_by("-occurred_at", "-id").values_list("reply_to", "sender_address").first()
    if told:
        return told[0] or told[1]
    kind = address_kind(conversation.account.kind)
    taker = Participant.objects.filter(conversation=conversation, kind=kind).order_by("pk").first()
    return taker.value if taker else ""


def _accounts(conversation: Conversation) -> list[ChannelAccount]:
    """Of its brand. What was said in private does not go on where everybody reads it."""
    return [one for one in accounts_that_answer(conversation.brand_id) if not abilities(one.kind).public]


def _reachable(known: Iterable[CustomerAddress]) -> list[CustomerAddress]:
    """Each once, though two who turned out to be one may both have it. What is only claimed may be another's."""
    once: dict[tuple[str, str], CustomerAddress] = {}
    for one in known:
        if one.proof != Proof.CLAIMED:
            had = once.get((one.kind, one.value))
            once[one.kind, one.value] = one if had is None or one.is_preferred else had
    return list(once.values())


def _account(
    address: CustomerAddress, accounts: list[ChannelAccount], conversation: Conversation, last: UUID | None
) -> ChannelAccount | None:
    reaching = [one for one in accounts if _reaches(one, address)]
    best = sorted(reaching, key=lambda one: (one.pk != conversation.account_id, one.pk != last))
    return best[0] if best else None


def _reaches(account: ChannelAccount, address: CustomerAddress) -> bool:
    if address_kind(account.kind) != address.kind:
        return False
    known_at = at_account(address.value)
    return known_at is None or known_at == account.pk


def _last_accounts(conversation: Conversation, addresses: Iterable[CustomerAddress]) -> dict[tuple[str, str], UUID]:
    """By address, the account of the newest conversation in which it takes part."""
    theirs = Q()
    for one in addresses:
        theirs |= Q(kind=one.kind, value=one.value)
    if not theirs:
        return {}
    together = Customer.objects.one_with(conversation.customer).values("pk")
    rows = Participant.objects.filter(
        theirs, conversation__customer__in=together, conversation__brand=conversation.brand_id
    )
    ordered = rows.order_by("conversation__last_at").values_list("kind", "value", "conversation__account")
    return {(kind, value): account for kind, value, account in ordered}
