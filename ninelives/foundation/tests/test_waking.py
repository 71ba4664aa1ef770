"""Whoever waits is woken when what there is to do is committed, and by somebody else than who commits it."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ninelives.channels import actions
from ninelives.channels.actions import RECEIPTS
from ninelives.channels.protocol import Envelope
from ninelives.foundation.live import listening
from ninelives.foundation.waking import waker
from tests.cast import mail, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_work() -> Iterator[None]:
    waker.begin()
    yield
    waker.end()


def test_a_worker_is_woken_once_it_is_committed_and_not_before(at_work: None) -> None:
    with listening("waking") as alarm:
        with transaction.atomic():
            waker.wake("waking")
            assert not alarm.wait(0.1)
        assert alarm.wait(10)


def test_what_is_rolled_back_wakes_nobody(at_work: None) -> None:
    with listening("waking") as alarm:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            waker.wake("waking")
            raise ZeroDivisionError
        assert not alarm.wait(0.1)


def test_a_mail_that_is_stored_is_heard_of_and_its_commit_notifies_nobody(at_work: None) -> None:
    cast = make_cast()
    with listening(RECEIPTS) as alarm:
        with CaptureQueriesContext(connection) as asked:
            actions.store(cast.mailbox, mail(), Envelope("dora@example.org", (cast.mailbox.address,)))
        assert alarm.wait(10)
    (stored,) = asked.captured_queries
    assert "ninelives_receipts" not in stored["sql"]
