"""`ninelives import mail PATH`: old mail from an mbox, a Maildir, a folder of mails or one mail."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ninelives.cli.asking import organisation
from ninelives.cli.errors import CannotDo, WrongInput

if TYPE_CHECKING:
    from ninelives.channels.models import ChannelAccount
    from ninelives.reception.archives import Archive
    from ninelives.reception.importing import Outcome

# So many names are printed; all are in the ledger.
NAMED = 20
SECONDS_BETWEEN_LINES = 5.0


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(metavar="WHAT", required=True)
    mail = kinds.add_parser("mail", help="take in old mail; it is never confirmed, routed or reported to anyone")
    mail.add_argument("path", type=Path, help="an mbox, a Maildir, a folder with *.eml or msg_*.txt, or one mail")
    mail.add_argument("--account", default="", help="the mailbox it belongs to (default: the one that takes all)")
    mail.add_argument("--open", action="store_true", help="leave its conversations open")
    mail.add_argument("--json", action="store_true", help="end with one line of JSON")


def run(options: argparse.Namespace) -> int:
    with organisation():
        from django.utils.translation import gettext as _

        from ninelives.reception.archives import Archive, NotFoundError

        account = _account(options.account)
        try:
            with Archive(options.path) as archive:
                return _take_in(archive, account, options)
        except NotFoundError:
            raise WrongInput(_("there is nothing at %(path)s") % {"path": options.path}) from None
        except OSError as reason:
            # What cannot be read is counted; this is what cannot be written, such as on a full disk.
            told = _("stopped: %(reason)s; what was taken in stays, run it again to go on")
            raise CannotDo(told % {"reason": reason}) from None


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
    with _progress(_("taking in mail for %(account)s") % {"account": account.name}, len(archive)) as tell:
        outcome = import_mail(archive, account, leave_open=options.open, tell=tell)
    _report(archive, outcome)
    if options.json:
        print(json.dumps(_figures(archive, outcome, time.monotonic() - began), ensure_ascii=False))
    return 0 if outcome.read else 1


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, else a line now and then. Both on stderr, so that the output can be read by a program."""
    if not sys.stderr.isatty():
        yield _lines(what, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)


def _lines(what: str, total: int) -> Callable[[int], None]:
    done, said = 0, time.monotonic()

    def tell(more: int) -> None:
        nonlocal done, said
        done += more
        if time.monotonic() - said > SECONDS_BETWEEN_LINES:
            said = time.monotonic()
            print(f"{what}: {done}/{total}", file=sys.stderr, flush=True)

    return tell


def _report(archive: "Archive", outcome: "Outcome") -> None:
    from django.utils.translation import gettext as _

    print(_("taken in: %(number)d") % {"number": outcome.taken_in})
    print(_("duplicates: %(number)d") % {"number": outcome.duplicates})
    print(_("quarantined: %(number)d") % {"number": len(outcome.quarantined)})
    _name([f"{name}: {_in_words(reason, detail)}" for name, reason, detail in outcome.quarantined])
    print(_("unreadable files: %(number)d") % {"number": len(archive.unreadable)})
    _name([f"{name}: {reason}" for name, reason in archive.unreadable])
    if archive.other_files:
        print(_("files that are no mail, left alone: %(number)d") % {"number": archive.other_files})


def _name(lines: list[str]) -> None:
    from django.utils.translation import gettext as _

    for line in lines[:NAMED]:
        print(f"  {line}")
    if len(lines) > NAMED:
        print("  " + _("and %(number)d more; the ledger shows all") % {"number": len(lines) - NAMED})


def _in_words(reason: str, detail: str) -> str:
    from ninelives.channels.remarks import worded

    words = worded(reason)
    return f"{words} ({detail.splitlines()[0][:200]})" if detail else words


def _figures(archive: "Archive", outcome: "Outcome", seconds: float) -> dict[str, object]:
    return {
        "taken_in": outcome.taken_in,
        "duplicates": outcome.duplicates,
        "quarantined": len(outcome.quarantined),
        "reasons": dict(outcome.reasons),
        "unreadable": [{"file": name, "reason": reason} for name, reason in archive.unreadable],
        "other_files": archive.other_files,
        "seconds": round(seconds, 2),
    }
