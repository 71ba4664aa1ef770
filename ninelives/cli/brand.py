"""`ninelives brand add | list | hours | holidays`: labels of the organisation, or clients of an outsourcer."""

import argparse
from typing import TYPE_CHECKING

from ninelives.cli.asking import brand_named, organisation, show
from ninelives.cli.errors import WrongInput

if TYPE_CHECKING:
    from ninelives.accounts.hours import Span
    from ninelives.accounts.models import Brand


def arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(metavar="DEED", required=True)
    add = deeds.add_parser("add", help="make a brand")
    add.add_argument("--name", required=True)
    add.add_argument("--shares-customers-with", default="", help="a brand whose customers are this one's too")
    add.add_argument(
        "--language", choices=["nl", "en"], default="nl", help="of its mail when the customer's is unknown"
    )
    add.set_defaults(deed=_add)
    listing = deeds.add_parser("list", help="list the brands")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(deed=_list)
    hours = deeds.add_parser("hours", help="show when a brand is open, or say so anew")
    hours.add_argument("name", help="the brand")
    hours.add_argument(
        "hours", nargs="?", help='such as "mo-fr 09:00-17:30, sa 10:00-16:00"; "": always; on a date: "closed", "usual"'
    )
    hours.add_argument("--on", metavar="DATE", help="these hours are of one date alone, such as 2026-12-25")
    hours.set_defaults(deed=_hours)
    holidays = deeds.add_parser("holidays", help="show on which public holidays a brand is closed, or say so anew")
    holidays.add_argument("name", help="the brand")
    holidays.add_argument("country", nargs="?", help='the code of a country, such as NL; "": closed on none')
    holidays.set_defaults(deed=_holidays)


def run(options: argparse.Namespace) -> int:
    with organisation():
        options.deed(options)
    return 0


def _add(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.accounts.actions import open_brand
    from ninelives.accounts.models import Brand

    name = options.name.strip()
    if not name:
        raise WrongInput(_("a brand needs a name"))
    if Brand.objects.filter(name=name).exists():
        raise WrongInput(_("there is a brand %(name)s already") % {"name": name})
    shared = brand_named(options.shares_customers_with) if options.shares_customers_with else None
    print(open_brand(name, shares_customers_with=shared, language=options.language).pk)


def _list(options: argparse.Namespace) -> None:
    from ninelives.accounts.models import Brand

    show(
        [
            {"id": str(brand.pk), "name": brand.name, "customers": brand.base.name, "language": brand.language}
            for brand in Brand.objects.select_related("base").order_by("name")
        ],
        as_json=options.json,
    )


def _hours(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.accounts.hours import BadHoursError

    brand = brand_named(options.name)
    try:
        if options.hours is not None and options.on:
            _open_on(brand, options.on, options.hours.strip().lower())
        elif options.hours is not None:
            _open_weekly(brand, options.hours)
    except BadHoursError as bad:
        raise WrongInput(
            _("“%(part)s” is not understood: hours are written as mo-fr 09:00-17:30, sa 10:00-16:00")
            % {"part": bad.part}
        ) from None
    _show_hours(brand)


def _holidays(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.accounts.actions import follow_holidays
    from ninelives.accounts.holidays import COUNTRIES
    from ninelives.accounts.queries import coming_holidays

    brand = brand_named(options.name)
    if options.country is not None:
        known = ["", *(code for code, _name in COUNTRIES)]
        if options.country.upper() not in known:
            told = {"country": options.country, "known": ", ".join(known[1:])}
            raise WrongInput(_("there is no calendar of “%(country)s”: there are %(known)s") % told)
        follow_holidays(brand, options.country.upper())
    for day, name in coming_holidays(brand).items():
        print(day.isoformat(), name)


def _open_weekly(brand: "Brand", text: str) -> None:
    from ninelives.accounts.actions import open_on_weekdays
    from ninelives.accounts.hours import weekly

    open_on_weekdays(brand, weekly(text))


def _open_on(brand: "Brand", day: str, text: str) -> None:
    from datetime import date

    from django.utils.translation import gettext as _

    from ninelives.accounts.actions import open_on_date
    from ninelives.accounts.hours import spans

    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise WrongInput(_("“%(text)s” is not a date such as 2026-12-25") % {"text": day}) from None
    words: dict[str, list[Span] | None] = {"closed": [], "gesloten": [], "usual": None, "gewoon": None}
    open_on_date(brand, found, words[text] if text in words else spans(text))


def _show_hours(brand: "Brand") -> None:
    from django.utils.translation import gettext as _

    from ninelives.accounts.hours import written
    from ninelives.accounts.queries import said_hours

    weekly, dates = said_hours(brand)
    print(written(weekly) or _("always open"))
    for day, spans in sorted(dates.items()):
        print(day.isoformat(), written({0: spans}).partition(" ")[2] or _("closed"))
