"""Every environment variable Ninelives reads, in one place and without Django.

The command line needs these before Django may be set up (it starts the database), so this module imports
only the standard library. A variable is one annotated field of `Environment`; docs/reference/settings.md has a
heading for each, and a test holds them together.
"""

import hashlib
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Self, get_type_hints
from urllib.parse import parse_qsl, unquote, urlsplit

PROJECT = Path(__file__).resolve().parent.parent.parent
SYSTEM_DATA = Path("/var/lib/ninelives")
LOG_LEVELS = ("debug", "info", "warning", "error")


class BadSetting(Exception):
    """A variable holds a value that cannot be used; the text is one line for the person who set it."""

    def __init__(self, variable: str, value: str, expected: str) -> None:
        super().__init__(f"{variable} is {value!r}, but should be {expected}")
        self.variable, self.value, self.expected = variable, value, expected


class Unfit(ValueError):
    """What a reader below expected to find; `Environment.read` adds the variable and its value."""


@dataclass(frozen=True)
class Endpoint:
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True)
class DatabaseAddress:
    """A postgresql:// address taken apart; a host that starts with a slash is a socket folder."""

    host: str
    port: int | None
    name: str
    user: str
    password: str
    options: tuple[tuple[str, str], ...]


def whole_number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise Unfit(f"a whole number from {low} to {high}")
        return int(text)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in choices:
            raise Unfit("one of " + ", ".join(choices))
        return text.lower()

    return read


def yes_or_no(text: str) -> bool:
    answers = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in answers:
        raise Unfit("1 (yes) or 0 (no)")
    return answers[text.lower()]


def plain_host(text: str) -> str:
    if not text or any(c.isspace() or c in "/@,?#" for c in text):
        raise Unfit("a host name or an IP address")
    return text.removeprefix("[").removesuffix("]")


def endpoint(text: str) -> Endpoint:
    host, colon, port = text.rpartition(":")
    try:
        if colon and (":" not in host or host.startswith("[")):
            return Endpoint(plain_host(host), whole_number(1, 65535)(port))
    except Unfit:
        pass
    raise Unfit("host:port, such as mail.example.org:25")


def name_server(text: str) -> str | Endpoint:
    if text.lower() in ("system", "off"):
        return text.lower()
    try:
        return endpoint(text)
    except Unfit:
        raise Unfit("system, off, or host:port of a name server") from None


def folder(text: str) -> Path:
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise Unfit("a folder, and there is a file of that name")
    return path.absolute()


def base_url(text: str) -> str:
    parts = _split(text)
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise Unfit("http:// or https:// and a host, without a path, such as https://desk.example.org")
    return text.rstrip("/")


def database_url(text: str) -> str:
    database_address(text)
    return text


def database_address(text: str) -> DatabaseAddress:
    """Take a database URL apart; the host may be a percent-encoded socket folder or stand in ?host=."""
    parts = _split(text)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name or "/" in name:
        raise Unfit("postgresql://user:password@host:port/name")
    options = dict(parse_qsl(parts.query))
    # `.hostname` would lower-case a socket folder: take the host from the text itself.
    host = "" if parts.netloc.rpartition("@")[2].startswith(":") else _host(parts.netloc)
    return DatabaseAddress(
        host=options.pop("host", host),
        port=parts.port or (int(options.pop("port")) if options.get("port", "").isdigit() else None),
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        options=tuple(sorted(options.items())),
    )


