"""`ninelives import WHAT PATH`: what another system had."""

import argparse

from ninelives.cli import import_dialogues, import_mail
from ninelives.cli.asking import organisation
from ninelives.cli.errors import CannotDo


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(metavar="WHAT", required=True)
    import_mail.arguments(kinds)
    import_dialogues.arguments(kinds)


def run(options: argparse.Namespace) -> int:
    with organisation():
        from django.utils.translation import gettext as _

        try:
            return int(options.take_in(options))
        except OSError as reason:
            # What cannot be read is counted; this is what cannot be written, such as on a full disk.
            told = _("stopped: %(reason)s; what was taken in stays, run it again to go on")
            raise CannotDo(told % {"reason": reason}) from None
