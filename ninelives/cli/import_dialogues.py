"""`ninelives import dialogues FILE`: conversations of another system, one of JSON in each line, packed or not."""

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ninelives.cli.errors import CannotDo, WrongInput
from ninelives.cli.progress import progress
from ninelives.cli.reporting import figures, told

if TYPE_CHECKING:
    from ninelives.channels.models import ChannelAccount


def arguments(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = kinds.add_parser("dialogues", help="take in conversations of another system, to be read")
    parser.add_argument("file", type=Path, help="lines of JSON, also packed with gzip")
    parser.add_argument("--account", default="", help="the archive they go to (default: the only one, or a first one)")
    parser.add_argument("--open", action="store_true", help="leave them open")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.set_defaults(take_in=take_in)


def take_in(options: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    from ninelives.reception.dialogues import count, import_dialogues

    if not options.file.is_file():
        raise WrongInput(_("there is nothing at %(path)s") % {"path": options.file})
    account, began = _account(options.account), time.monotonic()
    try:
        with progress(
            _("taking in conversations for %(account)s") % {"account": account.name}, count(options.file)
        ) as tell:
            outcome = import_dialogues(options.file, account, leave_open=options.open, tell=tell)
    except EOFError:
        raise CannotDo(_("the file ends in the middle; what was taken in stays")) from None
    told(outcome)
    if options.json:
        seconds = round(time.monotonic() - began, 2)
        print(json.dumps({**figures(outcome), "seconds": seconds}, ensure_ascii=False))
    return 0 if outcome.is_of_use else 1


def _account(name: str) -> "ChannelAccount":
    from django.utils.translation import gettext as _

    from ninelives.reception.dialogues import archive_named
    from ninelives.reception.importing import WhichAccountError

    try:
        return archive_named(name)
    except WhichAccountError as which:
        known = ", ".join(which.known)
        raise WrongInput(_("say which archive, with --account (there is: %(known)s)") % {"known": known}) from None
