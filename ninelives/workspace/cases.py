"""Cases as the desk tells them: over a conversation, on its timeline, beside it, and on a page of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.channels.queries import icon
from ninelives.conversations import cased
from ninelives.conversations.cased import Contact
from ninelives.conversations.models import MANY_CONTACTS, Case, CaseClosure, Conversation, preview
from ninelives.customers.models import Customer
from ninelives.workspace import wording
from ninelives.workspace.lines import line
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place
from ninelives.workspace.screens.panes import CaseShown
from ninelives.workspace.screens.timeline import Bubble

MOST_BESIDE = 5


@dataclass(frozen=True, slots=True)
class ContactShown:
    """One time that the customer came; unfolded, what was said until they came again."""

    id: str
    number: int
    at: datetime
    channel: str
    account: str
    reference: str
    subject: str
    url: str  # the conversation at the desk
    preview: str
    handled_by: str
    messages_url: str


@dataclass(frozen=True, slots=True)
class InsideShown:
    """A conversation of the case."""

    id: str
    url: str
    reference: str
    subject: str
    customer: str  # where that is somebody else by now
    channel: str
    account: str
    state: str
    is_open: bool
    assignee: str
    leave_url: str  # DELETE takes it out, POST gives it a case of its own; "" for who may not


@dataclass(frozen=True, slots=True)
class CasePage:
    id: str
    url: str  # POST title
    reference: str
    title: str
    is_open: bool
    count: str
    warning: str
    customer: str
    customer_id: str
    customer_url: str
    brand: str
    opened: str
    at: datetime
    history: tuple[tuple[str, datetime], ...]
    contacts: tuple[ContactShown, ...]
    inside: tuple[InsideShown, ...]
    open_count: int  # of its conversations
    closure_url: str  # POST closes, DELETE reopens; "" for who may not
    back: str


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """The page on which a conversation is put in a case."""

    url: str  # POST case or title
    reference: str
    back: str
    current: CaseShown | None
    choices: tuple[CaseShown, ...]
    title: str


def lines(conversation: Conversation, person: Person | None, place: Place) -> list[Bubble]:
    """On the timeline. What never was in a case costs no question."""
    return [*_told(conversation, person, place)] if conversation.has_ties else []


def _told(conversation: Conversation, person: Person | None, place: Place) -> Iterator[Bubble]:
    may = person is not None and person.may(Permission.ANSWER)
    for one in cased.memberships_of(conversation):
        url, named = link("case", one.case_id), f"{one.case.reference} {one.case.title}"
        undo_url = ""
        if may and one.ended_at is None and one.conversation_id == conversation.pk:
            undo_url = link("case_membership", place.view, conversation.pk, one.pk)
        words = {"who": one.by_name, "again": one.ended_by_name, "case": one.case.reference}
        begun = _("%(who)s put this in a case") % words
        # A page of its own, not a conversation: it is left by an ordinary link.
        yield line(one.pk, one.at, begun, undo_url=undo_url, page_url=url, link_label=named)
        if one.ended_at:
            yield line(one.pk, one.ended_at, _("%(again)s took this out of case %(case)s") % words, "end")


def over(person: Person, conversation: Conversation, place: Place) -> CaseShown | None:
    """What stands over a conversation that is in a case."""
    if conversation.case is None:
        return None
    leave = link("case_of", place.view, conversation.pk) if person.may(Permission.ANSWER) else ""
    return shown(conversation.case, place.url(conversation.pk), leave)


def offers(person: Person, conversation: Conversation, place: Place) -> tuple[CaseShown, ...]:
    """The cases that one may belong to which is in none."""
    if not person.may(Permission.ANSWER):
        return ()
    return tuple(shown(one, place.url(conversation.pk)) for one in cased.offered(conversation))


def beside(person: Person, customer: Customer, back: str) -> tuple[CaseShown, ...]:
    """In the pane of a customer."""
    return tuple(shown(one, back) for one in cased.newest_of(person, customer, most=MOST_BESIDE))


def shown(case: Case, back: str, leave_url: str = "") -> CaseShown:
    query = urlencode({"next": back}) if back else ""
    return CaseShown(
        id=str(case.pk),
        url=link("case", case.pk) + (f"?{query}" if query else ""),
        reference=case.reference,
        title=case.title,
        is_open=case.is_open,
        contacts=case.contacts,
        count=counted(case),
        warning=warning(case),
        leave_url=leave_url,
    )


def counted(case: Case) -> str:
    return ngettext("%d contact", "%d contacts", case.contacts) % case.contacts


def warning(case: Case) -> str:
    """ "" while it took few, and once it is closed."""
    if not case.is_open or not case.took_many:
        return ""
    if case.contacts == MANY_CONTACTS:
        return _("Third contact about this: what would solve it for good?")
    return _("Contact %(number)d about this: what would solve it for good?") % {"number": case.contacts}


def finding(person: Person, conversation: Conversation, place: Place) -> CaseFinding:
    known = cased.joinable(person, conversation)
    return CaseFinding(
        url=link("case_of", place.view, conversation.pk),
        reference=conversation.reference,
        back=place.url(conversation.pk),
        current=over(person, conversation, place),
        choices=tuple(shown(one, "") for one in known),
        title=conversation.subject or conversation.preview[:80],
    )


def page_of(person: Person, case: Case, back: str) -> CasePage:
    customer, inside = case.customer.record, list(cased.conversations_of(case))
    may_answer = person.may(Permission.ANSWER)
    return CasePage(
        id=str(case.pk),
        url=link("case", case.pk),
        reference=case.reference,
        title=case.title,
        is_open=case.is_open,
        count=counted(case),
        warning=warning(case),
        customer=customer.name,
        customer_id=str(customer.pk),
        customer_url=link("customer", customer.pk),
        brand=person.brand_names[case.brand_id] if len(person.brand_names) > 1 else "",
        opened=_("Begun by %s") % case.by_name if case.by_name else "",
        at=case.at,
        history=tuple(_history(cased.closures_of(case))),
        contacts=tuple(_contact(number, one, case) for number, one in enumerate(cased.contacts_of(case), 1)),
        inside=tuple(_inside(one, case, may_answer) for one in inside),
        open_count=sum(one.is_open for one in inside),
        closure_url=link("case_closure", case.pk) if may_answer else "",
        back=back,
    )


def _history(closures: QuerySet[CaseClosure]) -> Iterator[tuple[str, datetime]]:
    for one in closures:
        yield _("Closed by %s") % one.by_name, one.at
        if one.reopened_at and one.reopened_by_name:
            yield _("Reopened by %s") % one.reopened_by_name, one.reopened_at
        elif one.reopened_at:
            yield _("Open again because the customer came back about it"), one.reopened_at


def _contact(number: int, one: Contact, case: Case) -> ContactShown:
    conversation = one.conversation
    return ContactShown(
        id=str(one.message.pk),
        number=number,
        at=one.message.occurred_at,
        channel=icon(one.message.account.kind),
        account=one.message.account.name,
        reference=conversation.reference,
        subject=conversation.subject,
        url=Place("all").url(conversation.pk),
        preview=preview(one.message.shown_text),
        handled_by=one.handled_by,
        messages_url=link("case_contact", case.pk, one.message.pk),
    )


def _inside(one: Conversation, case: Case, may_answer: bool) -> InsideShown:
    owner, customer = case.customer.record, one.customer.record
    return InsideShown(
        id=str(one.pk),
        url=Place("all").url(one.pk),
        reference=one.reference,
        subject=one.subject,
        customer=customer.name if customer != owner else "",
        channel=icon(one.account.kind),
        account=one.account.name,
        state=str(wording.STATES[one.status]),
        is_open=one.is_open,
        assignee=one.assignee.name if one.assignee else "",
        leave_url=link("case_conversation", case.pk, one.pk) if may_answer else "",
    )
