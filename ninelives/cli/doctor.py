"""`ninelives doctor`: what is well, what is not, and what to do about it."""

import argparse
import json
import shutil
import smtplib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ninelives.cli import data_folder, prepare
from ninelives.cli.database import database
from ninelives.cli.errors import CannotDo
from ninelives.cli.mailboxes import told, trouble_with
from ninelives.cli.up import ask
from ninelives.config.environment import BadSetting, Environment
from ninelives.foundation.postgres import PostgresError

if TYPE_CHECKING:
    from ninelives.channels.mailboxes import Mailbox

LITTLE, TOO_LITTLE = 2_000_000_000, 200_000_000
EXTENSIONS = ("pg_trgm",)
START = "start it with bin/run, or `ninelives up`"


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    what: str
    state: State
    found: str
    remedy: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")


def run(options: argparse.Namespace) -> int:
    findings = list(examine())
    healthy = all(finding.state is not State.FAIL for finding in findings)
    if options.json:
        print(json.dumps({"ok": healthy, "checks": [asdict(finding) for finding in findings]}))
    else:
        print("\n".join(map(_row, findings)))
    return 0 if healthy else 1


def _row(finding: Finding) -> str:
    row = f"{finding.state:<5} {finding.what:<12} {finding.found}"
    return f"{row}\n{'':<18} → {finding.remedy}" if finding.remedy else row


def examine() -> Iterator[Finding]:
    try:
        settings = Environment.read()
    except BadSetting as bad:
        yield Finding("settings", State.FAIL, str(bad), "see docs/reference/settings.md")
        return
    yield Finding("settings", State.OK, f"data in {settings.data}, screens at {settings.url}")
    folder = _folder(settings)
    yield folder
    if folder.state is not State.FAIL:
        yield from _database(settings)
    yield _web(settings)
    yield _mail_in(settings)
    yield _mail_out(settings)


def _folder(settings: Environment) -> Finding:
    try:
        folder = data_folder.make(settings.data)
    except CannotDo as told:
        return Finding("data folder", State.FAIL, str(told))
    free = shutil.disk_usage(folder).free
    found = f"{folder} can be written to, {free / 1e9:.1f} GB free"
    if free < TOO_LITTLE:
        return Finding("data folder", State.FAIL, found, "make room: PostgreSQL stops when the disk is full")
    if free < LITTLE:
        return Finding("data folder", State.WARN, found, "make room soon")
    return Finding("data folder", State.OK, found)


def _database(settings: Environment) -> Iterator[Finding]:
    try:
        with database(settings):
            prepare.check_version()
            for look in (_server, _extensions, _migrations, _worker, _webhooks):
                yield look()
            yield from _mailboxes()
            yield from _looks()
    except (PostgresError, CannotDo) as told:
        yield Finding("database", State.FAIL, str(told))


def _server() -> Finding:
    version, size = _row_of("SELECT version(), pg_size_pretty(pg_database_size(current_database()))")
    return Finding("database", State.OK, f"{' '.join(str(version).split()[:2])}, {size}")


def _extensions() -> Finding:
    (present,) = _row_of("SELECT array_agg(name::text) FROM pg_available_extensions")
    missing = [name for name in EXTENSIONS if name not in present]
    if missing:
        remedy = "install PostgreSQL's contrib modules on the server (postgresql-contrib)"
        return Finding("extensions", State.FAIL, f"not on the server: {', '.join(missing)}", remedy)
    return Finding("extensions", State.OK, ", ".join(EXTENSIONS))


def _migrations() -> Finding:
    pending = prepare.pending()
    if pending:
        return Finding("migrations", State.FAIL, f"{len(pending)} not applied", "ninelives prepare")
    return Finding("migrations", State.OK, "all applied")


def _worker() -> Finding:
    from django.db import ProgrammingError

    try:
        (alive,) = _row_of(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"
        )
    except ProgrammingError:
        return Finding("worker", State.WARN, "cannot be known before the database is prepared", "ninelives prepare")
    if not alive:
        return Finding("worker", State.WARN, "none at work: what comes in waits", START)
    return Finding("worker", State.OK, f"{alive} at work")


