"""A written mail to the mail server that sends it on, and what its answer means for us.

The one question is whether the mail may have arrived. Until the closing dot is on its way it surely has not; after
that, a lost line leaves it open.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ninelives.channels.protocol import AccountView, NotConfigured, Refused, TryLater, Uncertain

from .addresses import normalised
from .charsets import guess

_REASON = 300
_TAKEN = 250
_GO_ON = 354


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 10.0
    answer: float = 60.0


@dataclass(frozen=True, slots=True)
class Route:
    """The way out of one account."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    hello: str


def route(account: AccountView) -> Route:
    """The account's way out. Raise NotConfigured when it has none, or none that can be."""
    settings = account.settings
    host, _, port = settings.get("outgoing", "").strip().rpartition(":")
    if not host and not port:
        raise NotConfigured("no_outgoing")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise NotConfigured("bad_outgoing")
    tls = settings.get("outgoing_tls", "").strip().lower()
    if tls not in ("", "starttls", "ssl"):
        raise NotConfigured("bad_outgoing")
    hello = normalised(account.address).rpartition("@")[2] or "localhost"
    user, password = settings.get("outgoing_user", ""), settings.get("outgoing_password", "")
    return Route(host.strip("[]"), int(port), user, password, tls, hello)


def deliver(
    mail: bytes, sender: str, recipients: tuple[str, ...], way: Route, timeouts: Timeouts, *, utf8: bool, fallback: str
) -> None:
    """Hand the mail over, to all recipients or to none. `fallback` is the sender to try where a null sender is not
    taken, as by many providers that want a sender of one's own."""
    with _session(way, timeouts) as server:
        if utf8 and not server.has_extn("smtputf8"):
            raise Refused("address_needs_utf8")
        _give_sender(server, sender, fallback, utf8)
        for recipient in recipients:
            _judge(server.rcpt(recipient), recipient)
        _give_mail(server, mail)


@contextmanager
def _session(way: Route, timeouts: Timeouts) -> Iterator[smtplib.SMTP]:
    try:
        with _connection(way, timeouts.connect) as server:
            if server.sock is not None:
                server.sock.settimeout(timeouts.answer)
            _greet(server, way)
            yield server
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
    except smtplib.SMTPResponseException as answer:
        raise _problem(answer.smtp_code, answer.smtp_error) from answer
    except (smtplib.SMTPException, OSError, UnicodeError) as lost:
        raise TryLater(_said(lost)) from lost


@contextmanager
def _connection(way: Route, timeout: float) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context() if way.tls else None
    if way.tls == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(way.host, way.port, way.hello, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(way.host, way.port, way.hello, timeout=timeout)
    try:
        yield server
    finally:
        server.close()


def _greet(server: smtplib.SMTP, way: Route) -> None:
    server.ehlo_or_helo_if_needed()
    if way.tls == "starttls":
        if not server.has_extn("starttls"):
            raise NotConfigured("no_starttls")
        server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
    if way.user:
        _sign_in(server, way)


def _sign_in(server: smtplib.SMTP, way: Route) -> None:
    try:
        server.login(way.user, way.password)
    except smtplib.SMTPAuthenticationError as refused:
        # Not the mail's fault: it waits until somebody has looked at the account.
        if refused.smtp_code >= 500:
            raise NotConfigured(_worded(refused.smtp_code, refused.smtp_error)) from refused
        raise
    except smtplib.SMTPNotSupportedError as unknown:
        raise NotConfigured("no_sign_in") from unknown


def _give_sender(server: smtplib.SMTP, sender: str, fallback: str, utf8: bool) -> None:
    options = ["SMTPUTF8"] if utf8 else []
    answer = server.mail(sender, options)
    if answer[0] >= 500 and not sender:
        server.rset()
        answer = server.mail(fallback, options)
    _judge(answer, "")


def _give_mail(server: smtplib.SMTP, mail: bytes) -> None:
    _judge(server.docmd("DATA"), "", good=_GO_ON)
    server.send(_stuffed(mail))
    _judge(_surely_or_not(lambda: _finish(server)), "")


def _finish(server: smtplib.SMTP) -> tuple[int, bytes]:
    server.send(b".\r\n")
    return server.getreply()


def _surely_or_not(finish: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    try:
        return finish()
    except (smtplib.SMTPException, OSError) as lost:
        raise Uncertain(_said(lost)) from lost


def _stuffed(mail: bytes) -> bytes:
    """Lines that begin with a dot get a second one (RFC 5321, 4.5.2); all lines end in CR LF."""
    lines = mail.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


def _judge(answer: tuple[int, bytes], who: str, good: int = _TAKEN) -> None:
    code, said = answer
    if code != good and not (good == _TAKEN and 200 <= code < 300):
        raise _problem(code, said, who)


def _problem(code: int, said: bytes | str, who: str = "") -> TryLater | Refused:
    reason = _worded(code, said, who)
    return Refused(reason) if 500 <= code < 600 else TryLater(reason)


def _worded(code: int, said: bytes | str, who: str = "") -> str:
    words = " ".join((guess(said) if isinstance(said, bytes) else said).split())
    reason = f"{code} {words}".strip()
    return (f"{who}: {reason}" if who and who not in words else reason)[:_REASON]


def _said(problem: Exception) -> str:
    return f"no_connection:{' '.join(str(problem).split())[: _REASON - 20] or type(problem).__name__}"
