"""What whoever waits on a channel of messages is told, and what they mean by their answer."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ninelives.accounts.queries import organisation
from ninelives.channels.models import ChannelAccount
from ninelives.foundation.clock import now
from ninelives.routing.choices import SLOT, Standing, Ways
from ninelives.routing.models import Choice, Menu
from ninelives.routing.queries import Wait

What, Step = Choice.What, Menu.Step

WAIT = "wait"
# What asks for the list again.
AGAIN = "0"

# "2", "2.", "nr 2)" and the sign of a key with a 2 on it.
_NUMBER = re.compile(r"(?:#|nr\.?|no\.?)?\s*([0-9]{1,2})[\s.):!\ufe0f\u20e3]*", re.IGNORECASE)
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
# What people write between the digits of a telephone number; and what of it is a date, or an amount, is too short.
_BETWEEN = re.compile(r"[\s().-]+")
_PHONE = re.compile(r"\+?[0-9]{9,15}")
_AROUND = " \t\n.,!?:;\"'()“”‘’"


def possible(ways: Ways) -> list[str]:
    """In the order in which they are told."""
    found: list[tuple[str, object]] = [
        (WAIT, True),
        (What.CALL, True),
        (What.SLOT, ways.slots),
        (What.MESSAGE, ways.answer_by),
        (What.KNOWN, ways.known),
        (What.EXPERT, ways.experts),
    ]
    return [str(way) for way, is_there in found if is_there]


def list_of_ways(standing: Standing, ways: Ways, help_page: str) -> str:
    lines = [_how_long(standing), _("How shall we help you? Answer with a number:")]
    lines += _numbered([_way(way, ways) for way in possible(ways)])
    if help_page:
        lines.append(_("Or find the answer yourself: %s") % help_page)
    return "\n".join(lines)


def list_of_slots(slots: list[datetime]) -> str:
    lines = [_("When shall we call you? Answer with a number:"), *_numbered([_capital(slot_words(at)) for at in slots])]
    return "\n".join([*lines, _zero()])


def question_of_a_number() -> str:
    return "\n".join([_("At which number can we call you? Answer with your telephone number."), _zero()])


def confirmed(choice: Choice | None, number: str, standing: Standing | None) -> str:
    """What was chosen. `number`: as it may be told."""
    return "\n".join([_confirmed(choice, number, standing), _zero()])


def thanks() -> str:
    return _("Thank you for your message.")


def not_possible(slot: bool = False) -> str:
    return _("That time has gone.") if slot else _("That is not possible any more.")


def no_number() -> str:
    return _("This is not a telephone number. It looks like +31 6 12345678.")


def help_page(account: ChannelAccount, language: str) -> str:
    told = account.view().settings
    return told.get(f"help_{language}") or told.get("help", "")


def meant(menu: Menu, text: str, known: str) -> str | None:
    """AGAIN, one of the options, or None: they said something else. `known`: the name of whom they know."""
    text = text.strip()
    number = _NUMBER.fullmatch(text)
    if number and int(number[1]) == 0:
        return None if menu.step == Step.WAYS else AGAIN
    if menu.step not in (Step.WAYS, Step.SLOTS):
        return None
    if number:
        place = int(number[1]) - 1
        return menu.options[place] if place < len(menu.options) else None
    said = _plain(text)
    if menu.step == Step.SLOTS:
        return _slot_meant(menu.options, said)
    words = {way: said in _words_of(way) for way in menu.options}
    words[What.KNOWN] = bool(known) and said in (known.casefold(), known.split()[0].casefold())
    return next((way for way in menu.options if words[way]), None)


def number_in(text: str) -> str:
    """The telephone number that a message is; "" where it is something else."""
    plain = _BETWEEN.sub("", text.strip())
    return plain if _PHONE.fullmatch(plain) else ""


def masked(number: str) -> str:
    """One that we knew, to whoever writes: enough to know it by."""
    return _("the number that ends in %s") % number[-2:]


def slot_words(at: datetime) -> str:
    """As within a sentence."""
    local, until = _local(at), _local(at + SLOT)
    told = {"day": _day(local) or _("today"), "from": f"{local:%H:%M}", "until": f"{until:%H:%M}"}
    return _("%(day)s, %(from)s to %(until)s") % told


def _how_long(standing: Standing) -> str:
    if standing.opens_at:
        return _("We open %s.") % _at(standing.opens_at)
    if standing.wait is None:
        return _("You are in line.")
    return _("You are in line. Wait: %s.") % span(standing.wait)


def _way(way: str, ways: Ways) -> str:
    if way == What.CALL:
        return _("Call me as soon as it is my turn")
    if way == What.SLOT:
        return _("Call me at a time that I choose")
    if way == What.MESSAGE and ways.answer_by:
        return _("Answer me here before %s; I need not wait") % _before(ways.answer_by)
    if way == What.KNOWN and ways.known:
        return _("%s, whom I know") % ways.known.name
    if way == What.EXPERT and ways.experts:
        wait = ways.experts.wait
        return _("An expert (wait: %s)") % span(wait) if wait else _("An expert")
    return _("I stay and wait")


def _confirmed(choice: Choice | None, number: str, standing: Standing | None) -> str:
    if choice is None:
        return _("You keep your place, and we answer you here.")
    if choice.what == What.CALL:
        return _("We call you at %s when it is your turn. You keep your place.") % number
    if choice.what == What.SLOT and choice.starts:
        return _("We call you at %(number)s: %(when)s.") % {"number": number, "when": slot_words(choice.starts)}
    if choice.what == What.MESSAGE and choice.ends:
        return _("We answer you here before %s. You need not wait.") % _before(choice.ends)
    if choice.what == What.EXPERT:
        told = _("You wait for an expert. You keep your place.")
        return f"{told} {_('Wait: %s.') % span(standing.wait)}" if standing and standing.wait else told
    return _("Your question is kept for %s.") % (choice.person.name if choice.person else "")


def _zero() -> str:
    return _("Answer 0 to choose otherwise.")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _numbered(lines: list[str]) -> list[str]:
    return [f"{place}. {line}" for place, line in enumerate(lines, 1)]


def span(wait: Wait) -> str:
    """As people say it, rounded outwards: about 2 to 4 minutes. As `spanOf` of the widget."""
    if wait.high < 30:
        return _("a few moments")
    most = -int(-wait.high // 60)
    step = 1 if most <= 10 else 5 if most <= 60 else 60
    to, least = -(-most // step), int(wait.low / 60 // step)
    longest = ngettext("an hour", "%d hours", to) if step == 60 else ngettext("a minute", "%d minutes", to * step)
    longest = longest % (to if step == 60 else to * step) if "%d" in longest else longest
    least = least if step == 60 else least * step
    if least < 1:
        return _("less than %s") % longest
    if least == (to if step == 60 else to * step):
        return _("about %s") % longest
    return _("about %(least)d to %(most)s") % {"least": least, "most": longest}


def _local(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(organisation().time_zone))


def _day(local: datetime) -> str:
    """ "": today."""
    ahead = (local.date() - _local(now()).date()).days
    if ahead == 0:
        return ""
    if ahead == 1:
        return _("tomorrow")
    return str(WEEKDAYS[local.weekday()]) if ahead < 7 else date_format(local, "j F")


def _at(at: datetime) -> str:
    local = _local(at)
    day, clock = _day(local), f"{local:%H:%M}"
    return _("%(day)s at %(time)s") % {"day": day, "time": clock} if day else _("at %s") % clock


def _before(at: datetime) -> str:
    """Midnight is a minute before it, as nobody knows of which day it is."""
    local = _local(at)
    local = local - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else local
    day, clock = _day(local), f"{local:%H:%M}"
    return _("%(day)s at %(time)s") % {"day": day, "time": clock} if day else clock


def _plain(text: str) -> str:
    return " ".join(text.strip(_AROUND).casefold().split())


def _slot_meant(options: list[str], said: str) -> str | None:
    clock = _CLOCK.fullmatch(said)
    wanted = f"{int(clock[1]):02}:{clock[2]}" if clock else ""
    found = [one for one in options if f"{_local(datetime.fromisoformat(one)):%H:%M}" == wanted]
    return found[0] if len(found) == 1 else None


@cache
def _words_of(way: str) -> frozenset[str]:
    """In every language, as people do not think of ours when they answer."""
    found: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {_plain(word) for word in _WORDS[way]().split("|")}
    return frozenset(found)


_WORDS: dict[str, Callable[[], str]] = {
    # Translators: what people may answer instead of a number, each between two lines.
    WAIT: lambda: _("wait|i wait|i stay and wait"),
    What.CALL: lambda: _("call|call me|call me back|call me as soon as it is my turn"),
    What.SLOT: lambda: _("call me later|call later|call me at a time that i choose"),
    What.MESSAGE: lambda: _("message|by message|answer me here"),
    What.KNOWN: lambda: "",
    What.EXPERT: lambda: _("expert|an expert|the expert"),
}
