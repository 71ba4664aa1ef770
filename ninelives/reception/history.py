"""What a visitor may read back: what they wrote and what was answered to them, each message judged by itself."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext

from ninelives.channels.models import Delivery, Receipt
from ninelives.channels.news import take_news
from ninelives.channels.protocol import DeliveryNews, InboundMessage, InboundStatus, Unreadable
from ninelives.channels.queries import lane, read
from ninelives.conversations.models import Attachment, Closure, Conversation, Message
from ninelives.conversations.queries import answer_is_being_written
from ninelives.foundation.clock import now
from ninelives.reception.models import Visitor
from ninelives.reception.queries import addresses_of, conversations_with

PAGE = 50
# Of a visitor who missed more than this, the newest page is the quicker way.
MOST_CHANGED = 200
# A transaction may commit so much later than it read the clock. What is given twice is known by its id.
OVERLAP = timedelta(seconds=2)
# How far back something may have been said that is news now: an answer can wait for its delivery.
LATE = timedelta(days=2)

State = Delivery.State
GIVEN = (State.SENT, State.DELIVERED, State.READ)


Within = Callable[[Visitor], Sequence[Conversation]]


class BadCursorError(Exception):
    """Not a cursor of ours."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message. `id` is the receipt's for what the visitor wrote, so that it is the same before it is processed."""

    id: UUID
    direction: str
    author: str
    text: str
    at: datetime
    status: str
    key: str = ""
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    messages: list[Shown]
    cursor: str
    # None: this page is an addition. "": there is nothing before it.
    earlier: str | None
    is_typing: bool
    read_up_to: UUID | None
    status: str | None


class History:
    """One visitor's view. Reading an answer back is what makes it delivered.

    What waits is read before anything else: what is taken in meanwhile is then found twice, and never in neither place.
    """

    def __init__(self, visitor: Visitor, within: Within = conversations_with, numbers: Sequence[int] = ()):
        """All of it, or what is in these conversations, and what waits to come in under these numbers."""
        self.visitor, self._within = visitor, within
        self._numbers = set(numbers)
        self._values = [address.value for address in addresses_of(visitor)]

    def newest(self) -> Page:
        at, waiting = now(), self._waiting()
        return self._whole(list(self._said()[: PAGE + 1]), at, waiting, until=at)

    def before(self, cursor: str) -> Page:
        at, pk = _place(cursor)
        older = self._said().filter(Q(occurred_at__lt=at) | Q(occurred_at=at, pk__lt=pk))
        return self._whole(list(older[: PAGE + 1]), now(), [], until=at)

    def after(self, cursor: str) -> Page:
        since, at, waiting = _moment(cursor), now(), self._waiting()
        changed = Q(direction="inbound", received_at__gt=since) | Q(
            direction="outbound", delivery__settled_at__gt=since
        )
        news = list(self._said().filter(changed, occurred_at__gt=since - LATE)[: MOST_CHANGED + 1])
        if len(news) > MOST_CHANGED:
            return self.newest()
        return self._page(news, at, waiting, self._closed(since, at), earlier=None)

    def see(self, up_to: UUID) -> None:
        """The visitor has seen what we said, up to this message."""
        seen = self._said().filter(Q(pk=up_to) | Q(receipt=up_to)).first()
        if seen:
            unread = self._said().filter(direction="outbound", occurred_at__lte=seen.occurred_at)
            self._tell(unread.exclude(delivery__state=State.READ), DeliveryNews.READ)

    def file(self, attachment_id: UUID) -> Attachment | None:
        return Attachment.objects.filter(pk=attachment_id, message__in=self._said()).first()

    @cached_property
    def _conversations(self) -> Sequence[Conversation]:
        return self._within(self.visitor)

    def _said(self) -> QuerySet[Message]:
        """Newest first. Never by the conversation alone: what else may come to stand in it is not for them."""
        theirs = Q(direction="inbound", sender_address__in=self._values)
        ours = Q(direction="outbound", recipient__in=self._values, delivery__state__in=GIVEN)
        rows = Message.objects.filter(theirs | ours, conversation__in=self._conversations)
        rows = rows.filter(account=self.visitor.account_id).select_related("delivery", "by_person").only(*_COLUMNS)
        return rows.order_by("-occurred_at", "-id")

    def _whole(self, told: list[Message], at: datetime, waiting: list[Shown], until: datetime) -> Page:
        more, told = len(told) > PAGE, told[:PAGE]
        begins = told[-1].occurred_at if more else _EPOCH
        earlier = place_of(begins, told[-1].pk) if more else ""
        return self._page(told, at, waiting, self._closed(begins, until), earlier)

    def _page(
        self, told: list[Message], at: datetime, waiting: list[Shown], closed: list[Shown], earlier: str | None
    ) -> Page:
        self._tell([one for one in told if _is_new(one)], DeliveryNews.DELIVERED)
        taken_in = {one.receipt_id for one in told}
        shown = [*self._shown(told), *(one for one in waiting if one.id not in taken_in), *closed]
        running = next((one for one in self._conversations if not one.is_merged), None)
        # What waits is given again when it has been processed.
        upto = min([at - OVERLAP, *(one.at - timedelta(microseconds=1) for one in waiting)])
        return Page(
            messages=sorted(shown, key=lambda one: (one.at, one.id)),
            cursor=str(_micros(upto)),
            earlier=earlier,
            is_typing=bool(running and answer_is_being_written(running)),
            read_up_to=self._read_up_to(running) if running else None,
            status=running.status if running else None,
        )

    def _shown(self, told: Sequence[Message]) -> list[Shown]:
        prefetch_related_objects([one for one in told if one.has_files], "attachments")
        seen_at = {one.pk: one.seen_at for one in self._conversations}
        return [_inbound(one, seen_at[one.conversation_id]) if one.receipt_id else _outbound(one) for one in told]

    def _waiting(self) -> list[Shown]:
        """What is safely stored and not processed yet."""
        # As our door names them, and as a provider's calls do.
        named = [name for value in self._values for name in (value, value[37:] if value[36:37] == ":" else value)]
        lanes = [lane(self.visitor.account_id, name) for name in named]
        rows = Receipt.objects.filter(lane__in=lanes, state=Receipt.State.STORED, account=self.visitor.account_id)
        rows = rows.select_related("account__brand").prefetch_related("account__settings")
        return [shown for receipt in rows.order_by("id")[:PAGE] for shown in stored(receipt, self._numbers)]

    def _closed(self, since: datetime, until: datetime) -> list[Shown]:
        rows = Closure.objects.filter(conversation__in=self._conversations, at__gt=since, at__lt=until)
        text = gettext("This conversation was closed.")
        return [Shown(one.pk, "event", "", text, one.at, "") for one in rows.order_by("-at")[:PAGE]]

    def _read_up_to(self, running: Conversation) -> UUID | None:
        if running.seen_at is None:
            return None
        seen = self._said().filter(direction="inbound", conversation=running, occurred_at__lte=running.seen_at)
        return seen.values_list("receipt", flat=True).first()

    def _tell(self, messages: Iterable[Message], news: DeliveryNews) -> None:
        for message in messages:
            take_news(self.visitor.account, InboundStatus(message.external_id, news))


