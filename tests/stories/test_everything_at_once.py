"""Customers of every channel write and are answered while parts are killed; in the end each thing is there once (long
form: bin/bench soak)."""

from bench import soak
from tests.servers import migrated_folder


def test_twenty_seconds_of_all_channels_with_kills_lose_and_double_nothing() -> None:
    counts = soak.run(20, every=5, folder=migrated_folder())

    assert counts.faults == []
    assert sum(counts.kills.values()) > 0
    assert set(counts.by_kind) >= {"mail", "webchat", "pretend"}
    assert min(counts.by_kind.values()) > 0
    assert counts.answered > 10
    assert (counts.missing, counts.doubled, counts.misplaced, counts.quarantined) == (0, 0, 0, 0)
    assert (counts.answers_missing, counts.answers_doubled) == (0, 0)
    assert counts.is_well
