"""`ninelives brand add | list`: labels of the organisation, or clients of an outsourcer."""

import argparse

from ninelives.cli.asking import brand_named, organisation, show
from ninelives.cli.errors import WrongInput


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
