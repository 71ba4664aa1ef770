"""The mail door: an SMTP listener that says 250 only once the mail is stored.

It takes mail for our own mailboxes and relays nothing.
"""

import asyncio
import logging
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError, InterfaceError, connections, transaction

from ninelives.channels import actions, queries
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import Envelope as Told
from ninelives.foundation.lasting import connection_at_hand

log = logging.getLogger(__name__)

MAX_BYTES = 50_000_000
_REMEMBER = 5.0
_MOST_KNOWN = 1000
_TRY_LATER = "451 4.3.0 Cannot store it now, please try again later"


class Patient(SMTP):
    """Programs write lines longer than the 998 characters of RFC 5322, and their mail is mail all the same."""

    line_length_limit = MAX_BYTES


class Door:
    """What aiosmtpd asks of us. Storing runs in a few threads, each with its own database connection."""

    def __init__(self, threads: int = 4) -> None:
        self._size = threads
        self._known: dict[str, tuple[float, ChannelAccount]] = {}
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        try:
            account = self._remembered(address) or await self._run(_account, address)
        except (DatabaseError, InterfaceError, OSError):
            return _TRY_LATER
        if account is None:
            return "550 5.1.1 No such mailbox here"
        self._known[address] = (time.monotonic(), account)
        _accounts_of(envelope)[account.pk] = account
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        try:
            await self._run(_store, session, envelope)
        except (DatabaseError, InterfaceError, OSError) as reason:
            log.error("mail not stored: %s", type(reason).__name__)
            return _TRY_LATER
        return "250 2.0.0 Stored"

    def _remembered(self, address: str) -> ChannelAccount | None:
        """Who was found a moment ago: a mail program sends many in a row."""
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        at, account = self._known.get(address, (0.0, None))
        return account if time.monotonic() - at < _REMEMBER else None

    async def close(self) -> None:
        """Let the threads go, and their connections with them."""
        # Each thread waits for all others, so that none closes twice and another never.
        together = threading.Barrier(self._size)
        await asyncio.gather(*(self._run(_close_ours, together) for _ in range(self._size)))
        self._threads.shutdown()

    async def _run(self, function: Any, *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *given)


def _close_ours(together: threading.Barrier) -> None:
    together.wait(5)
    connections.close_all()


def _account(recipient: str) -> ChannelAccount | None:
    connection_at_hand()
    return queries.account_for_mail([recipient])


def _store(session: Session, envelope: Envelope) -> None:
    """One receipt for each of our mailboxes it is addressed to."""
    connection_at_hand()
    recipients = [str(address) for address in envelope.rcpt_tos]
    content = envelope.original_content or b""
    peer = session.peer[0] if isinstance(session.peer, tuple) else ""
    told = Told(envelope.mail_from or "<>", tuple(recipients), str(peer), session.host_name or "")
    accounts = _accounts_of(envelope).values()
    # One is kept in one statement, without a transaction around it.
    with transaction.atomic() if len(accounts) > 1 else nullcontext():
        for account in accounts:
            actions.store(account, content, told)


def _accounts_of(envelope: Envelope) -> dict[UUID, ChannelAccount]:
    """Whose mail this is, as found for each recipient; aiosmtpd makes a new envelope for each mail."""
    accounts: dict[UUID, ChannelAccount] = envelope.__dict__.setdefault("accounts", {})
    return accounts


def run(host: str, port: int) -> None:
    """Listen until SIGTERM or SIGINT."""
    asyncio.run(_serve(host, port))


async def _serve(host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await listen(Door(), host, port)
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    async with server:
        await stopped.wait()


async def listen(door: Door, host: str, port: int) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: Patient(
            door,
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            decode_data=False,
            ident="Ninelives",
            hostname="ninelives",
            loop=loop,
        ),
        host=host,
        port=port,
        backlog=512,
    )
