"""`ninelives import mail PATH`: old mail from an mbox, a Maildir, a folder of mails or one mail."""

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ninelives.cli.errors import CannotDo, WrongInput
from ninelives.cli.progress import progress
from ninelives.cli.reporting import figures, name, told

if TYPE_CHECKING:
    from ninelives.channels.models import ChannelAccount
    from ninelives.reception.archives import Archive
    from ninelives.reception.importing import Outcome


def arguments(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    mail = kinds.add_parser("mail", help="take in old mail; it is never confirmed, routed or reported to anyone")
    mail.add_argument("path", type=Path, help="an mbox, a Maildir, a folder with *.eml or msg_*.txt, or one mail")
    mail.add_argument("--account", default="", help="the mailbox it belongs to (default: the one that takes all)")
    mail.add_argument("--open", action="store_true", help="leave its conversations open")
    mail.add_argument("--json", action="store_true", help="end with one line of JSON")
    mail.set_defaults(take_in=take_in)


def take_in(options: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    from ninelives.reception.archives import Archive, NotFoundError

    account = _account(options.account)
    try:
        with Archive(options.path) as archive:
            return _take_in(archive, account, options)
    except NotFoundError:
        raise WrongInput(_("there is nothing at %(path)s") % {"path": options.path}) from None


def _account(name: str) -> "ChannelAccount":
    from django.utils.translation import gettext as _

    from ninelives.reception.importing import WhichAccountError, account_named

    try:
        return account_named(name)
    except WhichAccountError as which:
        if not which.known:
            raise CannotDo(_("there is no mailbox yet: make one with `ninelives channel add mail`")) from None
        known = ", ".join(which.known)
        raise WrongInput(_("say which mailbox, with --account (there is: %(known)s)") % {"known": known}) from None


def _take_in(archive: "Archive", account: "ChannelAccount", options: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    from ninelives.reception.importing import import_mail

    began = time.monotonic()
    archive.look()
    with progress(_("taking in mail for %(account)s") % {"account": account.name}, len(archive)) as tell:
        outcome = import_mail(archive, account, leave_open=options.open, tell=tell)
    _report(archive, outcome)
    if options.json:
        print(json.dumps(_figures(archive, outcome, time.monotonic() - began), ensure_ascii=False))
    return 0 if outcome.is_of_use else 1


def _report(archive: "Archive", outcome: "Outcome") -> None:
    from django.utils.translation import gettext as _

    told(outcome)
    print(_("unreadable files: %(number)d") % {"number": len(archive.unreadable)})
    name([f"{file}: {reason}" for file, reason in archive.unreadable])
    if archive.other_files:
        print(_("files that are no mail, left alone: %(number)d") % {"number": archive.other_files})


def _figures(archive: "Archive", outcome: "Outcome", seconds: float) -> dict[str, object]:
    return {
        **figures(outcome),
        "unreadable": [{"file": name, "reason": reason} for name, reason in archive.unreadable],
        "other_files": archive.other_files,
        "seconds": round(seconds, 2),
    }
