"""Taking in old mail: stored first, then processed by the same code as everything else, oldest first.

Everything is counted and decided from rows, never from what this process remembers: a worker may take some of it, and
an import that was killed goes on where it stopped when it is run again.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from ninelives.channels import actions as channels
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.protocol import Envelope
from ninelives.channels.queries import kinds_with
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Message
from ninelives.reception.archives import Archive
from ninelives.reception.working import take_receipts

State = Receipt.State

# So many mails, or so many bytes of them, are in memory at a time.
CHUNK = 200
CHUNK_BYTES = 20_000_000
_NOBODY = Envelope()


class WhichAccountError(Exception):
    """It is not clear where the mail belongs; `known` are the names to choose from."""

    def __init__(self, known: list[str]) -> None:
        super().__init__(", ".join(known))
        self.known = known


@dataclass(slots=True)
class Outcome:
    """What became of an archive."""

    taken_in: int = 0
    duplicates: int = 0
    # By name, with the code and detail of the reason.
    quarantined: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def reasons(self) -> Counter[str]:
        return Counter(reason for _name, reason, _detail in self.quarantined)

    @property
    def read(self) -> int:
        return self.taken_in + self.duplicates + len(self.quarantined)

    @property
    def is_of_use(self) -> bool:
        """Not so when all of it was put aside: a file of something else was named, most likely."""
        return bool(self.taken_in or self.duplicates)


def account_named(name: str) -> ChannelAccount:
    """The mailbox of this name or address; without one, the mailbox that takes all, or the only one.

    Raises WhichAccountError.
    """
    active = ChannelAccount.objects.filter(kind__in=kinds_with("mail"), is_active=True)
    mailboxes = list(active.select_related("brand").order_by("name"))
    wanted = name.strip().lower()
    named = [one for one in mailboxes if wanted in (one.name.lower(), one.address)]
    usual = [one for one in mailboxes if one.takes_all] or mailboxes
    chosen = named if wanted else usual
    if len(chosen) != 1:
        raise WhichAccountError([one.name for one in mailboxes])
    return chosen[0]


def import_mail(
    archive: Archive, account: ChannelAccount, *, leave_open: bool = False, tell: Callable[[int], None] = lambda n: None
) -> Outcome:
    """Take in what `archive.look()` found; `tell` hears how many mails were dealt with since it last did."""
    outcome = Outcome()
    for chunk in _chunks(archive.mails()):
        import_chunk(chunk, account, outcome)
        if not leave_open:
            _close(account, chunk)
        tell(len(chunk))
    return outcome


Chunk = list[tuple[str, str, bytes]]


def import_chunk(chunk: Chunk, account: ChannelAccount, outcome: Outcome) -> None:
    """Store (name, key, content), process, and count from the rows."""
    names = {key: name for name, key, _content in chunk}
    ours = _store(chunk, account)
    _process(account, ours)
    settled = Receipt.objects.filter(account=account, key__in=ours).values_list("key", "state", "reason", "detail")
    states = Counter(state for _key, state, _reason, _detail in settled)
    outcome.taken_in += states[State.PROCESSED]
    outcome.duplicates += len(chunk) - len(ours) + states[State.DUPLICATE]
    outcome.quarantined += [
        (names[key], reason, detail) for key, state, reason, detail in settled if state == State.QUARANTINED
    ]


def key_of(content: bytes) -> str:
    return f"import:{hashlib.sha256(content).hexdigest()}"


def _chunks(mails: Iterable[tuple[str, bytes]]) -> Iterator[Chunk]:
    chunk: Chunk = []
    size = 0
    for name, content in mails:
        chunk.append((name, key_of(content), content))
        size += len(content)
        if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _store(chunk: Chunk, account: ChannelAccount) -> set[str]:
    """The keys that are this run's to see through: new ones, and those a killed run had stored and not processed."""
    keys = [key for _name, key, _content in chunk]
    known = dict(Receipt.objects.filter(account=account, key__in=keys).values_list("key", "state"))
    ours = {key for key, state in known.items() if state == State.STORED}
    with transaction.atomic():
        for _name, key, content in chunk:
            if key not in known and channels.store(account, content, _NOBODY, key=key, is_import=True):
                ours.add(key)
    return ours


def _process(account: ChannelAccount, keys: Iterable[str]) -> None:
    """Until all of them are at their end; some may be under way in a worker."""
    waiting = Receipt.objects.filter(account=account, key__in=list(keys), state=State.STORED)
    while waiting.exists():
        if not take_receipts():
            time.sleep(0.05)


def _close(account: ChannelAccount, chunk: Chunk) -> None:
    """Nobody waits for an answer in an old archive."""
    keys = [key for _name, key, _content in chunk]
    said = Message.objects.filter(receipt__account=account, receipt__key__in=keys, is_import=True)
    conversations.close_imported(set(said.values_list("conversation_id", flat=True)))
