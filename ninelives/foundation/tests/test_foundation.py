"""Facts, signals, files and secrets."""

from dataclasses import dataclass

import psycopg
import pytest
from django.db import transaction

from ninelives.foundation import announcing, files, live, secrets
from ninelives.foundation.models import Fact, File

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Happened:
    number: int


def listener() -> psycopg.Connection:
    connection = psycopg.connect(**live.listener_parameters(), autocommit=True)
    connection.execute(f"LISTEN {live.CHANNEL}")
    return connection


def test_a_fact_vanishes_with_its_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announcing.announce(Happened(1))
        raise ZeroDivisionError
    announcing.announce(Happened(2))
    assert Fact.objects.get().told == {"number": 2}


def test_a_reaction_is_a_job_in_the_same_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    monkeypatch.setattr(announcing, "_reactions", {"Happened": ("conversations.tell_of_delivery",)})
    # The library's tables are not emptied between tests.
    before = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announcing.announce(Happened(1))
        raise ZeroDivisionError
    assert not ProcrastinateJob.objects.exclude(pk__in=before).exists()
    announcing.announce(Happened(2))
    job = ProcrastinateJob.objects.exclude(pk__in=before).get()
    assert job.args == {"number": 2, "fact_id": Fact.objects.get().pk}


def test_every_reaction_in_the_table_is_a_task() -> None:
    from procrastinate.contrib.django import app

    from ninelives.reactions import REACTIONS

    known = set(app.tasks)
    assert {task for tasks in REACTIONS.values() for task in tasks} <= known


def test_a_signal_leaves_at_commit_and_dies_with_a_rollback() -> None:
    with listener() as heard:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            live.signal("conversation:1", "brand")
            raise ZeroDivisionError
        live.signal("conversation:2", "brand")
        assert [notice.payload for notice in heard.notifies(timeout=5, stop_after=1)] == ["brand conversation:2"]


def test_the_same_content_is_kept_once() -> None:
    first, second = files.store(b"hello"), files.store(b"hello")
    assert first.sha256 == second.sha256
    assert File.objects.count() == 1
    assert files.content(first.sha256) == b"hello"


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a" * 63, "a" * 63 + "/"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        files.content(name)


def test_a_secret_opens_with_its_key_only(settings) -> None:
    sealed = secrets.seal("open sesame")
    assert "sesame" not in sealed
    assert secrets.unseal(sealed) == "open sesame"
    assert sealed != secrets.seal("open sesame")
    settings.SECRET_KEY = "another key that is long enough to be one"
    with pytest.raises(secrets.SecretLostError):
        secrets.unseal(sealed)


def test_a_signature_holds_for_its_purpose_and_length() -> None:
    made = secrets.signature("thread", "1", 12)
    assert secrets.is_signed("thread", "1", made, 12)
    for purpose, text, claimed in (
        ("other", "1", made),
        ("thread", "2", made),
        ("thread", "1", made[:1]),
        ("thread", "1", ""),
    ):
        assert not secrets.is_signed(purpose, text, claimed, 12)