def host_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def inside_places(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        _check_inside_place(name)
    return names


def long_secret(text: str) -> str:
    if len(text) < 32:
        raise Unfit("at least 32 random characters")
    return text


@dataclass(frozen=True)
class Variable:
    """How a field of `Environment` is read. A variable that is unset or empty takes the default."""

    name: str
    read: Callable[[str], Any]
    default: str | None = None


@dataclass(frozen=True)
class Environment:
    port: Annotated[int, Variable("NINELIVES_PORT", whole_number(1, 65535), "8000")]
    """The port of the screens and the API."""

    smtp_port: Annotated[int, Variable("NINELIVES_SMTP_PORT", whole_number(1, 65535), "2525")]
    """The port on which mail is taken in."""

    host: Annotated[str, Variable("NINELIVES_HOST", plain_host, "127.0.0.1")]
    """The address both ports listen on; 0.0.0.0 is every address of this machine."""

    data_given: Annotated[Path | None, Variable("NINELIVES_DATA", folder)]
    """The data folder as given; `data` is the one in use."""

    demo: Annotated[bool, Variable("NINELIVES_DEMO", yes_or_no, "1")]
    """Whether an empty database gets the demo organisation."""

    database_url: Annotated[str | None, Variable("DATABASE_URL", database_url)]
    """An existing PostgreSQL server; unset, Ninelives starts its own in the data folder."""

    outgoing_smtp: Annotated[Endpoint | None, Variable("NINELIVES_OUTGOING_SMTP", endpoint)]
    """Where mail is sent through; unset, mail is kept, shown as undelivered and sent nowhere."""

    outgoing_allow: Annotated[tuple[str, ...], Variable("NINELIVES_OUTGOING_ALLOW", inside_places, "")]
    """Places inside the own network that other systems' addresses may lead to."""

    url_given: Annotated[str | None, Variable("NINELIVES_URL", base_url)]
    """The address people use, as given; `url` is the one in use."""

    secret_key_given: Annotated[str | None, Variable("NINELIVES_SECRET_KEY", long_secret)]
    """The key that signs sessions and links, as given; `secret_key()` is the one in use."""

    dns: Annotated[str | Endpoint, Variable("NINELIVES_DNS", name_server, "system")]
    """Which name server checks senders: `system`, `off`, or an address."""

    allowed_hosts_given: Annotated[tuple[str, ...] | None, Variable("NINELIVES_ALLOWED_HOSTS", host_names)]
    """Host names the screens answer to, as given; `allowed_hosts` are those in use."""

    web_processes: Annotated[int, Variable("NINELIVES_WEB_PROCESSES", whole_number(1, 32), "1")]
    """How many web processes `up` starts; they share the port."""

    web_threads: Annotated[int, Variable("NINELIVES_WEB_THREADS", whole_number(1, 256), "8")]
    """How many requests one web process works on at a time."""

    log: Annotated[str, Variable("NINELIVES_LOG", one_of(*LOG_LEVELS), "info")]
    """How much is logged."""

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the variables, or raise `BadSetting` for the first one that cannot be used."""
        given = os.environ if environ is None else environ
        return cls(**{field: _value(variable, given) for field, variable in variables(cls).items()})

    @property
    def data(self) -> Path:
        return self.data_given or default_data_folder(PROJECT)

    @property
    def url(self) -> str:
        return self.url_given or f"http://{Endpoint(self.reachable_host, self.port)}"

    @property
    def reachable_host(self) -> str:
        """The host by which a process on this machine reaches its own ports."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        if self.allowed_hosts_given:
            return self.allowed_hosts_given
        own = (urlsplit(self.url).hostname or "", self.host, "localhost", "127.0.0.1", "::1", socket.gethostname())
        return tuple(dict.fromkeys(f"[{name}]" if ":" in name else name for name in own if name))

    def secret_key(self) -> str:
        """The key of NINELIVES_SECRET_KEY, else the one kept in the data folder, made at first use."""
        return self.secret_key_given or kept_secret(self.data / "secret.key")


def variables(environment: type[Environment] = Environment) -> dict[str, Variable]:
    """The variable behind each field, in reading order."""
    hints = get_type_hints(environment, include_extras=True)
    return {field: hint.__metadata__[0] for field, hint in hints.items()}


def default_data_folder(project: Path) -> Path:
    """`var/` of the clone or of the working folder; for root one that the database's own user can reach.

    Root's clone often lies under /root, which no other user may enter and which is not ours to open.
    """
    home = project if (project / "pyproject.toml").exists() else Path.cwd()
    if os.geteuid() != 0 or _open_to_all(home):
        return home / "var"
    if home != project:
        return SYSTEM_DATA / "default"
    return SYSTEM_DATA / f"clone-{hashlib.sha256(bytes(project)).hexdigest()[:8]}"


def a_key() -> str:
    return secrets.token_urlsafe(48)


def kept_secret(path: Path, make: Callable[[], str] = a_key) -> str:
    """The secret in this file, made now if there is none; of two who make it at once, one wins and both use it."""
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    path.parent.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    draft.touch(mode=0o600)
    draft.write_text(make() + "\n")
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return path.read_text().strip()


def _value(variable: Variable, environ: Mapping[str, str]) -> Any:
    text = environ.get(variable.name, "").strip() or variable.default
    if text is None:
        return None
    try:
        return variable.read(text)
    except Unfit as unfit:
        raise BadSetting(variable.name, _printable(variable, text), str(unfit)) from None


def _printable(variable: Variable, text: str) -> str:
    """Errors are logged and pasted into issues: no key and no password in a URL may be in them."""
    if variable.read is long_secret:
        return "***"
    scheme, separator, rest = text.rpartition("://")
    credentials, at, address = rest.rpartition("@")
    if ":" not in credentials:
        return text
    return f"{scheme}{separator}{credentials.partition(':')[0]}:***{at}{address}"


def _check_inside_place(name: str) -> None:
    # What looks like a number but is no network would be taken for the name of a host, and never fit.
    if "/" in name or ":" in name or name.replace(".", "").isdigit():
        try:
            ip_network(name, strict=False)
        except ValueError:
            raise Unfit("host names, addresses or networks such as 10.0.0.0/24, separated by commas") from None
    plain_host(name.partition("/")[0])


def _split(text: str) -> Any:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise Unfit("a URL") from None
    return parts


def _host(netloc: str) -> str:
    text = netloc.rpartition("@")[2]
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return unquote(text.partition(":")[0])


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))
