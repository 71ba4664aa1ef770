"""`ninelives pretend ACCOUNT`: plays the provider of a channel account, so that a whole round can be tried."""

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ninelives.cli.asking import organisation
from ninelives.cli.errors import WrongInput

if TYPE_CHECKING:
    from ninelives.channels.models import ChannelAccount
    from ninelives.channels.pretending import PretendedProvider

_LINE = re.compile(r"\s*(?:(?P<who>[^:\s]{3,60})\s*:)?\s*(?P<text>.+?)\s*")
_DORA = "31612345678"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", help="its name, address or id")
    for name, about in (
        ("doubles", "how often a call is told twice, from 0 to 1"),
        ("reorders", "how often calls come in another order"),
        ("limits", "how often it answers that we ask too much"),
        ("refuses", "how often it refuses"),
        ("silences", "how often it takes something and does not answer"),
        ("delay", "seconds before an answer, at most"),
    ):
        parser.add_argument(f"--{name}", type=float, default=0.0, metavar="N", help=about)


def run(options: argparse.Namespace) -> int:
    from ninelives.cli.channel import account_named

    with organisation():
        account = account_named(options.account)
        with _playing(account, options) as played:
            print(f"ninelives: {account.name}: {played.api_base}", file=sys.stderr, flush=True)
            _listen(played)
    return 0


@contextmanager
def _playing(account: "ChannelAccount", options: argparse.Namespace) -> Iterator["PretendedProvider"]:
    """The account is pointed at us, and back again."""
    from django.utils.translation import gettext as _

    from ninelives.channels.actions import change_account
    from ninelives.channels.pretending import Manners, PretendedProvider
    from ninelives.channels.registry import channel

    provider = channel(account.kind).provider
    if provider is None:
        raise WrongInput(_("no provider calls this channel, so there is none to play"))
    names = ("doubles", "reorders", "limits", "refuses", "silences", "delay")
    setting = next(one.name for one in channel(account.kind).settings if one.name in ("api_base", "callback_url"))
    before = account.view().settings.get(setting, "")
    with PretendedProvider(provider, Manners(**{name: getattr(options, name) for name in names})) as played:
        try:
            change_account(account, told={setting: played.api_base})
            played.account = account.view()
            yield played
        finally:
            change_account(account, told={setting: before})


def _listen(played: "PretendedProvider") -> None:
    """Lines come in as messages; what goes out is printed."""
    from ninelives.channels.protocol import Said
    from ninelives.foundation.clock import now
    from ninelives.foundation.ids import new_id

    played.on_taken = lambda sent: print(f"→ {sent.to}: {sent.text}", flush=True)
    for line in sys.stdin:
        told = _LINE.fullmatch(line.rstrip("\n"))
        if told:
            sender = told["who"] or _DORA
            played.say([Said(new_id().hex, sender, told["text"], now(), "Dora")])
