"""Decisions, states and ends, in the words of people who answer."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ninelives.routing.models import Decision, Offer, Placement, Presence

# Seconds.
MINUTE, HOUR, _DAY = 60, 3600, 86400

STATES = {
    Presence.State.AVAILABLE: gettext_lazy("Available"),
    Presence.State.WRAP_UP: gettext_lazy("Finishing off"),
    Presence.State.BREAK: gettext_lazy("Break"),
    Presence.State.BUSY: gettext_lazy("Busy"),
    Presence.State.AWAY: gettext_lazy("Away"),
}

# Why an offer is passed on, as it is kept: what else is told stands in somebody's own words.
WHY_PASSED = {
    "field": gettext_lazy("Not my field"),
    "queue": gettext_lazy("It should be in another queue"),
    "colleague": gettext_lazy("A colleague has this customer"),
    "busy": gettext_lazy("Still busy with something else"),
}

WHY_AWAY = {
    Presence.Why.UNANSWERED: gettext_lazy("An offer was not answered"),
    Presence.Why.LOST: gettext_lazy("The connection was lost"),
}

OFFERS = {
    Offer.State.OPEN: gettext_lazy("is asked"),
    Offer.State.ACCEPTED: gettext_lazy("took it"),
    Offer.State.PASSED: gettext_lazy("passed it on"),
    Offer.State.EXPIRED: gettext_lazy("did not answer in time"),
    Offer.State.LOST: gettext_lazy("was not there any more"),
    Offer.State.WITHDRAWN: gettext_lazy("need not take it any more"),
}

ENDS = {
    Placement.Why.ANSWERED: gettext_lazy("It was answered."),
    Placement.Why.CLOSED: gettext_lazy("It was closed."),
    Placement.Why.SNOOZED: gettext_lazy("It was snoozed."),
    Placement.Why.MERGED: gettext_lazy("It was merged into another conversation."),
    Placement.Why.LEFT: gettext_lazy("It ended before anybody had it."),
    Placement.Why.MOVED: gettext_lazy("It went elsewhere."),
    Placement.Why.WITHDRAWN: gettext_lazy("It was wanted no more."),
}

# What decided beside the scores: for somebody who was given, and for nobody.
_GIVEN = {
    "age": gettext_lazy("Waited longest by far, and so came before everybody."),
    "continuity": gettext_lazy("They know each other, and that cost others little."),
    "floor": gettext_lazy("The queue was about to be answered in time too seldom, and so it came first."),
    "relaxed": gettext_lazy("After this much waiting less skill is asked."),
    "fairness": gettext_lazy("Several could do it equally well: least needed elsewhere, then longest without work."),
    "none": gettext_lazy("The most is gained here."),
}
_WAITS = {
    "reserve": gettext_lazy("Whoever is free stays free for those who need them more."),
    "continuity": gettext_lazy("Kept for somebody whom the customer knows."),
}


def explained(decision: Decision, kind_name: Callable[[str], str] = str) -> str:
    """In a sentence or two. `kind_name`: of a channel, as its readers know it."""
    if decision.person is None:
        return str(_WAITS.get(decision.guard, _("Nobody who can do this is free.")))
    told = str(_GIVEN.get(decision.guard, _GIVEN["none"]))
    if decision.runner_up_name:
        told += " " + _("Next would have been: %s.") % _runner_up(decision, kind_name)
    return told


def _runner_up(decision: Decision, kind_name: Callable[[str], str]) -> str:
    """Somebody, or a queue and a kind of channel."""
    queue, dot, kind = decision.runner_up_name.rpartition(" · ")
    return f"{queue} · {kind_name(kind)}" if dot else decision.runner_up_name


def passed_because(reason: str) -> str:
    """In the reader's language where it is one of those that are offered; else the words of whoever passed."""
    return str(WHY_PASSED.get(reason, reason))


def reason(guard: str, *, is_given: bool) -> str:
    """What decided, where nothing was written down."""
    if is_given:
        return str(_GIVEN.get(guard, _GIVEN["none"]))
    return str(_WAITS.get(guard, _("Nobody who can do this is free.")))


def lasting(seconds: float) -> str:
    """A span of time as people say it."""
    return counted(*_measured(seconds))


def counted(count: int, unit: int) -> str:
    """So many seconds, minutes, hours or days, by the seconds of one."""
    if unit == 1:
        return ngettext("%d second", "%d seconds", count) % count
    if unit == MINUTE:
        return ngettext("%d minute", "%d minutes", count) % count
    if unit == HOUR:
        return ngettext("%d hour", "%d hours", count) % count
    return ngettext("%d day", "%d days", count) % count


def briefly(seconds: float) -> str:
    """The same where many stand side by side."""
    count, unit = _measured(seconds)
    units = {1: _("%d s"), MINUTE: _("%d min"), HOUR: _("%d h"), _DAY: _("%d d")}
    return units[unit] % count


def _measured(seconds: float) -> tuple[int, int]:
    """As exact as anybody wants to know it: how many, and of how many seconds each."""
    for unit, enough in ((1, 90), (MINUTE, 90 * MINUTE), (HOUR, 36 * HOUR)):
        if round(seconds) < enough:
            return max(0, round(seconds / unit)), unit
    return round(seconds / _DAY), _DAY
