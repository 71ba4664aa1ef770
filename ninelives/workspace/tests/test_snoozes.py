"""Later today, tomorrow, next week: on the organisation's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ninelives.workspace.snoozes import moment, presets

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    """In November 2026, where nothing else is said."""
    return datetime.fromisoformat(text if text[4:5] == "-" else f"2026-11-{text}").replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("18 10:20", {"later": "18 14:00", "tomorrow": "19 09:00", "next-week": "23 09:00"}),
        # Nobody means the middle of the night by "today".
        ("18 21:30", {"tomorrow": "19 09:00", "next-week": "23 09:00"}),
        # On a Sunday tomorrow is next week.
        ("22 10:00", {"later": "22 13:00", "tomorrow": "23 09:00"}),
        ("23 08:00", {"later": "23 11:00", "tomorrow": "24 09:00", "next-week": "30 09:00"}),
    ],
)
def test_what_is_offered(now: str, offered: dict[str, str]) -> None:
    assert {preset.key: preset.at for preset in presets(at(now))} == {key: at(when) for key, when in offered.items()}


def test_nine_in_the_morning_is_nine_when_the_clocks_change() -> None:
    tomorrow = moment("tomorrow", at("2026-10-24 12:00"))
    assert tomorrow
    assert tomorrow.isoformat() == "2026-10-25T09:00:00+01:00"


def test_a_day_and_time_is_read_on_the_organisations_clock() -> None:
    now = at("2026-07-01 12:00")
    assert moment("2026-12-01T08:30", now) == at("2026-12-01 08:30")
    assert moment("2026-07-02T08:30:00+00:00", now) == at("2026-07-02 10:30")
    for nonsense in ("", "soon", "2026-13-01T08:30", "later-today"):
        assert moment(nonsense, now) is None
