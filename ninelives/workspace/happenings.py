"""What was done with a conversation, as lines on its timeline."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from ninelives.conversations.happenings import Happening, happened
from ninelives.conversations.models import Conversation
from ninelives.ui.templatetags.ui import clock_words
from ninelives.workspace.lines import line
from ninelives.workspace.screens.timeline import Bubble


def lines(conversation: Conversation) -> list[Bubble]:
    told: list[Bubble] = []
    for one in happened(conversation):
        begun, ended = _WORDS[one.what]
        told.append(line(one.id, one.at, _about(one, begun(one))))
        end = ended(one) if one.ended_at else ""
        if one.ended_at and end:
            told.append(line(one.id, one.ended_at, _about(one, end), "end"))
    return told


def _about(one: Happening, text: str) -> str:
    """With the number of the one it happened to, where that was merged into this one."""
    return f"#{one.number}: {text}" if one.number else text


def _closed(one: Happening) -> str:
    return _("Closed by %s") % one.who if one.who else _("Closed")


def _reopened(one: Happening) -> str:
    return _("Reopened by %s") % one.ended_by if one.ended_by else _("Open again because there is news")


def _snoozed(one: Happening) -> str:
    return _("%(who)s snoozed this until %(until)s") % {"who": one.who, "until": clock_words(one.until)}


def _woken(one: Happening) -> str:
    """ "" where another line says it."""
    return {
        "time": _("Back: it is time"),
        "customer": _("Back because the customer wrote"),
        "delivery": _("Back because something of ours did not arrive"),
        "person": _("%s brought this back") % one.ended_by,
    }.get(one.why, "")


_Words = Callable[[Happening], str]
_WORDS: dict[str, tuple[_Words, _Words]] = {
    "assignment": (lambda one: _("%s took this on") % one.who, lambda one: _("%s let this go") % one.who),
    "closure": (_closed, _reopened),
    "snooze": (_snoozed, _woken),
}
