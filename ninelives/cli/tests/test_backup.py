"""Everything into one file while it works, and all of it back; what is not whole is never taken for a back-up."""

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import psycopg
import pytest

from ninelives.cli.tests.test_commands import call
from ninelives.foundation.backups import BackupError, check, restore
from ninelives.foundation.postgres import Cluster
from tests.cast import mail
from tests.servers import fresh_database, migrated_database


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="ninelives-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def original(room: Path) -> dict[str, str]:
    """Where an organisation with a mail and its file is."""
    (room / "post").mkdir()
    where = {
        "NINELIVES_DATA": str(room / "data"),
        "DATABASE_URL": migrated_database("ninelives_backup"),
        "NINELIVES_DEMO": "0",
    }
    for number in range(3):
        letter = message_from_bytes(mail(f"Letter {number}", message_id=f"{number}@example.org"), policy=policy.default)
        letter.add_attachment(os.urandom(20_000), maintype="application", subtype="pdf", filename="bill.pdf")
        (room / "post" / f"{number}.eml").write_bytes(bytes(letter))
    assert call("prepare", **where).returncode == 0
    assert call("import", "mail", str(room / "post"), "--open", **where).returncode == 0
    with psycopg.connect(where["DATABASE_URL"]) as database:
        database.execute(
            "INSERT INTO channels_delivery (id, account_id, external_id, state, outbound, due_at, attempts,"
            " provider_id, reason, created_at)"
            " SELECT gen_random_uuid(), id, 'waits', 'waiting', '{}', now(), 0, '', '', now()"
            " FROM channels_channelaccount LIMIT 1"
        )
    return where


@pytest.fixture(scope="module")
def backup(room: Path, original: dict[str, str]) -> Path:
    target = room / "everything.tar"
    told = call("backup", str(target), "--with-key", "--json", **original)
    assert told.returncode == 0, told.stderr
    figures = json.loads(told.stdout.splitlines()[-1])
    assert (figures["rows"]["conversations_message"], figures["files"], figures["lost_files"]) == (3, 3, 0)
    assert target.stat().st_mode & 0o077 == 0
    return target


def elsewhere(room: Path, name: str) -> dict[str, str]:
    return {
        "NINELIVES_DATA": str(room / name),
        "DATABASE_URL": fresh_database(f"ninelives_{name}"),
        "NINELIVES_DEMO": "0",
    }


def said(where: dict[str, str]) -> list[tuple[str, str]]:
    with psycopg.connect(where["DATABASE_URL"]) as database:
        return database.execute(
            "SELECT m.subject, a.file_id FROM conversations_message m JOIN conversations_attachment a"
            " ON a.message_id = m.id ORDER BY m.subject"
        ).fetchall()


def test_all_of_it_comes_back_with_its_files_and_its_key(room: Path, original: dict[str, str], backup: Path) -> None:
    there = elsewhere(room, "there")
    told = call("restore", str(backup), **there)
    assert told.returncode == 0, told.stderr
    assert "secret key is another" not in told.stdout
    assert said(there) == said(original)
    for _subject, sha256 in said(there):
        ours, theirs = (Path(one["NINELIVES_DATA"]) / "files" / sha256[:2] / sha256[2:] for one in (original, there))
        assert ours.read_bytes() == theirs.read_bytes()
    assert (room / "there" / "secret.key").read_text() == (room / "data" / "secret.key").read_text()
    with psycopg.connect(there["DATABASE_URL"]) as database:
        assert database.execute("SELECT state, reason FROM channels_delivery").fetchall() == [("held", "restored")]
    assert "kept now: 1;" in told.stdout
    # It works on, and the same mails are known.
    again = call("import", "mail", str(room / "post"), "--json", **there)
    assert json.loads(again.stdout.splitlines()[-1])["duplicates"] == 3


def test_a_database_in_use_is_left_alone(original: dict[str, str], backup: Path) -> None:
    before = said(original)
    told = call("restore", str(backup), **original)
    assert told.returncode == 1
    assert "the database is not empty" in told.stderr
    assert said(original) == before


def test_it_can_be_tried_without_touching_anything(original: dict[str, str], backup: Path) -> None:
    told = call("restore", "--try", str(backup), **original)
    assert told.returncode == 0, told.stderr
    assert "can be restored" in told.stdout


def test_the_key_stays_out_unless_asked_for_and_its_lack_is_told(room: Path, original: dict[str, str]) -> None:
    keyless = room / "keyless.tar"
    told = call("backup", str(keyless), **original)
    assert "the secret key is not in it" in told.stdout
    with tarfile.open(keyless) as tar:
        assert "secret.key" not in tar.getnames()
    restored = call("restore", str(keyless), **elsewhere(room, "keyless"))
    assert restored.returncode == 0, restored.stderr
    assert "the secret key is another one" in restored.stdout


def test_a_file_that_is_there_already_is_not_written_over(original: dict[str, str], backup: Path) -> None:
    before = backup.read_bytes()
    told = call("backup", str(backup), **original)
    assert told.returncode == 2
    assert "is there already" in told.stderr
    assert backup.read_bytes() == before


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_cut_off_it_is_no_back_up(room: Path, backup: Path, part: float) -> None:
    content = backup.read_bytes()
    short = room / f"cut-{part}.tar"
    short.write_bytes(content[: int(len(content.rstrip(b"\0")) * part)])
    with pytest.raises(BackupError):
        check(short)


def test_a_changed_byte_is_noticed_and_leaves_the_database_empty(room: Path, backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    with tarfile.open(backup) as tar:
        place = next(one.offset_data for one in tar if one.name == "database.dump") + 500
    content[place] ^= 1
    damaged, there = room / "damaged.tar", elsewhere(room, "damaged")
    damaged.write_bytes(content)
    with pytest.raises(BackupError, match="damaged"):
        check(damaged)
    with pytest.raises(BackupError, match="damaged"):
        restore(damaged, there["DATABASE_URL"], room / "damaged")
    with psycopg.connect(there["DATABASE_URL"]) as database:
        assert database.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_a_lost_file_is_told_and_the_rest_is_kept(room: Path, original: dict[str, str]) -> None:
    _, sha256 = said(original)[0]
    path = Path(original["NINELIVES_DATA"]) / "files" / sha256[:2] / sha256[2:]
    away = path.rename(room / "away")
    try:
        told = call("backup", str(room / "lossy.tar"), **original)
    finally:
        away.rename(path)
    assert told.returncode == 1
    assert sha256 in told.stdout
    assert len(check(room / "lossy.tar").files) == 2


def test_the_embedded_server_too_also_while_it_serves(room: Path, backup: Path) -> None:
    folder = room / "embedded"
    where = {"NINELIVES_DATA": str(folder), "DATABASE_URL": "", "NINELIVES_DEMO": "0"}
    # A tenth of the time that `prepare` would take to migrate it.
    assert call("restore", str(backup), **where).returncode == 0
    cluster = Cluster(folder)
    cluster.start()
    try:
        told = call("backup", str(room / "embedded.tar"), "--with-key", **where)
    finally:
        cluster.stop()
    assert told.returncode == 0, told.stderr
    restored = call("restore", str(room / "embedded.tar"), **where | {"NINELIVES_DATA": str(room / "embedded2")})
    assert restored.returncode == 0, restored.stderr
