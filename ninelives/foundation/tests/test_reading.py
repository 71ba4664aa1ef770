"""Reading the facts by number, while others write them and are slow to commit."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from django.db import transaction

from ninelives.foundation import reading
from ninelives.foundation.announcing import announce
from ninelives.foundation.live import listener_parameters, listening
from ninelives.foundation.models import Bookmark, Fact

pytestmark = pytest.mark.django_db(transaction=True)

ME = "me"


@dataclass(frozen=True, slots=True)
class Happened:
    number: int


@pytest.fixture(autouse=True)
def reader() -> None:
    reading.begin(ME)


@pytest.fixture
def somebody() -> Iterator[psycopg.Connection]:
    """Somebody else's connection, with a transaction of their own."""
    with psycopg.connect(**listener_parameters()) as connection:
        yield connection
        connection.rollback()


def tell(*numbers: int) -> None:
    for number in numbers:
        announce(Happened(number))


def tell_slowly(somebody: psycopg.Connection, number: int) -> None:
    somebody.execute("INSERT INTO foundation_fact (name, told) VALUES ('Happened', %s)", [f'{{"number": {number}}}'])


def read(limit: int = 200) -> list[int]:
    with transaction.atomic():
        return [fact.told["number"] for fact in reading.read_on(ME, limit).facts]


def is_behind() -> bool:
    with transaction.atomic():
        return reading.read_on(ME).is_behind


def test_what_was_told_before_is_not_read() -> None:
    Bookmark.objects.all().delete()
    tell(1)
    reading.begin(ME)
    tell(2)
    reading.begin(ME)
    assert (read(), read()) == ([2], [])


def test_each_is_read_once_in_order_however_small_the_bites() -> None:
    tell(1, 2, 3, 4, 5)
    assert [read(2), read(2)] == [[1, 2], [3, 4]]
    tell(6)
    assert [read(2), read(2), read(2)] == [[5], [6], []]


def test_a_lower_number_that_commits_later_is_not_left_out(somebody: psycopg.Connection) -> None:
    tell_slowly(somebody, 1)
    tell(2)
    assert (read(), is_behind()) == ([], True)
    somebody.commit()
    tell(3)
    assert read() == [1, 2, 3]
    assert not is_behind()


def test_an_older_transaction_that_tells_last_is_not_left_out(somebody: psycopg.Connection) -> None:
    somebody.execute("SELECT pg_current_xact_id()")
    tell(1)
    assert read() == []
    tell_slowly(somebody, 2)
    somebody.commit()
    assert read() == [1, 2]


def test_who_fails_with_what_was_read_reads_it_again() -> None:
    tell(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert len(reading.read_on(ME).facts) == 1
        raise ZeroDivisionError
    assert read() == [1]


def test_one_reads_at_a_time(somebody: psycopg.Connection) -> None:
    tell(1)
    somebody.execute("SELECT * FROM foundation_bookmark FOR UPDATE")
    assert read() == []
    somebody.rollback()
    assert read() == [1]


def test_what_nobody_wants_is_skipped() -> None:
    tell(1, 2)
    reading.skip(ME)
    tell(3)
    assert read() == [3]


def test_a_restored_database_goes_on_where_it_was(somebody: psycopg.Connection) -> None:
    """A dump keeps the facts and their transactions; the new server counts its own from nearly nothing."""
    tell(1, 2, 3)
    assert read(2) == [1, 2]
    far = 10**12
    for fact in Fact.objects.order_by("pk"):
        Fact.objects.filter(pk=fact.pk).update(transaction=far + fact.pk)
    last_read = Fact.objects.get(told={"number": 2}).pk
    Bookmark.objects.update(window_from=far + last_read + 1, window_to=far + last_read + 1, last=0)
    tell(4)
    tell_slowly(somebody, 5)
    tell(6)
    assert read() == [3]
    assert read() == [4]
    somebody.commit()
    assert read() == [5, 6]
    tell(7)
    assert read() == [7]


def test_who_wants_some_reads_those_and_is_told_of_no_others(somebody: psycopg.Connection) -> None:
    wanted = ("Wanted", "WantedToo")
    with transaction.atomic():
        Fact.objects.create(name="Wanted", told={"number": 1})
        Fact.objects.create(name="Unwanted", told={"number": 2})
        Fact.objects.create(name="WantedToo", told={"number": 3})
    assert reading.is_unread(ME, wanted)
    with transaction.atomic():
        assert [fact.told["number"] for fact in reading.read_on(ME, wanted=wanted).facts] == [1, 3]
    tell_slowly(somebody, 4)
    tell(5)
    assert not reading.is_unread(ME, wanted)
    assert reading.is_unread(ME, ["Happened"])


def test_what_is_read_in_bites_is_unread_until_the_last() -> None:
    tell(1, 2)
    assert (read(1), reading.is_unread(ME, ["Happened"])) == ([1], True)
    assert (read(1), read(1), reading.is_unread(ME, ["Happened"])) == ([2], [], False)


def test_whoever_reads_is_woken_by_a_fact() -> None:
    with listening("facts") as alarm:
        tell(1)
        alarm.wait(20)
    assert read() == [1]
