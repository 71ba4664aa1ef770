"""Promises as the desk tells them: over a conversation, in its row, on its timeline, and beside it."""

from collections.abc import Callable
from datetime import datetime

from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.accounts.queries import hours_of
from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer
from ninelives.promises import queries, slots, story
from ninelives.promises.actions import may_be_mistaken, telephone_of
from ninelives.promises.models import Move, Promise, Withdrawal
from ninelives.promises.slots import Hours, Slot
from ninelives.promises.story import Event
from ninelives.workspace import wording
from ninelives.workspace.lines import line
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place
from ninelives.workspace.screens.promised import PromiseMenu, PromiseShown, SlotShown
from ninelives.workspace.screens.timeline import Bubble

MOST_BESIDE = 5


def over(person: Person, conversation: Conversation, place: Place) -> tuple[PromiseShown, ...]:
    """Open ones, over the conversation in which they were made."""
    return tuple(shown(one, person, _back(place)) for one in queries.open_in(person, conversation))


def beside(person: Person, customer: Customer) -> tuple[PromiseShown, ...]:
    """Open ones, in the pane of a customer."""
    return tuple(shown(one, person) for one in queries.soonest_of(person, customer, most=MOST_BESIDE))


def shown(promise: Promise, person: Person, back: str = "") -> PromiseShown:
    """`back`: a query that says where its deeds lead back to: a view of the desk, or a part of the page of promises."""
    conversation, customer = promise.conversation, promise.customer.record
    return PromiseShown(
        id=str(promise.pk),
        reference=promise.reference,
        icon="phone" if promise.kind == Promise.Kind.CALLBACK else "promise",
        what=what(promise),
        about=promise.what,
        due_from=promise.due_from,
        due_by=promise.due_by,
        state=promise.state,
        state_label=str(wording.PROMISE_STATES[promise.state]),
        is_open=promise.is_open,
        is_late=promise.is_late,
        is_nearly_late=promise.is_nearly_late,
        is_callback=promise.kind == Promise.Kind.CALLBACK,
        number=promise.address if promise.channel == "phone" else "",
        attempts=promise.attempts_made,
        owner=promise.owner.name if promise.owner else "",
        is_mine=promise.owner_id == person.pk,
        customer=customer.name,
        customer_url=link("customer", customer.pk),
        settled_at=promise.settled_at,
        url=Place("all").url(conversation.record_id) if conversation else "",
        conversation=conversation.record.reference if conversation else "",
        **_deeds(promise, back) if person.may(Permission.ANSWER) else {},
    )


def what(promise: Promise) -> str:
    """In few words, without the moment."""
    named = {"what": promise.what}
    if promise.kind == Promise.Kind.CALLBACK:
        return _("Call back about %(what)s") % named if promise.what else _("Call back")
    if promise.kind == Promise.Kind.ANSWER:
        return _("Answer about %(what)s") % named if promise.what else _("Answer")
    return promise.what


def _deeds(promise: Promise, back: str) -> dict[str, str]:
    if not promise.is_open:
        return {"reopening_url": _deed("promise_settling", promise, back)}
    names = ("attempts", "keeping", "withdrawal", "owner", "window")
    return {f"{name}_url": _deed(f"promise_{name}", promise, back) for name in names}


def _deed(name: str, promise: Promise, back: str) -> str:
    return link(name, promise.pk) + (f"?{back}" if back else "")


def _back(place: Place) -> str:
    return urlencode({name: value for name, value in (("view", place.view), ("q", place.q)) if value})


def menu(person: Person, conversation: Conversation, place: Place) -> PromiseMenu | None:
    """What can be promised here; None for who may not."""
    if not person.may(Permission.ANSWER):
        return None
    here, hours = localtime(), Hours(*hours_of(conversation.brand))
    return PromiseMenu(
        url=link("promises_in", place.view, conversation.pk),
        answers=tuple(_slot(one, here) for one in slots.for_an_answer(hours, here)),
        calls=tuple(_slot(one, here) for one in slots.for_a_call(hours, here)),
        number=telephone_of(conversation.customer),
    )


def _slot(slot: Slot, here: datetime) -> SlotShown:
    day = _day(slot.starts or slot.ends, here)
    labels = {
        "soon": _("Within the hour"),
        "morning": _("%s in the morning") % day,
        "afternoon": _("%s in the afternoon") % day,
    }
    starts = slot.starts.isoformat() if slot.starts else ""
    told = f"{slot.starts:%H:%M} – {slot.ends:%H:%M}" if slot.starts else f"{slot.ends:%H:%M}"
    return SlotShown(f"{starts}/{slot.ends.isoformat()}", labels.get(slot.key, day), told)


