"""Where a mailbox is and how to get in, from what its account was told; and getting in."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.mailbox import BaseMailBox

from ninelives.channels.polling import FetchProblem, LineLost, NotHandedOver, NotLetIn

from .line import Line, Timeouts

TLS, STARTTLS, PLAIN = "1", "starttls", "0"
_PORTS = {TLS: 993, STARTTLS: 143, PLAIN: 143}
# Response codes with which a server says that it is its own trouble (RFC 5530), not the password.
_PASSING = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b", re.IGNORECASE)
_REASON = 200


@dataclass(frozen=True, slots=True)
class Place:
    host: str
    port: int
    tls: str
    user: str
    folder: str
    password: str = field(repr=False)

    @property
    def server(self) -> str:
        """What the numbers of mails belong to: another user or server counts anew."""
        return f"{self.user}@{self.host}:{self.port}"


class Box(BaseMailBox):
    """The library's mailbox on our own line."""

    def __init__(self, line: Line) -> None:
        self.line = line
        super().__init__()

    def _get_mailbox_client(self) -> Line:
        return self.line


def place(settings: Mapping[str, str]) -> Place:
    tls = settings.get("tls", "").strip().lower() or TLS
    port = settings.get("port", "").strip()
    return Place(
        host=settings.get("host", "").strip().strip("[]"),
        port=int(port) if port.isdecimal() else _PORTS.get(tls, 993),
        tls=tls,
        user=settings.get("user", ""),
        folder=settings.get("folder", "").strip() or "INBOX",
        password=settings.get("password", ""),
    )


def enter(where: Place, timeouts: Timeouts) -> Box:
    """A line, signed in. Raises LineLost, NotLetIn."""
    with our_words(where):
        line = _line(where, timeouts)
        try:
            box = Box(line)
            _sign_in(box, where)
        except BaseException:
            line.shutdown()
            raise
    return box


def choose(box: Box, where: Place, *, readonly: bool) -> int:
    """Open the folder; how many mails are in it."""
    with our_words(where):
        try:
            _ok, told = box.folder.set(where.folder, readonly)
        except MailboxFolderSelectError as refused:
            if _PASSING.search(_said(refused)):
                raise LineLost(f"line_lost:{_said(refused)}") from refused
            raise NotLetIn(f"no_folder:{where.folder}") from refused
        return int(told[0] or 0)


@contextmanager
def our_words(where: Place) -> Iterator[None]:
    """What goes wrong on the line, as the problems that others know; never with the password in it."""
    try:
        yield
    except FetchProblem as known:
        raise type(known)(_without(where.password, known.reason)) from None
    except ssl.SSLCertVerificationError as bad:
        raise NotLetIn(f"bad_certificate:{bad.verify_message}") from None
    except ssl.SSLError as bad:
        wrong = bad.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE")
        raise (NotLetIn("no_tls") if wrong else LineLost(f"line_lost:{bad.reason}")) from None
    except (imaplib.IMAP4.abort, OSError, EOFError) as lost:
        raise LineLost(f"line_lost:{_without(where.password, _short(lost))}") from None
    except (imaplib.IMAP4.error, UnexpectedCommandStatusError) as refused:
        raise NotHandedOver(f"line_lost:{_without(where.password, _short(refused))}") from None
    except (ValueError, IndexError, TypeError) as rubbish:
        # The library stumbles over what no server should say.
        raise LineLost(f"line_lost:{type(rubbish).__name__}") from None


def _line(where: Place, timeouts: Timeouts) -> Line:
    context = ssl.create_default_context() if where.tls != PLAIN else None
    try:
        line = Line(where.host, where.port, context if where.tls == TLS else None, timeouts)
    except ssl.SSLError:
        raise
    except OSError as away:
        raise LineLost(f"no_connection:{_short(away)}") from away
    except imaplib.IMAP4.error as stranger:
        raise LineLost(f"line_lost:{_short(stranger)}") from stranger
    try:
        if where.tls == STARTTLS and context and not line.encrypt(context):
            raise NotLetIn("no_starttls")
    except BaseException:
        line.shutdown()
        raise
    return line


def _sign_in(box: Box, where: Place) -> None:
    if "LOGINDISABLED" in box.line.capabilities and where.tls == PLAIN:
        raise NotLetIn("login_disabled")
    try:
        if where.user.isascii() and where.password.isascii():
            box.login(where.user, where.password, None)
        else:
            box.login_utf8(where.user, where.password, None)
    except MailboxLoginError as refused:
        raise _refusal(_said(refused)) from refused
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as refused:
        raise _refusal(_short(refused)) from refused


def _refusal(said: str) -> FetchProblem:
    return LineLost(f"line_lost:{said}") if _PASSING.search(said) else NotLetIn(f"login_refused:{said}")


def _said(refused: UnexpectedCommandStatusError) -> str:
    told = refused.command_result[1]
    words = b" ".join(part for part in told if isinstance(part, bytes)) if isinstance(told, list) else b""
    return " ".join(words.decode("utf-8", "replace").split())[:_REASON].rstrip(".")


def _short(problem: BaseException) -> str:
    return " ".join(str(problem).split())[:_REASON].rstrip(".") or type(problem).__name__


def _without(password: str, text: str) -> str:
    """Some servers repeat in their answer what they did not understand."""
    return text.replace(password, "***") if password else text
