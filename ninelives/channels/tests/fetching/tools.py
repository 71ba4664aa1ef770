"""Fetching as the worker does it."""

from datetime import timedelta

from ninelives.channels import actions, fetching
from ninelives.channels.fetching import Fetching
from ninelives.channels.models import ChannelAccount, MailboxPosition
from ninelives.channels.polling import LineLost, Polled
from ninelives.channels.registry import POLLED
from ninelives.channels.tests.mail_tools import inside_imap
from ninelives.conversations.models import Message
from ninelives.foundation.clock import now
from ninelives.reception.working import take_receipts
from tests.cast import Cast, mail
from tests.mailboxes import BadLine, Owner

DAY = timedelta(days=1)
LATELY = now()
QUICK = inside_imap("line").Timeouts(connect=5.0, answer=1.0)


def account_of(cast: Cast, owner: Owner, **told: str) -> ChannelAccount:
    return actions.open_account("imap", "Mailbox", cast.brand, told=owner.settings(**told))


def numbered(*numbers: int, **more: str) -> list[bytes]:
    return [mail(f"Mail {number}", message_id=f"{number}@example.org", at=LATELY, **more) for number in numbers]


def fetch(account: ChannelAccount, speaks: Polled | None = None) -> MailboxPosition:
    """One visit: everything that waits."""
    speaks = speaks or POLLED["imap"]
    folder = speaks.open(account.view())
    try:
        visit = Fetching(account, folder, speaks)
        visit.look()
        visit.fetch_again()
        while visit.step():
            pass
        visit.rest()
        return visit.position
    finally:
        folder.close()


def fetch_stubbornly(account: ChannelAccount, speaks: Polled, visits: int = 20) -> MailboxPosition:
    """As a watch does it: again after each lost line."""
    for _ in range(visits):
        try:
            return fetch(account, speaks)
        except LineLost as lost:
            fetching.note_failing(account.pk, lost.reason, 1.0)
    raise AssertionError(f"still not fetched after {visits} visits")


def take_all() -> None:
    while take_receipts():
        pass


def subjects() -> list[str]:
    return sorted(Message.objects.filter(direction="inbound").values_list("subject", flat=True))


def over(line: BadLine) -> dict[str, str]:
    return {"port": str(line.port)}
