"""The connection of a lasting thread is as good as new, without being asked each time."""

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test.utils import CaptureQueriesContext

from ninelives.foundation import lasting
from ninelives.foundation.lasting import connection_at_hand

pytestmark = pytest.mark.django_db(transaction=True)


def ask() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
        return int(pid)


def break_off() -> None:
    connection.connection.close()


def test_who_met_a_broken_connection_has_a_new_one_next_time() -> None:
    connection_at_hand()
    before = ask()
    break_off()
    connection_at_hand()
    with pytest.raises(OperationalError):
        ask()
    connection_at_hand()
    assert ask() != before


def test_one_that_broke_while_nobody_looked_is_replaced_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    connection_at_hand()
    before = ask()
    break_off()
    monkeypatch.setattr(lasting, "QUIET", 0.0)
    connection_at_hand()
    assert ask() != before


def test_one_that_is_in_use_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    connection_at_hand()
    ask()
    with CaptureQueriesContext(connection):
        connection_at_hand()
        assert connection.health_check_done or not connection.health_check_enabled
