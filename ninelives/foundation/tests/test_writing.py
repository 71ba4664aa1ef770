"""A row in one statement: kept when it returns, once, and told to whoever waits."""

import pytest
from django.db import IntegrityError

from ninelives.foundation.clock import now
from ninelives.foundation.live import listening
from ninelives.foundation.models import Fact, File
from ninelives.foundation.writing import insert, insert_new, insert_once, update

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_is_kept_and_a_second_is_told_apart() -> None:
    assert insert_once(File(sha256="a" * 64, size=1), ("sha256",))
    assert not insert_once(File(sha256="a" * 64, size=2), ("sha256",))
    assert File.objects.get().size == 1


def test_whoever_waits_is_woken_by_the_first_only() -> None:
    with listening("inserted") as alarm:
        insert_once(File(sha256="b" * 64, size=1), ("sha256",), wakes="inserted")
        assert alarm.wait(10)
        insert_once(File(sha256="b" * 64, size=1), ("sha256",), wakes="inserted")
        insert_once(File(sha256="c" * 64, size=1), ("sha256",))
        assert not alarm.wait(0.2)


def test_another_rule_that_is_broken_is_no_second_one() -> None:
    with pytest.raises(IntegrityError):
        insert_once(File(sha256="d" * 64, size=None), ("sha256",))
    assert not File.objects.exists()


def test_what_the_database_makes_of_a_row_is_read_back() -> None:
    fact = Fact(name="Said", told={"a": "b"})
    insert(fact, "occurred_at", "transaction")
    assert Fact.objects.get().occurred_at == fact.occurred_at
    assert Fact.objects.get().told == {"a": "b"}


def test_of_many_those_that_are_new_are_written() -> None:
    assert insert_new([File(sha256="a" * 64, size=1), File(sha256="b" * 64, size=2)]) == 2
    assert insert_new([File(sha256="b" * 64, size=3), File(sha256="c" * 64, size=3)]) == 1
    assert insert_new([]) == 0
    assert sorted(File.objects.values_list("size", flat=True)) == [1, 2, 3]


def test_only_what_is_named_is_changed() -> None:
    File.objects.create(sha256="a" * 64, size=1)
    File.objects.create(sha256="b" * 64, size=2)
    file = File.objects.get(sha256="a" * 64)
    file.size, file.created_at = 7, now()
    update(file, "size")
    assert dict(File.objects.values_list("size", "sha256")) == {7: "a" * 64, 2: "b" * 64}
    assert File.objects.get(size=7).created_at < file.created_at
