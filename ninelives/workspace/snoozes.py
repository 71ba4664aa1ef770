"""The moments to come back at, as people say them, in the organisation's time."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ninelives.workspace.screens.listed import Preset

MORNING = time(9)
LATER = timedelta(hours=3)


def presets(here: datetime) -> tuple[Preset, ...]:
    """Those that make sense at this local moment; no two for the same."""
    labels = {"later": _("Later today"), "tomorrow": _("Tomorrow"), "next-week": _("Next week")}
    keys: dict[datetime, str] = {}
    for key, at in _moments(here).items():
        if at:
            keys.setdefault(at, key)
    return tuple(Preset(key, labels[key], at) for at, key in keys.items())


def moment(asked: str, here: datetime) -> datetime | None:
    """A preset's key, or a day and time on the organisation's clock."""
    moments = _moments(here)
    if asked in moments:
        return moments[asked]
    try:
        at = parse_datetime(asked)
    except ValueError:
        return None
    return at if at is None or timezone.is_aware(at) else at.replace(tzinfo=here.tzinfo)


def _moments(here: datetime) -> dict[str, datetime | None]:
    later = (here + LATER + timedelta(minutes=59)).replace(minute=0, second=0, microsecond=0)
    return {
        "later": later if later.date() == here.date() else None,
        "tomorrow": _morning(here, 1),
        "next-week": _morning(here, 7 - here.weekday()),
    }


def _morning(here: datetime, days: int) -> datetime:
    return datetime.combine(here.date() + timedelta(days=days), MORNING, tzinfo=here.tzinfo)
