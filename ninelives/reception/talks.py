"""An app user's conversations, each by the number under which the app knows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from ninelives.channels.models import Receipt
from ninelives.conversations import tokens
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.ids import with_number
from ninelives.reception.history import History, Page, Shown, place_of, stored
from ninelives.reception.models import AppConversation, Visitor, VisitorSession
from ninelives.reception.queries import conversations_with

MOST_LISTED = 20
# What a column of numbers can hold.
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Talk:
    """`conversations`: all that are read as this one; none before anything was said in it."""

    visitor: Visitor
    number: int
    conversations: Sequence[Conversation] = ()

    @property
    def running(self) -> Conversation | None:
        return next((one for one in self.conversations if not one.is_merged), None)

    @property
    def is_resolved(self) -> bool:
        return self.running is not None and not self.running.is_open

    @property
    def thread(self) -> str:
        """By which the road finds it."""
        return tokens.make(self.number)

    @property
    def history(self) -> History:
        numbers = [self.number, *(one.number for one in self.conversations)]
        return History(self.visitor, lambda visitor: _as_one(self.number, conversations_with(visitor)), numbers)

    def page(self, before: int | None) -> Page | None:
        """The newest, or those before the message with this number; None where there is none such."""
        if before is None:
            return self.history.newest()
        message = self._message(before)
        return self.history.before(place_of(message.occurred_at, message.pk)) if message else None

    def _message(self, number: int) -> Message | None:
        first, last = with_number(number)
        theirs = Message.objects.filter(conversation__in=self.conversations)
        return theirs.filter(
            Q(pk__range=(first, last), receipt=None) | Q(receipt__gte=first, receipt__lte=last)
        ).first()

    def newest_said(self) -> UUID | None:
        """The id of what we said last."""
        said = [one for one in self.history.newest().messages if one.direction == "outbound"]
        return said[-1].id if said else None


def talks_with(visitor: Visitor) -> list[Talk]:
    """The newest first, and before those what was begun and nothing said in yet."""
    known = conversations_with(visitor)
    talks = [Talk(visitor, one.number, _as_one(one.number, known)) for one in known if not one.is_merged]
    numbers = {one.number for one in known}
    begun = AppConversation.objects.filter(visitor=visitor).exclude(number__in=numbers).order_by("-number")
    return [*(Talk(visitor, one.number) for one in begun), *talks][:MOST_LISTED]


def talk(visitor: Visitor, number: int) -> Talk | None:
    """None where it is nobody's, or another's."""
    if number > _LARGEST:
        return None
    together = _as_one(number, conversations_with(visitor))
    if together:
        return Talk(visitor, number, together)
    begun = AppConversation.objects.filter(visitor=visitor, number=number)
    return Talk(visitor, number) if begun.exists() else None


def _as_one(number: int, known: Sequence[Conversation]) -> list[Conversation]:
    """All that are read as the one with this number."""
    found = next((one for one in known if one.number == number), None)
    return [one for one in known if found and one.record_id == found.record_id]


def written(session: VisitorSession, key: str) -> Shown | None:
    """What was stored under this key, as it reads; None where it was erased since."""
    receipt = Receipt.objects.filter(account=session.visitor.account, key=key).select_related("account__brand").first()
    return next(iter(stored(receipt)), None) if receipt else None
