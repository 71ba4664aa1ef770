"""That a visitor of the chat is there: what routing knows silent abandonment by (`routing/silence.py`).

Apps are not asked: what stays open or closed there tells nothing of whoever uses them.
"""

from ninelives.reception.models import Visitor
from ninelives.reception.queries import conversations_with
from ninelives.routing import silence
from ninelives.routing.sorting import descriptions

LISTENS = "webchat"


def note_listening(visitor: Visitor) -> None:
    if visitor.account.kind == LISTENS and descriptions():
        silence.note_listening({one.record_id for one in conversations_with(visitor)})
