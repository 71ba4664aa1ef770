"""What a channel allows, as data."""

from dataclasses import dataclass
from datetime import timedelta

# The setting by which an account says `yes` to `longer_window`.
LONGER_WINDOW = "human_agent"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel allows, as data. The composer and the sender ask this and nothing else."""

    max_length: int | None = None
    # `max_length` is one of bytes (UTF-8), not of characters.
    counts_bytes: bool = False
    attachments: bool = True
    max_attachment_bytes: int = 25_000_000
    # Every file leaves as a message of its own, after the text.
    files_apart: bool = False
    subject: bool = False
    html: bool = False
    undo: timedelta = timedelta(0)
    # So long after the customer's last message a free answer is allowed; later only a template, where there are any.
    reply_window: timedelta | None = None
    # So long for what a person writes, where the provider lets us: the account's setting LONGER_WINDOW says so.
    longer_window: timedelta | None = None
    templates: bool = False
    # Mail may be sent again under the same Message-ID after an unsure end; others must ask before a second try.
    repeatable: bool = False
    # What is said to one customer leaves one after the other: a later answer never overtakes an earlier one.
    in_order: bool = False
    # False: what is there can be read, and nobody can be answered.
    answers: bool = True
    # The customer's side listens: it hears at once that something was said, typed, read or closed.
    live: bool = False
    # Everybody reads what is said here.
    public: bool = False
    # Of what was said in public, the answer may go to the customer alone.
    answers_privately: bool = False
    # That goes once for each thing said, and only so long after it. None: as often and as late as one likes.
    private_within: timedelta | None = None
    # Customers can edit what they wrote, take it back, and put signs to messages.
    changes: bool = False
    # Whoever waits can be sent a list of ways to be served, and answers with a number.
    menus: bool = False
    # Their address, where it is a number, is a telephone's: they can be called at it.
    telephone: bool = False
    # One conversation runs with each sender, and a message up to so long after it was closed goes on in it.
    # None: what a message answers decides.
    reopens_within: timedelta | None = None

    def length(self, text: str) -> int:
        """Of a text, as `max_length` counts."""
        return len(text.encode()) if self.counts_bytes else len(text)
