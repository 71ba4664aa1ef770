"""Public holidays, by the calendars of the package `holidays`. It is loaded only where somebody follows one."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext_lazy

# Calendars that are offered; the package knows more.
COUNTRIES = (
    ("NL", gettext_lazy("the Netherlands")),
    ("BE", gettext_lazy("Belgium")),
    ("DE", gettext_lazy("Germany")),
    ("LU", gettext_lazy("Luxembourg")),
    ("FR", gettext_lazy("France")),
    ("GB", gettext_lazy("the United Kingdom")),
    ("IE", gettext_lazy("Ireland")),
)


def public_holidays(country: str, years: Sequence[int], language: str) -> dict[date, str]:
    """In order, with their names in this language where the calendar has them. "": none."""
    return dict(_known(country, tuple(years), language)) if country else {}


@lru_cache(maxsize=64)
def _known(country: str, years: tuple[int, ...], language: str) -> tuple[tuple[date, str], ...]:
    import holidays

    spoken = holidays.list_localized_countries().get(country, [])
    named = next((one for one in spoken if one.split("_")[0] == language), None)
    return tuple(sorted(holidays.country_holidays(country, years=years, language=named).items()))
