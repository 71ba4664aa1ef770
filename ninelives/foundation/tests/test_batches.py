"""What is written for many at once is the same as what is written for each, or nothing at all."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ninelives.channels.events import DeliverySettled, ReceiptQuarantined
from ninelives.foundation.announcing import announce, facts
from ninelives.foundation.ids import new_id
from ninelives.foundation.live import listening, notices, wake
from ninelives.foundation.models import Fact

pytestmark = pytest.mark.django_db(transaction=True)


def happened(number: int) -> None:
    announce(ReceiptQuarantined(new_id(), str(number)))


def told() -> list[str]:
    return [fact.told.get("reason", fact.name) for fact in Fact.objects.order_by("pk")]


def test_facts_of_a_batch_are_written_in_one_statement_and_in_their_order() -> None:
    with CaptureQueriesContext(connection) as asked, transaction.atomic(), facts.gathered():
        for number in range(12):
            happened(number)
    assert told() == [str(number) for number in range(12)]
    assert sum("foundation_fact" in one["sql"] for one in asked.captured_queries) == 1


def test_a_fact_that_somebody_reacts_to_stays_behind_those_before_it() -> None:
    with transaction.atomic(), facts.gathered():
        happened(1)
        announce(DeliverySettled(new_id(), "sent"))
        happened(2)
    assert told() == ["1", "DeliverySettled", "2"]


def test_of_a_batch_that_fails_nothing_is_told() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(), facts.gathered():
        happened(1)
        raise ZeroDivisionError
    happened(2)
    assert told() == ["2"]


def test_a_batch_within_another_keeps_the_order_of_all() -> None:
    with transaction.atomic(), facts.gathered():
        happened(1)
        with facts.gathered():
            happened(2)
        assert told() == []
        happened(3)
    assert told() == ["1", "2", "3"]


def test_of_a_batch_within_another_that_fails_the_other_is_told() -> None:
    with transaction.atomic(), facts.gathered():
        happened(1)
        with pytest.raises(ZeroDivisionError), transaction.atomic(), facts.gathered():
            happened(2)
            raise ZeroDivisionError
        happened(3)
    assert told() == ["1", "3"]


def test_whoever_waits_is_woken_when_the_batch_is_there() -> None:
    with listening("batches") as alarm:
        with transaction.atomic(), notices.gathered():
            wake("batches")
            wake("batches")
            assert not alarm.wait(0.1)
        assert alarm.wait(10)