def _day(at: datetime, here: datetime) -> str:
    days = (at.date() - here.date()).days
    if days in (0, 1):
        return _("Today") if days == 0 else _("Tomorrow")
    name = date_format(at, "l")
    return name[0].upper() + name[1:]


def lines(conversation: Conversation, person: Person | None, place: Place) -> list[Bubble]:
    """On the timeline."""
    may = person is not None and person.may(Permission.ANSWER)
    told = []
    for number, one in enumerate(story.of_conversation(conversation)):
        row_id = one.row.pk if one.row else one.promise.pk
        undo_url = _undo(one, place) if may else ""
        told.append(line(row_id, one.at, _LINES[one.what](one), f"-{one.what}-{number}", undo_url=undo_url))
    return told


def _undo(one: Event, place: Place) -> str:
    if one.what == "made" and one.promise.is_open and may_be_mistaken(one.promise):
        return _deed("promise_making", one.promise, _back(place))
    is_running = one.what in ("kept", "withdrawn") and one.row and getattr(one.row, "undone_at", None) is None
    return _deed("promise_settling", one.promise, _back(place)) if is_running else ""


def _made(one: Event) -> str:
    promise = one.promise
    named = {**_named(one), "what": what(promise), "due": window(_first_window(promise))}
    if not one.who:
        return _("%(reference)s promised: %(what)s, %(due)s") % named
    return _("%(who)s promised %(reference)s: %(what)s, %(due)s") % named


def _first_window(promise: Promise) -> tuple[datetime | None, datetime]:
    """As it was promised, whatever the customer agreed to since."""
    first = min(promise.moves.all(), key=lambda move: move.at, default=None)
    return (first.was_from, first.was_by) if first else (promise.due_from, promise.due_by)


def window(between: tuple[datetime | None, datetime]) -> str:
    """In a sentence: before Friday 4 December 12:00, or between two moments."""
    starts, ends = between
    if starts is None:
        return _("before %s") % told_moment(ends)
    return _("between %(starts)s and %(ends)s") % {"starts": told_moment(starts), "ends": f"{localtime(ends):%H:%M}"}


def told_moment(at: datetime) -> str:
    local = localtime(at)
    return f"{local:%H:%M}" if local.date() == localtime().date() else f"{date_format(local, 'D j M')} {local:%H:%M}"


def _named(one: Event) -> dict[str, str]:
    return {"who": one.who, "reference": one.promise.reference}


def _attempt(one: Event) -> str:
    outcome = str(wording.ATTEMPTS[getattr(one.row, "outcome", "")])
    note = getattr(one.row, "note", "")
    told = _("%(who)s tried %(reference)s: %(outcome)s") % {**_named(one), "outcome": outcome}
    return f"{told}. {note}" if note else told


def _moved(one: Event) -> str:
    if not isinstance(one.row, Move):
        return ""
    due = window((one.row.due_from, one.row.due_by))
    return _("%(who)s agreed with the customer: %(reference)s, %(due)s") % {**_named(one), "due": due}


def _handed(one: Event) -> str:
    person = getattr(one.row, "person", None)
    if person is None:
        return _("%(who)s gave %(reference)s to the team") % _named(one)
    return _("%(who)s gave %(reference)s to %(person)s") % {**_named(one), "person": person.name}


def _kept(one: Event) -> str:
    return _("%(reference)s is kept, too late") % _named(one) if one.promise.is_late else _kept_by(one)


def _kept_by(one: Event) -> str:
    return _("%(who)s kept %(reference)s") % _named(one) if one.who else _("%(reference)s is kept") % _named(one)


def _withdrawn(one: Event) -> str:
    reason = one.row.reason if isinstance(one.row, Withdrawal) else ""
    if isinstance(one.row, Withdrawal) and one.row.because == Withdrawal.Because.MISTAKE:
        return _("%(who)s took %(reference)s back: it was entered by mistake") % _named(one)
    return _("%(who)s withdrew %(reference)s: %(reason)s") % {**_named(one), "reason": reason}


def _reopened(one: Event) -> str:
    if not one.who:
        return _("%(reference)s is open again: the answer did not go out") % _named(one)
    return _("%(who)s opened %(reference)s again") % _named(one)


_LINES: dict[str, Callable[[Event], str]] = {
    "made": _made,
    "attempt": _attempt,
    "moved": _moved,
    "handed_over": _handed,
    "late": lambda one: pgettext("promise", "%(reference)s is late") % _named(one),
    "kept": _kept,
    "withdrawn": _withdrawn,
    "reopened": _reopened,
}
