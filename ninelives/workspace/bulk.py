"""What was done with many conversations at once, in words, with the way back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations.actions import Outcome
from ninelives.conversations.models import BulkAction
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.workspace import snoozes
from ninelives.workspace.links import link
from ninelives.workspace.screens.listed import BulkShown, Done

# So long a page that is loaded anew offers to undo what was done before.
OFFERED = timedelta(minutes=3)
# Of each reason so many are named.
NAMED = 12


def shown(person: Person) -> BulkShown | None:
    if not person.may(Permission.ANSWER):
        return None
    return BulkShown(snoozes.presets(localtime()), _latest(person))


def done(outcome: Outcome) -> Done:
    action = outcome.action
    title = _title(action.what, len(outcome.done)) if action else _("Nothing was changed")
    return Done(title, _why_not(outcome), link("bulk_action", action.pk) if action else "")


def undone(outcome: Outcome) -> Done:
    count = len(outcome.done)
    return Done(ngettext("%d put back", "%d put back", count) % count, _why_not(outcome), "")


def _latest(person: Person) -> Done | None:
    """What this person did a moment ago, and can still undo."""
    newest = next(iter(_newest(person.pk, now() - OFFERED)), None)
    if newest is None or newest.undone_at:
        return None
    return Done(_title(newest.what, newest.items.count()), (), link("bulk_action", newest.pk))


@compiled
def _newest(person_id: UUID, since: datetime) -> QuerySet[BulkAction]:
    return BulkAction.objects.filter(person=person_id, at__gt=since).order_by("-at")[:1]


def _title(what: str, count: int) -> str:
    words = {
        "claim": ngettext("%d is yours now", "%d are yours now", count),
        "release": ngettext("%d let go", "%d let go", count),
        "close": ngettext("%d closed", "%d closed", count),
        "reopen": ngettext("%d reopened", "%d reopened", count),
        "snooze": ngettext("%d snoozed", "%d snoozed", count),
        "tag": ngettext("%d tagged", "%d tagged", count),
        "read": ngettext("%d marked as read", "%d marked as read", count),
        "unread": ngettext("%d marked as unread", "%d marked as unread", count),
    }
    return words[what] % count


def _why_not(outcome: Outcome) -> tuple[str, ...]:
    reasons = {
        "already": _("It was so already:"),
        "taken": _("Somebody else has it:"),
        "not_yours": _("Not yours to let go:"),
        "nobodys": _("Nobody had it:"),
        "closed": _("It is closed:"),
        "changed": _("Changed since, and left so:"),
    }
    lines = []
    for why, words in reasons.items():
        numbers = [number for number, reason in outcome.refused if reason == why]
        if numbers:
            lines.append(f"{words} {_named(numbers)}")
    if outcome.unknown:
        count = outcome.unknown
        lines.append(ngettext("%d is not there any more.", "%d are not there any more.", count) % count)
    return tuple(lines)


def _named(numbers: list[int]) -> str:
    named = ", ".join(f"#{number}" for number in numbers[:NAMED])
    more = len(numbers) - NAMED
    return named if more <= 0 else _("%(named)s and %(more)d more") % {"named": named, "more": more}
