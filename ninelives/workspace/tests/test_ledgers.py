"""What the ledger shows of a receipt."""

import pytest

from ninelives.channels.models import Receipt
from ninelives.workspace.ledgers import row
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_chatted_is_shown_by_what_a_person_can_read() -> None:
    account = make_cast().pretend
    theirs = Receipt(account=account, envelope_from=f"{account.pk}:48120377", size=1)
    ours = Receipt(account=account, envelope_from=f"{account.pk}/01a22486-0c26-718e-9deb-260c2fbe6d31", size=1)
    assert [row(receipt).sender for receipt in (theirs, ours)] == ["48120377", "…6D31"]
