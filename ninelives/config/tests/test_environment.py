import os
import stat
from pathlib import Path

import pytest

from ninelives.config import environment
from ninelives.config.environment import BadSetting, Endpoint, Environment, database_address


def test_defaults_need_nothing_set():
    settings = Environment.read({})
    assert (settings.port, settings.smtp_port, settings.host) == (8000, 2525, "127.0.0.1")
    assert settings.url == "http://127.0.0.1:8000"
    assert settings.demo is True
    assert settings.database_url is None
    assert settings.outgoing_smtp is None
    assert settings.outgoing_allow == ()
    assert settings.dns == "system"


def test_an_empty_variable_counts_as_unset():
    assert Environment.read({"NINELIVES_PORT": "", "DATABASE_URL": " "}) == Environment.read({})


def test_given_values_are_used():
    settings = Environment.read(
        {
            "NINELIVES_PORT": "9001",
            "NINELIVES_HOST": "0.0.0.0",
            "NINELIVES_OUTGOING_SMTP": "[::1]:2500",
            "NINELIVES_URL": "https://desk.example.org/",
            "NINELIVES_DNS": "127.0.0.1:5353",
            "NINELIVES_DEMO": "0",
            "NINELIVES_OUTGOING_ALLOW": "hooks.lan, 10.0.0.0/24,::1",
            "NINELIVES_ALLOWED_HOSTS": "desk.example.org, help.example.org",
        }
    )
    assert settings.outgoing_smtp == Endpoint("::1", 2500)
    assert str(settings.outgoing_smtp) == "[::1]:2500"
    assert settings.url == "https://desk.example.org"
    assert settings.dns == Endpoint("127.0.0.1", 5353)
    assert settings.demo is False
    assert settings.allowed_hosts == ("desk.example.org", "help.example.org")
    assert settings.outgoing_allow == ("hooks.lan", "10.0.0.0/24", "::1")
    assert settings.reachable_host == "127.0.0.1"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("NINELIVES_PORT", "http", "a whole number from 1 to 65535"),
        ("NINELIVES_PORT", "70000", "a whole number from 1 to 65535"),
        ("NINELIVES_DEMO", "maybe", "1 (yes) or 0 (no)"),
        ("NINELIVES_OUTGOING_SMTP", "mail.example.org", "host:port"),
        ("NINELIVES_URL", "desk.example.org", "http:// or https://"),
        ("NINELIVES_DNS", "on", "system, off, or host:port"),
        ("NINELIVES_OUTGOING_ALLOW", "10.0.0.0/33", "host names, addresses or networks"),
        ("NINELIVES_OUTGOING_ALLOW", "10.0.0", "host names, addresses or networks"),
        ("NINELIVES_OUTGOING_ALLOW", "http://hooks.lan", "host names, addresses or networks"),
        ("NINELIVES_LOG", "loud", "one of debug, info"),
        ("DATABASE_URL", "mysql://localhost/x", "postgresql://"),
        ("DATABASE_URL", "postgresql://localhost:port/x", "a URL"),
    ],
)
def test_a_bad_value_names_the_variable_the_value_and_what_is_expected(variable, value, expected):
    with pytest.raises(BadSetting) as told:
        Environment.read({variable: value})
    assert str(told.value).startswith(f"{variable} is {value!r}, but should be ")
    assert expected in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://anna:geheim@db/x"),
        ("NINELIVES_SECRET_KEY", "geheim"),
        ("NINELIVES_OUTGOING_SMTP", "anna:geheim@mail:25"),
    ],
)
def test_an_error_never_shows_a_password(variable, value):
    with pytest.raises(BadSetting) as told:
        Environment.read({variable: value})
    assert "geheim" not in str(told.value)


def test_a_file_is_no_data_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="should be a folder"):
        Environment.read({"NINELIVES_DATA": str(tmp_path / "file")})


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://anna:p%40ss@db.example.org:5433/desk", "db.example.org", 5433),
        ("postgresql://anna:p%40ss@%2Frun%2FNine/desk", "/run/Nine", None),
        ("postgresql://anna:p%40ss@/desk?host=/run/Nine&port=5433", "/run/Nine", 5433),
        ("postgresql://anna:p%40ss@[::1]:5433/desk", "::1", 5433),
    ],
)
def test_a_database_url_may_name_a_host_or_a_socket_folder(url, host, port):
    address = database_address(url)
    assert (address.host, address.port) == (host, port)
    assert (address.name, address.user, address.password) == ("desk", "anna", "p@ss")


def test_the_secret_key_is_made_once_and_kept_for_the_owner_only(tmp_path):
    settings = Environment.read({"NINELIVES_DATA": str(tmp_path / "data")})
    key = settings.secret_key()
    assert len(key) >= 50
    assert settings.secret_key() == key
    kept = tmp_path / "data" / "secret.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert os.listdir(kept.parent) == ["secret.key"]


def test_root_with_a_closed_clone_gets_a_data_folder_the_database_user_can_reach(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "pyproject.toml").touch()
    tmp_path.chmod(0o700)
    assert environment.default_data_folder(clone).parent == Path("/var/lib/ninelives")


def test_a_user_gets_a_data_folder_in_the_clone(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (tmp_path / "pyproject.toml").touch()
    assert environment.default_data_folder(tmp_path) == tmp_path / "var"
