"""Template tags and filters every screen may use; a builtin library. Cheap enough for a row of a long list."""

import re
from collections.abc import Hashable
from datetime import date, datetime
from functools import cache, lru_cache, partial

from django import template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS_ABBR
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ninelives.ui.assets import shapes_of, url_of
from ninelives.ui.constant_tags import constant_tag, translate

register = template.Library()

_KILO = 1000
# On escaped text: stops before quotes and angle brackets, and leaves the sentence its full stop.
_LINK = re.compile(r"(https?://(?:(?!&quot;|&lt;|&gt;|&#x27;)[^\s])*(?:(?!&quot;|&lt;|&gt;|&#x27;)[^\s.,;:!?)\]]))")


register.tag(translate)


@partial(constant_tag, register)
def asset(name: str) -> str:
    return url_of(name)


@partial(constant_tag, register)
@cache
def icon(name: str, label: str = "") -> SafeString:
    """Without a label it is decoration, and the words beside it must say the same."""
    told = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(f'<svg class="icon" viewBox="0 0 24 24" {told}>{shapes_of(name)}</svg>')  # noqa: S308


@partial(constant_tag, register)
def dom_id(noun: str, key: object = "") -> str:
    """The id of a region on the page, one spelling everywhere: `thread-0197…`."""
    return f"{noun}-{key}" if key else noun


@register.simple_tag
def remembered(name: str, **given: Hashable) -> SafeString:
    """A fragment that depends on one frozen value alone, laid out once for each reader's language and for the day.

    Lists are fetched anew at every signal, by everybody who looks, with a line or two that changed.
    """
    ((noun, value),) = given.items()
    zone = timezone.get_current_timezone_name()
    return _laid_out(name, noun, value, get_language() or "", zone, timezone.localdate())


@lru_cache(maxsize=2000)
def _laid_out(name: str, noun: str, value: Hashable, language: str, zone: str, today: date) -> SafeString:
    return mark_safe(get_template(name).render({noun: value}))  # noqa: S308 (a template escapes)


@register.filter(expects_localtime=True)
def when(at: datetime | None) -> str:
    """As short as a list needs: 14:05 today, 3 nov this year, 3 nov 2025 before."""
    return _time(at, _short(at)) if at else ""


@register.filter(expects_localtime=True)
def moment(at: datetime | None) -> str:
    """When in a conversation: 14:05 today, 3 nov 14:05 before."""
    return _time(at, _with_clock(at)) if at else ""


@register.filter(expects_localtime=True)
def weekday_clock(at: datetime) -> str:
    """A moment of the next days: Mon 09:00."""
    return _time(at, f"{WEEKDAYS_ABBR[at.weekday()]} {at:%H:%M}")


def clock_words(at: datetime | None) -> str:
    """The same within a sentence."""
    return _with_clock(timezone.localtime(at)) if at else ""


@register.filter
def linked(text: str) -> SafeString:
    """Plain text with its web addresses as links. Django's `urlize` looks at every word; this at addresses alone."""
    link = r'<a href="\1" target="_blank" rel="noopener noreferrer nofollow">\1</a>'
    return mark_safe(_LINK.sub(link, escape(text)))  # noqa: S308 (escaped first)


@register.filter
def words(text: str) -> list[str]:
    """A list written out in a template."""
    return text.split()


@register.filter
def filesize(size: int) -> str:
    """In the units of file managers (kB = 1000), with a decimal only where it tells something."""
    if size < _KILO:
        return f"{size} B"
    if size < _KILO**2:
        return f"{size / _KILO:.0f} kB"
    amount, unit = (size / _KILO**2, "MB") if size < _KILO**3 else (size / _KILO**3, "GB")
    text = f"{amount:.1f}" if amount < 10 else f"{amount:.0f}"
    return f"{_decimal(text)} {unit}"


@register.filter
def grouped(number: int) -> str:
    """Thousands apart, as the reader writes them."""
    return f"{number:,}".replace(",", ".") if get_language() == "nl" else f"{number:,}"


def _short(at: datetime) -> str:
    today = timezone.localtime().date()
    if at.date() == today:
        return f"{at:%H:%M}"
    return _day(at) if at.year == today.year else f"{_day(at)} {at.year}"


def _with_clock(at: datetime) -> str:
    today = timezone.localtime().date()
    return f"{at:%H:%M}" if at.date() == today else f"{_short(at)} {at:%H:%M}"


def _time(at: datetime, text: str) -> SafeString:
    full = f"{at.day} {MONTHS[at.month]} {at.year} {at:%H:%M}"
    return mark_safe(  # noqa: S308 (months and digits only)
        f'<time datetime="{at.isoformat(timespec="seconds")}" title="{full}">{text}</time>'
    )


def _day(at: datetime) -> str:
    month = str(MONTHS_3[at.month])
    return f"{at.day} {month.capitalize() if get_language() == 'en' else month}"


def _decimal(text: str) -> str:
    return text.replace(".", ",") if get_language() == "nl" else text
