"""How long a visitor will wait, how else they can be served, and what they choose."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ninelives.conversations.models import Conversation
from ninelives.reception import actions
from ninelives.reception.listening import note_listening
from ninelives.reception.pacing import Pace
from ninelives.reception.queries import conversations_with
from ninelives.reception.views.chat import mail_of, text_of
from ninelives.reception.views.door import Call, Refusal, body_of, chat, invalid, json_response
from ninelives.routing import actions as routing
from ninelives.routing.choices import SLOT, Experts, placement_of, standing_of, ways_of
from ninelives.routing.models import Choice, Placement

_MOST_BODY = 10_000
# What people write between the digits of a telephone number.
_BETWEEN = re.compile(r"[\s().-]+")


def _wait(call: Call) -> HttpResponse:
    note_listening(call.visitor)
    return json_response({"waiting": _standing(call)})


def _ways(call: Call) -> HttpResponse:
    placement = placement_of(_conversation(call))
    if placement is None:
        raise _not_waiting()
    ways, visitor = ways_of(placement), call.visitor
    return json_response(
        {
            "slots": [at.isoformat() for at in ways.slots],
            "slot_minutes": SLOT.seconds // 60,
            "answer_by": ways.answer_by.isoformat() if ways.answer_by else None,
            "known": ways.known.name if ways.known else None,
            "experts": _experts(ways.experts) if ways.experts else None,
            "email": visitor.email,
        }
    )


def _choose(call: Call) -> HttpResponse:
    conversation, body = _conversation(call), body_of(call.request, _MOST_BODY)
    what, phone, email = text_of(body, "what", 10), _BETWEEN.sub("", text_of(body, "phone", 40)), mail_of(body, "email")
    if what not in ("", *Choice.What.values):
        raise invalid(_("“%s” is not a way to be served.") % what)
    wish = routing.Wish(what, phone, _moment(text_of(body, "slot", 40)), email if what == Choice.What.MESSAGE else "")
    if wish.email:
        actions.say_who(call.visitor, email=email, name="")
    try:
        routing.choose(conversation, wish)
    except routing.NotWaitingError as reason:
        raise _not_waiting() from reason
    except routing.NotPossibleError as reason:
        raise _not_possible(reason.field) from reason
    return json_response({"waiting": _standing(call)}, 201)


waiting = chat(Pace("waiting", visitor=120, network=6000), GET=_wait)
choice = chat(Pace("choice", visitor=60, network=1200), GET=_ways, POST=_choose)


def _conversation(call: Call) -> Conversation:
    found = _running(call)
    if found is None:
        raise _not_waiting()
    return found


def _running(call: Call) -> Conversation | None:
    return next((one for one in conversations_with(call.visitor) if one.is_open and not one.is_merged), None)


def _standing(call: Call) -> dict[str, Any] | None:
    running = _running(call)
    standing = standing_of(running) if running else None
    if standing is None:
        return None
    wait, chosen = standing.wait, standing.choice
    return {
        "is_offered": standing.placement.state == Placement.State.OFFERED,
        "ahead": standing.ahead,
        "low": wait.low if wait else None,
        "high": wait.high if wait else None,
        "opens_at": standing.opens_at.isoformat() if standing.opens_at else None,
        "choice": _chosen(chosen) if chosen else None,
    }


def _experts(experts: Experts) -> dict[str, Any]:
    wait = experts.wait
    return {"low": wait.low if wait else None, "high": wait.high if wait else None}


def _chosen(choice: Choice) -> dict[str, Any]:
    return {
        "what": choice.what,
        "starts": choice.starts.isoformat() if choice.starts else None,
        "ends": choice.ends.isoformat() if choice.ends else None,
        "address": choice.promise.address if choice.promise else "",
        "person": choice.person.name if choice.person else "",
    }


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        at = None
    if text and (at is None or at.tzinfo is None):
        raise invalid(_("“%s” should be a moment, as it was given.") % "slot")
    return at


def _not_waiting() -> Refusal:
    return Refusal("not-waiting", 409, _("Nobody waits"), _("You do not wait any more: somebody has your question."))


def _not_possible(field: str) -> Refusal:
    told = {
        "phone": _("This is not a telephone number. It looks like +31 6 12345678."),
        "slot": _("That time has gone. Choose another one."),
    }
    return invalid(told.get(field) or _("That is not possible any more. Choose another way."))
