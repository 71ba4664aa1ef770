"""The desk: a conversation, its customer, and the list beside them."""

from dataclasses import dataclass
from datetime import datetime

from ninelives.workspace.screens.composing import Composer
from ninelives.workspace.screens.listed import BulkShown, ListPane, Preset
from ninelives.workspace.screens.promised import PromiseMenu, PromiseShown
from ninelives.workspace.screens.timeline import Bubble, Earlier, TypingShown, Unread


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
class Desk:
    """The whole page. `thread` and `customer` are None while nothing is open, `bulk` for who may not."""

    list: ListPane
    thread: ThreadPane | None
    customer: CustomerPane | None
    bulk: BulkShown | None
