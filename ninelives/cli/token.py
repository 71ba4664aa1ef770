"""`ninelives token create | list | revoke`: what machines show when they call the API."""

import argparse
from uuid import UUID

from ninelives.cli.asking import brand_named, organisation, show
from ninelives.cli.errors import WrongInput


def arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(metavar="DEED", required=True)
    create = deeds.add_parser("create", help="make a token and print it; it is shown this once")
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--scope", action="append", default=[], help="a permission it gets (default: all), repeatable")
    create.add_argument("--brand", default="", help="the one brand it is for (default: all)")
    create.set_defaults(deed=_create)
    listing = deeds.add_parser("list", help="list the tokens")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(deed=_list)
    revoke = deeds.add_parser("revoke", help="end a token's rights, now")
    revoke.add_argument("id")
    revoke.set_defaults(deed=_revoke)


def run(options: argparse.Namespace) -> int:
    with organisation():
        options.deed(options)
    return 0


def _create(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.accounts.actions import give_token
    from ninelives.accounts.permissions import Permission

    if not options.name.strip():
        raise WrongInput(_("a token needs a name"))
    known = [permission.value for permission in Permission]
    wrong = ", ".join(scope for scope in options.scope if scope not in known)
    if wrong:
        raise WrongInput(
            _("no such scope: %(wrong)s (there is: %(known)s)") % {"wrong": wrong, "known": ", ".join(known)}
        )
    brand = brand_named(options.brand) if options.brand else None
    _token, secret = give_token(options.name.strip(), scopes=map(Permission, options.scope), brand=brand)
    print(secret)


def _list(options: argparse.Namespace) -> None:
    from ninelives.accounts.models import Token

    show(
        [
            {
                "id": str(token.pk),
                "name": token.name,
                "scopes": token.scopes or ["all"],
                "brand": token.brand.name if token.brand else "",
                "created": f"{token.created_at:%Y-%m-%d}",
                "used": f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "",
                "revoked": f"{token.revoked_at:%Y-%m-%d %H:%M}" if token.revoked_at else "",
            }
            for token in Token.objects.select_related("brand").order_by("created_at")
        ],
        as_json=options.json,
    )


def _revoke(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.accounts.actions import revoke
    from ninelives.accounts.models import Token

    wanted = _id(options.id)
    token = Token.objects.filter(pk=wanted).first() if wanted else None
    if token is None:
        raise WrongInput(_("there is no token %(id)s; `ninelives token list` shows them") % {"id": options.id})
    if not revoke(token):
        raise WrongInput(_("token “%(name)s” was revoked before") % {"name": token.name})
    print(_("token “%(name)s” is revoked") % {"name": token.name})


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
