"""`ninelives person add | password | list`: the people who work here."""

import argparse
import sys
from typing import TYPE_CHECKING

from ninelives.cli.asking import brand_named, mail_address, organisation, show, the_brand
from ninelives.cli.errors import WrongInput

if TYPE_CHECKING:
    from ninelives.accounts.models import Brand, Person
    from ninelives.accounts.permissions import Role


def arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(metavar="DEED", required=True)
    add = deeds.add_parser("add", help="take somebody on")
    add.add_argument("--name", required=True)
    add.add_argument("--email", required=True, help="the address they sign in with")
    add.add_argument("--role", required=True, help="agent, team_lead, editor, planner, manager or administrator")
    add.add_argument("--brand", action="append", default=[], help="a brand they work for, repeatable")
    add.add_argument("--language", default="nl", choices=["nl", "en"], help="of their screens")
    _password_option(add)
    add.set_defaults(deed=_add)
    password = deeds.add_parser("password", help="give somebody another password")
    password.add_argument("email")
    _password_option(password)
    password.set_defaults(deed=_password)
    listing = deeds.add_parser("list", help="list the people")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(deed=_list)


def run(options: argparse.Namespace) -> int:
    with organisation():
        options.deed(options)
    return 0


def _password_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from the first line of the input; without this one is made and shown once",
    )


def _add(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.accounts.actions import take_on
    from ninelives.accounts.models import Person

    name, email, role = options.name.strip(), mail_address(options.email), _role(options.role)
    if not name:
        raise WrongInput(_("a person needs a name"))
    if Person.objects.filter(email=email).exists():
        raise WrongInput(_("%(email)s works here already") % {"email": email})
    brands = _brands(options.brand, role)
    password, is_ours = _chosen_password(options, Person(email=email, name=name))
    take_on(email, name, role, brands=brands, language=options.language, password=password)
    print(f"{email}  {password}" if is_ours else email)


def _password(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.accounts.actions import give_password
    from ninelives.accounts.models import Person

    person = Person.objects.filter(email=options.email.strip().lower()).first()
    if person is None:
        raise WrongInput(_("nobody here has the address %(email)s") % {"email": options.email})
    password, is_ours = _chosen_password(options, person)
    give_password(password, person)
    print(f"{person.email}  {password}" if is_ours else person.email)


def _list(options: argparse.Namespace) -> None:
    from ninelives.accounts.models import Person

    show(
        [
            {
                "email": person.email,
                "name": person.name,
                "role": person.role,
                "brands": sorted(brand.name for brand in person.brands.all()),
                "language": person.language,
                "active": person.is_active,
            }
            for person in Person.objects.prefetch_related("brands").order_by("email")
        ],
        as_json=options.json,
    )


def _role(text: str) -> "Role":
    from django.utils.translation import gettext as _

    from ninelives.accounts.permissions import Role

    try:
        return Role(text.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError:
        known = ", ".join(role.value for role in Role)
        raise WrongInput(
            _("there is no role “%(name)s” (there is: %(known)s)") % {"name": text, "known": known}
        ) from None


def _brands(names: list[str], role: "Role") -> "list[Brand]":
    """Without brands somebody sees nothing, so one must be named unless there is no choice; administrators see all."""
    from ninelives.accounts.permissions import Role

    if names or role is Role.ADMINISTRATOR:
        return [brand_named(name) for name in names]
    return [the_brand("")]


def _chosen_password(options: argparse.Namespace, person: "Person") -> tuple[str, bool]:
    """The password, and whether we made it."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from ninelives.accounts.passwords import memorable

    if not options.password_stdin:
        return memorable(), True
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(password, person)
    except ValidationError as wrong:
        raise WrongInput(" ".join(wrong.messages)) from None
    return password, False