_COLUMNS = (
    *("conversation", "direction", "receipt", "sender_name", "text", "occurred_at", "external_id", "has_files"),
    *("delivery__state", "by_person__name"),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _is_new(message: Message) -> bool:
    return message.delivery is not None and message.delivery.state == State.SENT


def _inbound(message: Message, seen_at: datetime | None) -> Shown:
    return Shown(
        id=message.receipt_id or message.pk,
        direction="inbound",
        author=message.sender_name,
        text=message.text,
        at=message.occurred_at,
        status="read" if seen_at and message.occurred_at <= seen_at else "delivered",
        key=_own_key(message.external_id),
        files=tuple(message.attachments.all()) if message.has_files else (),
    )


def _outbound(message: Message) -> Shown:
    return Shown(
        id=message.pk,
        direction="outbound",
        author=message.by_person.name if message.by_person else message.sender_name,
        text=message.text,
        at=message.occurred_at,
        status="delivered" if _is_new(message) else message.delivery.state if message.delivery else "",
        files=tuple(message.attachments.all()) if message.has_files else (),
    )


def stored(receipt: Receipt, numbers: Collection[int] = ()) -> list[Shown]:
    """What came in; with `numbers`, only what goes there."""
    try:
        facts = [one for one in read(receipt) if isinstance(one, InboundMessage)]
    except Unreadable:
        return []
    facts = [one for one in facts if not numbers or one.opens_as in numbers]
    return [
        Shown(
            receipt.pk, "inbound", one.sender.name, one.text, receipt.received_at, "stored", _own_key(one.external_id)
        )
        for one in facts
    ]


def _own_key(external_id: str) -> str:
    """The widget's key, without the browser's mark before it."""
    return external_id.rpartition(":")[2]


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _moment(cursor: str) -> datetime:
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 17:
        raise BadCursorError(cursor[:40])
    return _EPOCH + timedelta(microseconds=int(cursor))


def place_of(at: datetime, pk: UUID) -> str:
    """The cursor before this."""
    return f"{_micros(at)}-{pk}"


def _place(cursor: str) -> tuple[datetime, UUID]:
    at, _, pk = cursor.partition("-")
    try:
        return _moment(at), UUID(pk)
    except ValueError as reason:
        raise BadCursorError(cursor[:40]) from reason
