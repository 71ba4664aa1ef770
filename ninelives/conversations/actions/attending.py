"""Being there: who else looks and types, so that two do not write the same answer."""

from datetime import datetime, timedelta

from django.db import transaction

from ninelives.accounts.models import Person
from ninelives.conversations.models import Attendance, Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.live import signal

# Whoever is there says so again before this is over; a browser that crashed is gone after it.
LASTS = timedelta(seconds=50)
TYPING_LASTS = timedelta(seconds=8)


@transaction.atomic
def attend(conversation: Conversation, *, person: Person, is_typing: bool = False) -> None:
    """The person has it open. Colleagues hear of it only where it is news."""
    moment = now()
    before = Attendance.objects.filter(conversation=conversation, person=person).first()
    typing = moment + TYPING_LASTS if is_typing else None
    # In one statement: they may leave in another tab.
    Attendance.objects.bulk_create(
        [Attendance(conversation=conversation, person=person, until=moment + LASTS, typing_until=typing)],
        update_conflicts=True,
        unique_fields=["conversation", "person"],
        update_fields=["until", "typing_until"],
    )
    if _state(before, moment) != (True, is_typing):
        _tell(conversation)


@transaction.atomic
def leave(conversation: Conversation, *, person: Person) -> None:
    if Attendance.objects.filter(conversation=conversation, person=person).delete()[0]:
        _tell(conversation)


def prune_attendances() -> int:
    """Those that lapsed long ago; how many."""
    return Attendance.objects.filter(until__lt=now() - timedelta(hours=1)).delete()[0]


def _state(attendance: Attendance | None, moment: datetime) -> tuple[bool, bool]:
    """Whether they are there, and type."""
    if attendance is None or attendance.until < moment:
        return False, False
    return True, attendance.typing_until is not None and attendance.typing_until > moment


def _tell(conversation: Conversation) -> None:
    signal(f"attendance:{conversation.pk}", str(conversation.brand_id))
