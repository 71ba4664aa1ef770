"""Closed on public holidays, unless a date has hours of its own."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from ninelives.accounts import actions
from ninelives.accounts.holidays import public_holidays
from ninelives.accounts.hours import weekly
from ninelives.accounts.models import Brand
from ninelives.accounts.queries import opening_of, organisation
from ninelives.cli import main
from ninelives.foundation.clock import now
from ninelives.routing.actions import Described, open_queue
from ninelives.routing.opening import opening_of_queue
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

NEXT = now().year + 1
CHRISTMAS = datetime(NEXT, 12, 25, 12, tzinfo=UTC)
ALL_DAYS = "mo-su 09:00-17:00"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_the_dutch_calendar() -> None:
    dutch = public_holidays("NL", (2025, 2026, 2031), "nl")
    assert dutch[date(2026, 4, 27)] == "Koningsdag"
    # On a Sunday the king waits, or rather comes the day before.
    assert (date(2025, 4, 26) in dutch, date(2025, 4, 27) in dutch) == (True, False)
    assert date(2025, 5, 5) in dutch
    assert date(2026, 5, 5) not in dutch
    assert public_holidays("NL", (2026,), "en")[date(2026, 4, 27)] == "King's Day"
    assert public_holidays("", (2026,), "nl") == {}


def test_a_brand_and_its_queues_are_closed_on_a_holiday(cast: Cast) -> None:
    assert cast.brand.holidays == "NL"
    queue = open_queue(cast.brand, "Service", Described(fields={"hours": ALL_DAYS}))
    assert not opening_of_queue(queue, CHRISTMAS).is_open
    # Who has no hours never closes.
    assert opening_of(cast.brand, CHRISTMAS).is_open
    actions.open_on_weekdays(cast.brand, weekly(ALL_DAYS))
    closed = opening_of(cast.brand, CHRISTMAS)
    assert not closed.is_open
    assert closed.opens_at
    assert closed.opens_at.date() == date(NEXT, 12, 27)


def test_hours_of_a_date_count_before_a_holiday(cast: Cast) -> None:
    actions.open_on_weekdays(cast.brand, weekly(ALL_DAYS))
    actions.open_on_date(cast.brand, CHRISTMAS.date(), weekly("mo 10:00-16:00")[0])
    assert opening_of(cast.brand, CHRISTMAS).is_open
    actions.open_on_date(cast.brand, CHRISTMAS.date(), None)
    assert not opening_of(cast.brand, CHRISTMAS).is_open
    actions.follow_holidays(cast.brand, "")
    assert opening_of(cast.brand, CHRISTMAS).is_open


def test_an_organisation_that_speaks_english_follows_none() -> None:
    actions.found("Sunpower", language="en")
    assert actions.open_brand("Sunpower").holidays == ""
    assert organisation()


def test_the_screen_of_hours(cast: Cast) -> None:
    lead = Client()
    lead.force_login(cast.lead)
    page, dates = (reverse(f"workspace:{name}", args=[cast.brand.pk]) for name in ("hours_of", "hours_dates"))
    assert lead.post(page, {"hours": "whenever", "holidays": "NL"}).status_code == 422
    lead.post(page, {"hours": ALL_DAYS, "holidays": "NL"})
    shown = lead.get(reverse("workspace:hours")).content.decode()
    assert "Monday to Sunday 09:00–17:00" in shown
    assert "Christmas Day" in shown
    assert lead.post(dates, {"date": f"{NEXT}-12-25", "what": "open", "hours": "late"}).status_code == 422
    assert lead.post(dates, {"date": "soon", "what": "closed"}).status_code == 422
    lead.post(dates, {"date": f"{NEXT}-12-25", "what": "open", "hours": "10:00-16:00"})
    assert opening_of(cast.brand, CHRISTMAS).is_open
    lead.post(dates, {"date": f"{NEXT}-12-25", "what": "usual"})
    lead.post(dates, {"date": f"{NEXT}-01-04", "what": "closed"})
    assert not opening_of(cast.brand, datetime(NEXT, 1, 4, 12, tzinfo=UTC)).is_open
    lead.post(page, {"hours": ALL_DAYS, "holidays": ""})
    assert Brand.objects.get(pk=cast.brand.pk).holidays == ""
    assert opening_of(Brand.objects.get(pk=cast.brand.pk), CHRISTMAS).is_open
    other = reverse("workspace:hours_of", args=[cast.other_brand.pk])
    assert lead.get(other).status_code == lead.post(other, {"hours": ""}).status_code == 404


def test_holidays_by_command(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brand", "holidays", "Zonnestroom", "be"]) == 0
    assert f"{NEXT}-07-21" in capsys.readouterr().out
    assert main(["brand", "holidays", "Zonnestroom", "XX"]) == 2
    assert "NL, BE" in capsys.readouterr().err