def _webhooks() -> Finding:
    from django.db import ProgrammingError

    from ninelives.webhooks.models import Webhook

    try:
        off = list(Webhook.objects.filter(is_active=False).exclude(reason=Webhook.Reason.PAUSED))
        called = Webhook.objects.filter(is_active=True).count()
    except ProgrammingError:
        return Finding("webhooks", State.WARN, "cannot be known before the database is prepared", "ninelives prepare")
    if off:
        named = ", ".join(f"{webhook.url} ({webhook.reason})" for webhook in off)
        return Finding("webhooks", State.WARN, f"switched off: {named}", "mend what is there, then switch it on again")
    return Finding("webhooks", State.OK, f"{called} active")


def _mailboxes() -> Iterator[Finding]:
    """Each one that is fetched, by going there."""
    from django.db import ProgrammingError

    from ninelives.channels.mailboxes import mailbox_of
    from ninelives.channels.models import ChannelAccount
    from ninelives.channels.registry import POLLED

    try:
        accounts = list(ChannelAccount.objects.filter(kind__in=POLLED, is_active=True).select_related("brand"))
    except ProgrammingError:
        return
    for account in accounts:
        mailbox = mailbox_of(account)
        if mailbox:
            yield _mailbox(mailbox, trouble_with(account))


def _mailbox(mailbox: "Mailbox", trouble: str) -> Finding:
    what = f"{mailbox.name} ({mailbox.place})"
    if trouble:
        remedy = f"ninelives channel set {mailbox.name!r} --set …; docs/how-to/receive-and-send-mail.md"
        return Finding("mailbox", State.FAIL, f"{what}: {trouble}", remedy)
    if mailbox.state == "unwatched":
        return Finding("mailbox", State.WARN, f"{what}: can be reached, and no worker looks at it", START)
    if mailbox.problem:
        return Finding("mailbox", State.WARN, f"{what}: {told(mailbox)}", "it is tried again by itself")
    return Finding("mailbox", State.OK, f"{what}: {told(mailbox)}")


def _looks() -> Iterator[Finding]:
    """Each provider that is asked by the clock, by how that went last."""
    from django.db import ProgrammingError

    from ninelives.channels.looks import looks
    from ninelives.channels.remarks import worded

    try:
        found = looks()
    except ProgrammingError:
        return
    for one in found:
        what = f"{one.name} ({one.kind}, {one.what})"
        if one.state == "failing":
            remedy = f"ninelives channel set {one.name!r} --set …; docs/reference/channels.md"
            yield Finding("provider", State.FAIL, f"{what}: {worded(one.problem)}", remedy)
        elif one.state == "unwatched":
            yield Finding("provider", State.WARN, f"{what}: nobody has asked it lately", START)
        elif one.state == "watching":
            yield Finding("provider", State.OK, what)


def _row_of(question: str) -> tuple[Any, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(question)
        return tuple(cursor.fetchone())


def _web(settings: Environment) -> Finding:
    answer = ask(settings.reachable_host, settings.port, b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
    return _answers("screens", answer, b" 200 ", f"port {settings.port}")


def _mail_in(settings: Environment) -> Finding:
    answer = ask(settings.reachable_host, settings.smtp_port, b"")
    return _answers("mail in", answer, b"220", f"port {settings.smtp_port}")


def _answers(what: str, answer: bytes, wanted: bytes, where: str) -> Finding:
    if wanted in answer:
        return Finding(what, State.OK, f"answers on {where}")
    if answer:
        return Finding(what, State.FAIL, f"something else answers on {where}", "choose another port, or end that")
    return Finding(what, State.WARN, f"no answer on {where}", START)


def _mail_out(settings: Environment) -> Finding:
    server = settings.outgoing_smtp
    if server is None:
        remedy = "set NINELIVES_OUTGOING_SMTP to host:port when mail may go out"
        return Finding("mail out", State.WARN, "no server named: answers by mail are kept and go nowhere", remedy)
    try:
        with smtplib.SMTP(server.host, server.port, timeout=5) as line:
            line.noop()
    except (OSError, smtplib.SMTPException) as reason:
        return Finding("mail out", State.FAIL, f"{server} does not answer ({reason})", "see NINELIVES_OUTGOING_SMTP")
    return Finding("mail out", State.OK, f"{server} answers")
