"""What was said in a conversation, and what happened to it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attached:
    name: str
    size: int  # bytes
    url: str
    media_type: str
    is_picture: bool
    state: str = "kept"  # waiting: it is being fetched from the provider; failed: that could not be done
    reason: str = ""
    again_url: str = ""  # POST: try to fetch it again


@dataclass(frozen=True, slots=True)
class SendState:
    """How an answer of ours is doing."""

    state: str  # waiting, sending, sent, delivered, read, failed, uncertain, held, withdrawn
    label: str
    reason: str
    undo_url: str  # POST; "" when it can no longer be undone
    undo_seconds: int  # how long still
    again_url: str  # POST; "" unless a person may ask for another try


@dataclass(frozen=True, slots=True)
class PageShown:
    """Where the customer was when they wrote."""

    url: str  # "" where the page is not one of the web
    title: str
    context: tuple[tuple[str, str], ...]  # what the page told along


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that a customer pointed at."""

    author: str
    text: str
    id: str  # of its bubble on this page; "" where it has none


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a message since it was sent."""

    edits: tuple[str, ...] = ()  # what stood there before, oldest first
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    signs: tuple[tuple[str, str], ...] = ()  # each with who put it there


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message, note or event on the timeline."""

    id: str
    kind: str  # inbound, outbound, note, event (a line: claimed, closed, reopened)
    author: str
    initials: str
    hue: int
    address: str
    at: datetime
    subject: str  # only where it differs from the one before
    text: str  # own words, plain; "" when there is html
    html: str  # own words, cleaned HTML
    full_text: str  # everything incl. quotes, plain; "" when nothing was folded
    full_html: str
    files: tuple[Attached, ...]
    remarks: tuple[str, ...]  # what was skipped, cut or guessed, worded for people
    remote_pictures: int
    pictures_url: str  # the same message with remote pictures, for a sandboxed frame
    proof: str  # proven, usual, claimed; "" for ours
    proof_label: str
    is_automatic: bool
    is_import: bool
    sending: SendState | None
    is_private: bool = False  # of an answer where everybody reads along: it went to the customer alone
    page: PageShown | None = None
    quote: Quote | None = None
    changed: Changed | None = None
    undo_url: str = ""  # DELETE; of an event that may be undone, for who may
    link_url: str = ""  # of an event that leads to another conversation
    link_label: str = ""
    elsewhere: str = ""  # of an answer that was written in, or left in, the conversation that the link leads to
    page_url: str = ""  # of an event that leads to a page beside the desk
    pages: tuple[Attached, ...] = ()  # of a letter, one picture each
    split_url: str = ""  # GET: give this message a conversation of its own; "" for who may not, or where it is alone


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another conversation of the same customer, folded on the timeline."""

    id: str
    url: str  # opens it
    messages_url: str  # its messages alone, to unfold in place
    subject: str
    reference: str
    preview: str
    at: datetime
    channel: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """How far the reader has read, to be moved on once it was on the screen for a moment."""

    url: str  # PUT up_to: read; DELETE: back among the unread
    up_to: str  # the newest of what is shown; "" when nothing ever came in
    is_unread: bool


@dataclass(frozen=True, slots=True)
class TypingShown:
    """Whether the customer types at this moment; `url` is "" where nobody can tell."""

    url: str  # GET: this region alone
    name: str  # "" while nobody types
    until: str  # another each time it is said again, so that the screen believes it anew
