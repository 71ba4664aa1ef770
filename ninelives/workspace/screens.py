"""What each screen shows, as typed values: a view fills these in, a template only lays them out."""

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


@dataclass(frozen=True, slots=True)
class Unread:
    """How far the reader has read, to be moved on once it was on the screen for a moment."""

    url: str  # PUT up_to: read; DELETE: back among the unread
    up_to: str  # the newest of what is shown; "" when nothing ever came in
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Preset:
    """A moment to come back at, as people say it."""

    key: str  # POST until=
    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TagShown:
    """A tag that is on the conversation."""

    name: str
    about: str  # who put it on, and when
    url: str  # DELETE takes it off; "" for who may not


@dataclass(frozen=True, slots=True)
class LinkShown:
    """Another conversation that has to do with the open one."""

    url: str
    reference: str
    subject: str
    customer: str
    channel: str
    state: str
    is_open: bool
    end_url: str  # DELETE; "" for who may not


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case, in short."""

    id: str
    url: str
    reference: str
    title: str
    is_open: bool
    contacts: int
    count: str
    warning: str  # at the third contact; "" before
    leave_url: str  # DELETE takes the conversation out; "" for who may not, and where none is meant


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """A promise, in short. The addresses of its deeds are "" for who may not, and where there is nothing to do."""

    id: str
    reference: str
    icon: str
    what: str
    about: str
    due_from: datetime | None
    due_by: datetime
    settled_at: datetime | None
    state: str  # open, late, kept or withdrawn
    state_label: str
    is_open: bool
    is_late: bool  # of any: a due passed before it was kept
    is_nearly_late: bool
    is_callback: bool
    number: str  # to dial; "" where it is kept otherwise
    attempts: int
    owner: str  # "" = the team
    is_mine: bool
    customer: str
    customer_url: str
    url: str  # its conversation; "" where it has none
    conversation: str  # its reference
    attempts_url: str = ""  # POST outcome
    keeping_url: str = ""  # POST
    withdrawal_url: str = ""  # POST because, reason
    owner_url: str = ""  # POST makes it the reader's, DELETE the team's
    window_url: str = ""  # POST at: another window, to which the customer agreed
    reopening_url: str = ""  # DELETE: neither kept nor withdrawn after all


@dataclass(frozen=True, slots=True)
class SlotShown:
    """A window that can be chosen."""

    value: str
    label: str
    clock: str


@dataclass(frozen=True, slots=True)
class PromiseMenu:
    """What can be promised in a conversation."""

    url: str  # POST kind, until, what, number, owner, told
    answers: tuple[SlotShown, ...]
    calls: tuple[SlotShown, ...]
    number: str  # the customer's, where one is known


@dataclass(frozen=True, slots=True)
class Whose:
    """Nobody knows yet who wrote this letter."""

    known_url: str  # GET: choose one of the customers
    new_url: str  # GET: say who this is


@dataclass(frozen=True, slots=True)
class Consult:
    """Who was asked in. `url`: DELETE when they are needed no more."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class ThreadHead:
    """What stands over a conversation: whose it is, whether it is closed, and what can be done with it."""

    id: str
    customer_id: str
    reference: str
    subject: str
    customer: str
    channel: str
    account: str
    brand: str
    is_open: bool
    assignee: str
    is_mine: bool
    url: str
    head_url: str  # GET: this alone
    assignment_url: str  # POST claims, DELETE lets go; "" for who may not
    closure_url: str  # POST closes, DELETE reopens; "" for who may not
    snoozed_until: datetime | None
    snooze_url: str  # POST until: snoozes, DELETE wakes; "" for who may not
    presets: tuple[Preset, ...]
    tags: tuple[TagShown, ...]
    tags_url: str  # GET: which there are; POST name: puts one on; "" for who may not
    next_url: str  # the next conversation of the list, to go on to after closing; "" if none
    links: tuple[LinkShown, ...]
    merge_url: str  # GET: merge with another one; "" for who may not
    link_url: str  # GET: link with another one; "" for who may not
    case: CaseShown | None
    case_offers: tuple[CaseShown, ...]  # that it may belong to; each is POSTed to case_url
    case_url: str  # GET: which cases there are; POST case or title: puts it in; "" for who may not
    hand_over_url: str  # GET: to whom; "" for who may not, or where there is no queue
    consult: Consult | None  # who was asked in
    whose: Whose | None  # of a letter of which nobody knows yet who wrote it, for who may say so
    promises: tuple[PromiseShown, ...]  # open ones
    promising: PromiseMenu | None  # None for who may not


@dataclass(frozen=True, slots=True)
class TypingShown:
    """Whether the customer types at this moment; `url` is "" where nobody can tell."""

    url: str  # GET: this region alone
    name: str  # "" while nobody types
    until: str  # another each time it is said again, so that the screen believes it anew


@dataclass(frozen=True, slots=True)
class ThreadPane(ThreadHead):
    earlier: tuple[Earlier, ...]
    bubbles: tuple[Bubble, ...]
    unread: Unread
    messages_url: str  # GET: the timeline region alone
    typing: TypingShown
    related_url: str  # a conversation this may belong to, "" if none
    related_label: str
    came_from: str  # the reference of a merged one by whose address the reader came here
    composer: Composer


@dataclass(frozen=True, slots=True)
class AddressShown:
    kind: str
    value: str
    proof: str
    proof_label: str
    is_preferred: bool


@dataclass(frozen=True, slots=True)
class DetailShown:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class CustomerPane:
    id: str
    url: str
    name: str
    initials: str
    hue: int
    kind: str  # person, organisation
    language: str
    since: datetime
    addresses: tuple[AddressShown, ...]
    details: tuple[DetailShown, ...]
    conversations: tuple[Earlier, ...]  # newest first, at most ten
    conversation_count: str
    cases: tuple[CaseShown, ...]  # open ones first, at most five
    promises: tuple[PromiseShown, ...]  # open ones, the first due first, at most five
    pane_url: str  # GET: this alone
    around_url: str  # GET: relations and likely doubles, which take longer to find
    join_url: str  # GET: join with another customer; "" for who may not


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


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole page. `thread` and `customer` are None while nothing is open, `bulk` for who may not."""

    list: ListPane
    thread: ThreadPane | None
    customer: CustomerPane | None
    bulk: BulkShown | None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    id: str
    url: str
    account: str
    channel: str
    at: datetime
    state: str  # stored, processed, duplicate, quarantined
    state_label: str
    sender: str
    size: int
    reason: str
    is_import: bool


@dataclass(frozen=True, slots=True)
class LedgerTab:
    key: str  # "", stored, processed, duplicate, quarantined
    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class LedgerPage:
    tabs: tuple[LedgerTab, ...]
    rows: tuple[LedgerRow, ...]
    url: str
    next_url: str
    state: str


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    row: LedgerRow
    recipients: tuple[str, ...]
    detail: str
    attempts: int
    processed_at: datetime | None
    duplicate_of_url: str
    message_url: str  # the conversation it became
    raw_head: str  # the first 64 kB, as text
    raw_is_cut: bool
    raw_url: str  # the whole, as a download
    replay_url: str  # POST; "" when the reader may not
