"""The supervisor as its users meet it: in a process of its own, with real children, really killed."""

import os
import re
import select
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

from ninelives.foundation.postgres import live, running
from ninelives.foundation.processes import Held, lock

PROJECT = Path(__file__).resolve().parents[3]
CHILD = "import os, time; print('alive', os.getpid(), flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {CHILD}"
SCRIPT = """
import sys
from pathlib import Path
from ninelives.foundation.processes import Supervisor, child
from ninelives.foundation.postgres import Cluster

with Supervisor() as supervisor:
    if len(sys.argv) > 2:
        cluster = Cluster(Path(sys.argv[2]), durable=False)
        cluster.start()
        supervisor.add(cluster.service(), cluster.process)
    supervisor.add(child("one", [sys.executable, "-c", sys.argv[1]]))
    supervisor.add(child("two", [sys.executable, "-c", sys.argv[1]]))
    supervisor.run()
"""


class Running:
    """The supervisor in its own process, and what it has printed so far."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", SCRIPT, *arguments],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.printed = ""

    def wait_for(self, pattern, patience=20.0):
        deadline = time.monotonic() + patience
        while not (found := re.search(pattern, self.printed, re.MULTILINE)):
            if select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                chunk = os.read(self.process.stdout.fileno(), 65536).decode()
                assert chunk, f"it ended: {self.printed}"
                self.printed += chunk
            assert time.monotonic() < deadline, f"no {pattern!r} in {self.printed}"
        return found

    def pid(self, name):
        return int(self.wait_for(rf"^{name} +\| alive (\d+)$").group(1))

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def supervisor():
    started = []

    def start(*arguments):
        started.append(Running(*(arguments or (CHILD,))))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        one.process.stdout.close()


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="ninelives-test-"))
    yield path
    soon(lambda: not live.servers_of(path / "postgres"))
    shutil.rmtree(path)


def gone(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def soon(question, patience=20.0):
    deadline = time.monotonic() + patience
    while not question():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_killed_child_is_started_again_and_its_words_carry_its_name(supervisor):
    up = supervisor()
    first, other = up.pid("one"), up.pid("two")
    os.kill(first, signal.SIGKILL)
    up.wait_for(r"^one ended \(signal 9\); starting it again in 0\.2 s$")
    up.printed = ""
    assert up.pid("one") != first
    assert not gone(other)


def test_one_that_keeps_dying_is_started_again_ever_more_slowly(supervisor):
    up = supervisor("raise SystemExit(3)")
    for pause in ("0.2", "0.4", "0.8"):
        up.wait_for(rf"^one ended \(code 3\); starting it again in {re.escape(pause)} s$")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything(supervisor, number):
    up = supervisor()
    children = [up.pid("one"), up.pid("two")]
    assert up.end(number) == 0
    assert all(map(gone, children))


def test_a_second_signal_ends_those_who_do_not_listen(supervisor):
    up = supervisor(STUBBORN)
    children = [up.pid("one"), up.pid("two")]
    began = time.monotonic()
    up.process.send_signal(signal.SIGINT)
    # Two of the same kind that wait together count as one.
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(20) == 0
    assert time.monotonic() - began < 4.5
    assert all(map(gone, children))


def test_no_orphan_is_left_when_the_supervisor_is_killed(supervisor, folder):
    up = supervisor(STUBBORN, str(folder))
    children = [up.pid("one"), up.pid("two")]
    assert live.servers_of(folder / "postgres")
    assert up.end(signal.SIGKILL) == -9
    soon(lambda: all(map(gone, children)) and not live.servers_of(folder / "postgres"))


def test_a_killed_database_is_started_again_with_its_data(supervisor, folder):
    up = supervisor(CHILD, str(folder))
    up.pid("one")
    with psycopg.connect(running(folder)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    first = live.postmaster(folder / "postgres")
    os.kill(first, signal.SIGKILL)
    soon(lambda: live.postmaster(folder / "postgres") not in (None, first) and running(folder))
    with psycopg.connect(running(folder)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert up.end() == 0
    assert not live.servers_of(folder / "postgres")


def test_nobody_reading_our_output_stalls_no_child(supervisor, tmp_path):
    done = tmp_path / "done"
    up = supervisor(f"print('x' * 5_000_000, flush=True); open({str(done)!r}, 'w'); import time; time.sleep(600)")
    soon(done.exists)
    assert up.end() == 0


def test_a_lock_is_held_by_one_and_says_by_whom(tmp_path):
    path = tmp_path / "lock"
    with lock(path, "up 1"):
        with pytest.raises(Held) as told, lock(path, "up 2"):
            pass
        assert told.value.holder == "up 1"
    with lock(path, "up 2"):
        pass


def test_a_lock_is_waited_for(tmp_path):
    path = tmp_path / "lock"
    holder = subprocess.Popen(["flock", str(path), "sleep", "0.3"])
    soon(path.exists)
    with lock(path, "next", patience=10):
        pass
    holder.wait()


def test_readers_share_a_lock_and_keep_out_a_writer(tmp_path):
    path = tmp_path / "lock"
    with lock(path, shared=True), lock(path, shared=True), pytest.raises(Held), lock(path):
        pass
