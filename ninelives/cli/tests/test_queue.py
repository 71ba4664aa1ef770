"""Queues from the command line."""

import json

import pytest

from ninelives.cli import main
from ninelives.routing import actions
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_queues_there_are_and_whether_decisions_can_be_taken_again(capsys: pytest.CaptureFixture[str]) -> None:
    cast = make_cast()
    actions.open_queue(cast.brand, "Service")
    assert main(["queue", "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["brand"], row["within"]) == ("Service", "Zonnestroom", 20)
    assert main(["queue", "verify"]) == 0
    assert "0 " in capsys.readouterr().out
