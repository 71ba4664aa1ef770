"""Whatever is killed in the middle of an intake, every mail is there in the end, once (long form: bin/bench faults)."""

from bench import faults
from tests.servers import migrated_folder


def test_two_hundred_mails_survive_kill_9_of_worker_web_and_database() -> None:
    outcome = faults.run(mails=200, kills=("worker", "web", "database"), folder=migrated_folder())

    assert outcome.lost == []
    assert outcome.twice == []
    assert outcome.messages == 200
    assert outcome.receipts["processed"] == 200
    assert set(outcome.receipts) <= {"processed", "duplicate"}
    assert outcome.duplicates_of_nothing == 0
    assert outcome.left_over == []
    assert outcome.is_well
