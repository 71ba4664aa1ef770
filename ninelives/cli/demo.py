"""`ninelives demo mail`: write as a customer, to see it arrive."""

import argparse
import smtplib

from ninelives.cli.errors import CannotDo, WrongInput
from ninelives.config.environment import Endpoint, Environment


def arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(metavar="DEED", required=True)
    mail = deeds.add_parser("mail", help="send one new mail to the inbound port")
    mail.add_argument("--from", dest="sender", default="", help="the customer's address (default: Dora's)")
    mail.add_argument("--subject", default="")
    mail.add_argument("--text", default="")


def run(options: argparse.Namespace) -> int:
    from ninelives.demo import mailing

    settings = Environment.read()
    given = {name: value for name in ("sender", "subject", "text") if (value := getattr(options, name).strip())}
    if "@" not in given.get("sender", "@"):
        raise WrongInput(f"“{options.sender}” is not a mail address")
    at = Endpoint(settings.reachable_host, settings.smtp_port)
    try:
        known_by = mailing.send(at.host, at.port, **given)
    except (OSError, smtplib.SMTPException, ValueError) as reason:
        raise CannotDo(f"the mail was not taken at {at} ({reason}): does Ninelives run there?") from None
    print(f"sent {known_by}")
    return 0
