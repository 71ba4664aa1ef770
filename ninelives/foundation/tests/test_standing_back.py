"""What is shown stands back for what is taken in, where the database's processes are of this machine."""

import os
import sys
from collections.abc import Iterator

import pytest
from django.db import connection

from ninelives.foundation.standing_back import NICE, stand_back

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody knows whose number it is"),
]


@pytest.fixture(autouse=True)
def a_connection_of_its_own() -> Iterator[None]:
    connection.close()
    yield
    connection.close()


def priority() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    return os.getpriority(os.PRIO_PROCESS, pid)


def test_a_thread_whose_questions_may_take_long_stands_back_with_each_connection() -> None:
    stand_back()
    before = priority()
    for _ in range(2):
        stand_back()
        assert priority() == max(before, NICE)
    connection.close()
    assert priority() == before
    stand_back()
    assert priority() == max(before, NICE)


def test_a_number_of_another_machine_says_nothing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    before = priority()
    monkeypatch.setitem(connection.settings_dict, "HOST", "db.example.org")
    stand_back()
    assert priority() == before
