"""Where an answer is written."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DraftFileShown:
    name: str
    size: int
    remove_url: str  # DELETE


@dataclass(frozen=True, slots=True)
class Canned:
    """What can be put in while somebody writes: a canned answer with its fields filled in, a colleague's name."""

    id: str
    shortcut: str
    title: str
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class TemplateShown:
    """A message that the provider approved, with a field for each of its places."""

    id: str
    name: str
    language: str
    text: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WayShown:
    """Where an answer may go: the conversation's own way has no value."""

    value: str
    label: str
    is_preferred: bool
    max_length: int  # 0 = none
    counts_bytes: bool = False


@dataclass(frozen=True, slots=True)
class Composer:
    """The text being written. It is kept on the server as it is typed."""

    key: str  # goes along when sending, so that a second click sends nothing
    mode: str  # reply or note
    text: str
    draft_url: str  # PUT text, mode, version → 204, or 409 with what another window wrote
    version: int
    reply_url: str  # POST
    note_url: str  # POST
    files_url: str  # POST a file
    canned_url: str
    colleagues_url: str
    attendance_url: str
    files: tuple[DraftFileShown, ...]
    to: str
    subject: str
    max_length: int  # 0 = none
    takes_files: bool
    max_file_mb: int
    undo_seconds: int
    can_answer: bool
    why_not: str
    window_until: datetime | None = None  # until when a free answer is allowed; None where that does not end
    is_window_closed: bool = False
    templates: tuple[TemplateShown, ...] = ()
    is_public: bool = False  # everybody reads what is said here
    counts_bytes: bool = False
    answers_privately: bool = False
    private_until: datetime | None = None  # None where that does not end
    why_not_private: str = ""  # "" where it can be answered to the customer alone
    ways: tuple[WayShown, ...] = ()  # empty where there is but one
