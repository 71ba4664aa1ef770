"""`ninelives channel kinds | add | list | set | templates`: the organisation's own addresses on each channel."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ninelives.cli.asking import mail_address, organisation, show, the_brand
from ninelives.cli.errors import WrongInput
from ninelives.cli.mailboxes import mailbox_fields, trouble_with

if TYPE_CHECKING:
    from ninelives.accounts.models import Brand
    from ninelives.channels.models import ChannelAccount

# These are the account's own; every other key is a setting that its adapter knows.
OWN_WORDS = ("name", "address")
OWN_SWITCHES = ("takes_all", "confirms", "is_active")


def arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(metavar="DEED", required=True)
    add = deeds.add_parser("add", help="make a channel account; prints it as JSON")
    add.add_argument("kind", help="the channel, such as mail")
    add.add_argument("--name", required=True)
    add.add_argument("--brand", default="", help="whose it is (default: the first brand)")
    _set_option(add)
    add.set_defaults(deed=_add)
    listing = deeds.add_parser("list", help="list the channel accounts")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(deed=_list)
    kinds = deeds.add_parser("kinds", help="list the kinds of channels, with the keys of each")
    kinds.add_argument("--json", action="store_true")
    kinds.set_defaults(deed=_kinds)
    templates = deeds.add_parser("templates", help="fetch and list the templates that a channel's provider approved")
    templates.add_argument("account", help="its name, address or id")
    templates.add_argument("--json", action="store_true")
    templates.set_defaults(deed=_templates)
    change = deeds.add_parser("set", help="change a channel account; prints it as JSON")
    change.add_argument("account", help="its name, address or id")
    _set_option(change)
    change.set_defaults(deed=_set)


def run(options: argparse.Namespace) -> int:
    with organisation():
        options.deed(options)
    return 0


def _set_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="address=…, takes_all=1, confirms=1, or a setting of the channel; repeatable",
    )


def _add(options: argparse.Namespace) -> None:
    from ninelives.channels.actions import open_account

    own, told = _sorted(options.set)
    own.pop("is_active", None)
    given = _checked(options.kind, {"name": options.name.strip(), **own})
    brand = the_brand(options.brand) if options.brand else _first_brand()
    with _in_words(options.kind):
        account = open_account(options.kind, given.pop("name"), brand, told=told, **given)
    print(json.dumps(_described(account) | _shown_once(account), ensure_ascii=False), flush=True)
    _try_it(account)


def _list(options: argparse.Namespace) -> None:
    from ninelives.channels.mailboxes import mailboxes
    from ninelives.channels.models import ChannelAccount

    accounts = list(ChannelAccount.objects.select_related("brand").order_by("kind", "name"))
    states = {one.account_id: one for one in mailboxes()}
    rows = [_described(account) for account in accounts]
    for account, row in zip(accounts, rows, strict=True):
        row |= mailbox_fields(states.get(account.pk), as_json=options.json)
    show(rows, as_json=options.json)


def _kinds(options: argparse.Namespace) -> None:
    from ninelives.channels.registry import CHANNELS

    rows = [
        {
            "kind": kind,
            "keys": [one.name for one in speaks.settings],
            "required": [one.name for one in speaks.settings if one.required and not one.is_made],
            "secret": [one.name for one in speaks.settings if one.secret],
        }
        for kind, speaks in CHANNELS.items()
    ]
    if not options.json:
        rows = [{name: value if name == "kind" else " ".join(value) for name, value in row.items()} for row in rows]
    show(rows, as_json=options.json)


def _templates(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.channels.looks import What, note
    from ninelives.channels.models import MessageTemplate
    from ninelives.channels.protocol import SendProblem
    from ninelives.channels.remarks import worded
    from ninelives.channels.templates import NoTemplatesError, fetch_templates

    account = account_named(options.account)
    try:
        fetch_templates(account)
    except NoTemplatesError:
        raise WrongInput(_("this channel has no templates")) from None
    except SendProblem as problem:
        raise WrongInput(worded(problem.reason)) from None
    note(account, What.TEMPLATES)
    known = MessageTemplate.objects.filter(account=account).order_by("name", "language")
    rows = [
        {"name": one.name, "language": one.language, "approved": one.is_approved, "text": one.text} for one in known
    ]
    show(rows, as_json=options.json)


def _set(options: argparse.Namespace) -> None:
    from ninelives.channels.actions import change_account

    account = account_named(options.account)
    own, told = _sorted(options.set)
    with _in_words(account.kind):
        changed = change_account(account, told=told, **_checked(account.kind, own))
    print(json.dumps(_described(changed), ensure_ascii=False), flush=True)
    if told:
        _try_it(changed)


def _first_brand() -> "Brand":
    """The organisation's oldest; said aloud where there are others."""
    from django.utils.translation import gettext as _

    from ninelives.accounts.models import Brand

    brands = list(Brand.objects.order_by("id")[:2])
    if not brands:
        return the_brand("")
    if len(brands) > 1:
        words = _("made for %(brand)s; --brand names another") % {"brand": brands[0].name}
        print(f"ninelives: {words}", file=sys.stderr)
    return brands[0]


