"""The commands in processes of their own, as they are called."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ninelives.cli import COMMANDS, data_folder
from ninelives.cli.errors import CannotDo
from ninelives.foundation.postgres import live, running


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="ninelives-test-"))
    yield path
    shutil.rmtree(path)


def call(*arguments, **environ):
    return subprocess.run(
        [sys.executable, "-P", "-m", "ninelives", *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_help_lists_every_command_with_what_it_does():
    told = call("--help").stdout
    assert all(command.name in told and command.help in " ".join(told.split()) for command in COMMANDS)


def test_a_bad_setting_is_one_line_and_no_traceback():
    told = call("up", NINELIVES_PORT="http")
    assert told.returncode == 1
    assert told.stderr == "ninelives: NINELIVES_PORT is 'http', but should be a whole number from 1 to 65535\n"


def test_a_taken_port_is_named_with_the_variable_to_change(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = call("up", NINELIVES_PORT=str(port), NINELIVES_DATA=str(folder), DATABASE_URL="")
    assert told.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in told.stderr
    assert "NINELIVES_PORT" in told.stderr


def test_a_second_up_on_the_same_folder_is_refused(folder):
    with data_folder.owned_by_up(folder):
        told = call("up", NINELIVES_DATA=str(folder))
    assert told.returncode == 1
    assert f"already runs on {folder} (process {os.getpid()})" in told.stderr


def test_a_server_is_refused_without_a_database(folder):
    told = call("worker", NINELIVES_DATA=str(folder), DATABASE_URL="")
    assert told.returncode == 1
    assert "set DATABASE_URL" in told.stderr


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotDo, match="cannot be made"):
        data_folder.make(tmp_path / "file" / "data")


def test_doctor_names_what_fails_and_exits_with_1(folder):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    told = call("doctor", "--json", DATABASE_URL=f"postgresql://x@127.0.0.1:{port}/x", NINELIVES_DATA=str(folder))
    checks = {check["what"]: check for check in json.loads(told.stdout)["checks"]}
    assert told.returncode == 1
    assert checks["database"]["state"] == "fail"
    assert checks["settings"]["state"] == "ok"
    assert checks["mail out"]["state"] == "warn"


def test_two_commands_share_the_server_that_the_first_one_started_and_none_is_left(folder):
    commands = [
        subprocess.Popen(
            [sys.executable, "-P", "-m", "ninelives", "prepare"],
            env={**os.environ, "NINELIVES_DATA": str(folder), "DATABASE_URL": "", "NINELIVES_DEMO": "0"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for command in commands:
        _, errors = command.communicate(timeout=120)
        assert (command.returncode, errors) == (0, "")
    assert running(folder) is None
    assert not live.servers_of(folder / "postgres")
