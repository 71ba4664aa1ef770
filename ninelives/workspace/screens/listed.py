"""The list of the desk, and what is done to many of it."""

from dataclasses import dataclass
from datetime import datetime

from ninelives.conversations.reasons import Reason


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the views of the list. `count` stops at 1,000 (then "999+")."""

    key: str
    label: str
    url: str
    count: str
    unread: str  # of them, how many have news that the reader has not seen; "" where there are none
    is_current: bool
    shortcut: str


@dataclass(frozen=True, slots=True)
class DueShown:
    """Of a row, the open promise that is due first."""

    at: datetime
    is_late: bool
    is_nearly_late: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in the list."""

    id: str
    url: str
    customer: str
    customer_id: str
    initials: str
    hue: int  # 0-359, for the avatar; the same for the same customer
    subject: str
    preview: str
    why: Reason | None  # why a search found it: shown instead of the preview
    at: datetime
    cursor: str  # where it stands: rows are in the order of these, backwards where the newest come first
    snoozed_until: datetime | None
    channel: str  # "mail", "pretend": names an icon and a label
    brand: str  # "" where the reader works for one brand
    assignee: str  # "" = nobody
    assignee_initials: str
    tags: tuple[str, ...]
    is_mine: bool
    is_open: bool
    is_unread: bool  # the customer wrote and the reader has not seen it yet
    is_waiting: bool  # the customer wrote last
    is_answered: bool  # we did
    is_automatic: bool
    contacts: int  # that the question took, of an open case that took many; else 0
    is_selected: bool
    due: DueShown | None  # what was promised; None where nothing is open


@dataclass(frozen=True, slots=True)
class Note:
    """Something told above a list, perhaps with a link."""

    text: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ListPane:
    view: str
    title: str
    is_personal: bool  # the reader made this view
    q: str
    tabs: tuple[Tab, ...]
    more_tabs: tuple[Tab, ...]  # views beside the four that everybody works from
    rows: tuple[Row, ...]
    url: str  # of this list; a GET with HX-Request answers with the list region alone
    rows_url: str  # of rows of it, named in `?rows=`
    order: str  # newest or soonest
    more_url: str  # the rows after these
    is_whole: bool  # nothing comes after these
    notes: tuple[Note, ...]  # what is to be told of what a search found
    page: int  # so many rows at a time


@dataclass(frozen=True, slots=True)
class ListChanges:
    """What a list fetches at a signal: of the rows it asked for, those that belong in it."""

    rows: tuple[Row, ...]
    tabs: tuple[Tab, ...]
    more_tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """A moment to come back at, as people say it."""

    key: str  # POST until=
    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with many at once, as a message in a corner."""

    title: str
    lines: tuple[str, ...]
    undo_url: str  # DELETE; "" where there is nothing to undo


@dataclass(frozen=True, slots=True)
class BulkShown:
    """What can be done with rows that are chosen."""

    presets: tuple[Preset, ...]
    latest: Done | None  # what the reader did a moment ago and can still undo