def _checked(kind: str, own: dict[str, Any]) -> dict[str, Any]:
    from django.utils.translation import gettext as _

    from ninelives.channels.registry import CHANNELS

    if own.get("name") == "":
        raise WrongInput(_("a channel account needs a name"))
    speaks = CHANNELS.get(kind)
    if own.get("address") and speaks and speaks.address_kind == "mail":
        own = {**own, "address": mail_address(own["address"])}
    return own


def _try_it(account: "ChannelAccount") -> None:
    """A wrong password is told to whoever typed it, and not only to the log of a worker."""
    from django.utils.translation import gettext as _

    problem = trouble_with(account)
    if problem:
        words = _("kept, but it cannot be fetched now: %(problem)s") % {"problem": problem}
        print(f"ninelives: {words}", file=sys.stderr)


def account_named(words: str) -> "ChannelAccount":
    from django.utils.translation import gettext as _

    from ninelives.channels.models import ChannelAccount

    accounts = list(ChannelAccount.objects.select_related("brand").order_by("kind", "name"))
    wanted = words.strip().lower()
    found = [one for one in accounts if wanted in (str(one.pk), one.name.lower(), one.address)]
    if len(found) != 1:
        known = ", ".join(one.name for one in accounts)
        raise WrongInput(
            _("there is not one account “%(name)s” (there is: %(known)s)") % {"name": words, "known": known}
        )
    return found[0]


def _sorted(given: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What is the account's own, and what its adapter is told."""
    own: dict[str, Any] = {}
    told: dict[str, str] = {}
    for pair in given:
        key, value = _pair(pair)
        if key in OWN_WORDS:
            own[key] = value
        elif key in OWN_SWITCHES:
            own[key] = _switch(key, value)
        else:
            told[key] = value
    return own, told


def _pair(text: str) -> tuple[str, str]:
    from django.utils.translation import gettext as _

    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise WrongInput(_("“%(text)s” should be KEY=VALUE") % {"text": text})
    return key.strip(), value.strip()


def _switch(key: str, value: str) -> bool:
    from django.utils.translation import gettext as _

    answers = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
    if value.lower() not in answers:
        raise WrongInput(_("%(key)s should be 1 or 0, not “%(value)s”") % {"key": key, "value": value})
    return answers[value.lower()]


@contextmanager
def _in_words(kind: str) -> Iterator[None]:
    from django.db import IntegrityError
    from django.utils.translation import gettext as _

    from ninelives.channels.actions import BadSettingError, UnfitSettingError
    from ninelives.channels.registry import CHANNELS, UnknownChannelError

    try:
        yield
    except UnknownChannelError:
        known = ", ".join(CHANNELS)
        raise WrongInput(
            _("there is no channel “%(name)s” (there is: %(known)s)") % {"name": kind, "known": known}
        ) from None
    except BadSettingError as wrong:
        raise WrongInput(
            _("not a setting of this channel, or not filled in: %(wrong)s (it knows: %(known)s)")
            % {"wrong": ", ".join(wrong.names), "known": ", ".join(wrong.known)}
        ) from None
    except UnfitSettingError as wrong:
        words = _("%(key)s should be %(like)s") % {"key": wrong.name, "like": wrong.like}
        raise WrongInput(words) from None
    except IntegrityError as reason:
        raise WrongInput(_taken(reason)) from None


def _taken(reason: Exception) -> str:
    from django.utils.translation import gettext as _

    constraint = getattr(getattr(reason.__cause__, "diag", None), "constraint_name", "")
    return {
        "account_address_once": _("another account of this channel has this address"),
        "account_name_once_per_kind": _("another account of this channel has this name"),
        "one_takes_all_per_kind": _("another account of this channel takes all; one can"),
    }.get(constraint, str(reason).splitlines()[0])


def _shown_once(account: "ChannelAccount") -> dict[str, object]:
    """What was made with the account, secrets included, and the tag for the organisation's own site."""
    from django.conf import settings

    from ninelives.channels.queries import made_for

    made = made_for(account)
    tag = f'<script src="{settings.BASE_URL}/widget.js" data-key="{made.get("key", "")}" async></script>'
    return {**made, **({"snippet": tag} if "key" in made else {})}


def _described(account: "ChannelAccount") -> dict[str, object]:
    from django.conf import settings

    from ninelives.channels.registry import CHANNELS

    is_called = CHANNELS[account.kind].is_called
    return {
        "id": str(account.pk),
        "kind": account.kind,
        "name": account.name,
        "brand": account.brand.name,
        "address": account.address,
        "takes_all": account.takes_all,
        "confirms": account.confirms,
        "is_active": account.is_active,
        # Public: names the account to a program on somebody else's page.
        "key": account.view().settings.get("key", ""),
        # Where its provider calls: the path, and the whole of it.
        "inbound": account.inbound if is_called else "",
        "webhook": f"{settings.BASE_URL}{account.inbound}" if is_called else "",
    }
