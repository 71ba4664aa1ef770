"""A row in one statement: kept when it returns, once, and told to whoever waits."""

import pytest
from django.db import IntegrityError

from ninelives.foundation.inserting import insert_once
from ninelives.foundation.live import listening
from ninelives.foundation.models import File

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
