"""The provider's stamp decides when something was said; nobody else's does."""

from datetime import UTC, datetime, timedelta

import pytest

from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import InboundMessage, Participant
from ninelives.conversations.actions.taking_in import LATEST, when
from ninelives.foundation.address import Address

CAME = datetime(2026, 11, 2, 10, 0, 30, 500, tzinfo=UTC)


def said(kind: str, written_at: datetime | None) -> datetime:
    inbound = InboundMessage(Participant(Address(kind, "1")), "f", written_at=written_at)
    return when(inbound, Receipt(account=ChannelAccount(kind=kind), received_at=CAME))


def test_a_stamp_in_whole_seconds_is_the_end_of_that_second() -> None:
    assert said("whatsapp", datetime(2026, 11, 2, 9, 0, tzinfo=UTC)) == datetime(2026, 11, 2, 9, 0, 0, 999_999, UTC)
    assert said("whatsapp", CAME.replace(microsecond=0)) == CAME


def test_a_finer_one_is_taken_as_it_is() -> None:
    exact = CAME - timedelta(minutes=1)
    assert said("whatsapp", exact) == exact


@pytest.mark.parametrize("stamp", [None, CAME + timedelta(hours=1), CAME - LATEST - timedelta(seconds=1)])
def test_what_cannot_be_is_when_it_came(stamp: datetime | None) -> None:
    assert said("telegram", stamp) == CAME


@pytest.mark.parametrize("kind", ["mail", "imap", "webchat"])
def test_clocks_of_customers_decide_nothing(kind: str) -> None:
    assert said(kind, CAME - timedelta(minutes=1)) == CAME
