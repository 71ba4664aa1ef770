"""Taking in conversations that another system had, from a file with one in each line (see `channels/adapters/archive`).

Two hundred at a time and in bulk: there are many, each is complete in itself, and nobody waits for one of them. A
chunk is one transaction, so that an import that was killed goes on where it stopped when it is run again.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from ninelives.accounts.models import Brand
from ninelives.channels import actions as channels
from ninelives.channels import queries as channel_facts
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import InboundMessage, Participant, Unreadable
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Message
from ninelives.conversations.threading import is_from_us
from ninelives.customers import actions as customers
from ninelives.foundation.clock import now
from ninelives.reception import pipeline
from ninelives.reception.importing import Outcome, WhichAccountError

CHUNK = 200
# A longer line is no conversation.
LONGEST_LINE = 50_000_000
State = Receipt.State


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    content: bytes

    @property
    def key(self) -> str:
        return f"import:{hashlib.sha256(self.content).hexdigest()}"


def archive_named(name: str) -> ChannelAccount:
    """The archive of this name; without one, the only one there is, or a first one. Raises WhichAccountError."""
    known = ChannelAccount.objects.filter(kind="archive", is_active=True).exclude(address="").select_related("brand")
    archives = list(known.order_by("name"))
    wanted = name.strip()
    named = [one for one in archives if not wanted or one.name.lower() == wanted.lower()]
    if len(named) == 1:
        return named[0]
    brand = Brand.objects.order_by("pk").first()
    if named or brand is None:
        raise WhichAccountError([one.name for one in archives])
    wanted = wanted or "Archive"
    return channels.open_account("archive", wanted, brand, address=wanted.lower())


def count(path: Path) -> int:
    with _opened(path) as file:
        return sum(1 for line in file if line.strip())


def import_dialogues(
    path: Path, account: ChannelAccount, *, leave_open: bool = False, tell: Callable[[int], None] = lambda n: None
) -> Outcome:
    """`tell` hears how many lines were dealt with since it last did. Raises OSError, EOFError for a broken file."""
    outcome = Outcome()
    lines = _lines(path)
    while chunk := list(islice(lines, CHUNK)):
        _take_in(chunk, account, leave_open, outcome)
        tell(len(chunk))
    return outcome


def _lines(path: Path) -> Iterator[Line]:
    with _opened(path) as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            if line.strip():
                yield Line(f"{path.name}:{number}", line.strip())


def _opened(path: Path) -> gzip.GzipFile | BufferedReader:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")


@transaction.atomic
def _take_in(chunk: list[Line], account: ChannelAccount, leave_open: bool, outcome: Outcome) -> None:
    # Two imports at once take turns: what the one stored, the other finds.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import {account.pk}"])
    fresh = _fresh(chunk, account)
    outcome.duplicates += len(chunk) - len(fresh)
    receipts = [_receipt(line, account) for line in fresh.values()]
    dialogues = [(receipt, said) for receipt in receipts if (said := _read(receipt))]
    for receipt in receipts:
        if receipt.state == State.QUARANTINED:
            outcome.quarantined.append((fresh[receipt.key].name, receipt.reason, receipt.detail))
    outcome.taken_in += len(dialogues)
    Receipt.objects.bulk_create(receipts)
    grown = _grown(account, dialogues)
    _write(account, [one for one in dialogues if one[0].pk not in grown], leave_open)
    for receipt, said in dialogues:
        if receipt.pk in grown:
            for inbound in said:
                pipeline.take_in(inbound, receipt)


def _fresh(chunk: list[Line], account: ChannelAccount) -> dict[str, Line]:
    lines = {line.key: line for line in chunk}
    known = Receipt.objects.filter(account=account, key__in=list(lines)).values_list("key", flat=True)
    return {key: line for key, line in lines.items() if key not in set(known)}


def _receipt(line: Line, account: ChannelAccount) -> Receipt:
    moment = now()
    return Receipt(
        account=account,
        key=line.key,
        lane=line.key[-32:],
        state=State.PROCESSED,
        is_import=True,
        raw=line.content,
        size=len(line.content),
        received_at=moment,
        processed_at=moment,
    )


def _read(receipt: Receipt) -> list[InboundMessage]:
    """Its messages; a receipt that has none says why."""
    try:
        return [said for said in channel_facts.read(receipt) if isinstance(said, InboundMessage)]
    except Unreadable as unreadable:
        receipt.state, receipt.reason, receipt.detail = State.QUARANTINED, unreadable.reason, unreadable.detail
        return []


Dialogue = tuple[Receipt, list[InboundMessage]]


def _grown(account: ChannelAccount, dialogues: list[Dialogue]) -> set[UUID]:
    """Of those that go on since an earlier export, the receipts: they take the road message by message."""
    prints = {said.fingerprint: receipt.pk for receipt, told in dialogues for said in told}
    known = Message.objects.filter(account=account, fingerprint__in=list(prints)).values_list("fingerprint", flat=True)
    return {prints[one] for one in known}


def _write(account: ChannelAccount, dialogues: list[Dialogue], leave_open: bool) -> None:
    asking = {receipt.pk: _customer(said, account) for receipt, said in dialogues}
    known = customers.recognise_all(
        {who.address: who.name for who in asking.values()}, base_id=account.brand.base_id, at=now()
    )
    conversations.take_in_dialogues(
        [
            conversations.Dialogue(known[asking[receipt.pk].address], asking[receipt.pk].address, said, receipt)
            for receipt, said in dialogues
        ],
        leave_open=leave_open,
    )


def _customer(said: list[InboundMessage], account: ChannelAccount) -> Participant:
    """Whose conversation it is: whoever wrote or was written to and is not us."""
    first = said[0]
    return first.recipients[0] if is_from_us(first, account) else first.sender
