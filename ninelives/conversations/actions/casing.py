"""Putting conversations in cases and taking them out; closing and reopening cases. Each is a row that can be undone.

Conversations are locked before their case, as what is taken in does.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from ninelives.accounts.models import Actor, Person, Token, by
from ninelives.conversations import cased
from ninelives.conversations.actions.closing import close
from ninelives.conversations.actions.telling import tell_panes
from ninelives.conversations.actions.tying import locked, one_after_the_other, record_id_of
from ninelives.conversations.events import (
    CaseClosed,
    CaseContacted,
    CaseOpened,
    CaseReopened,
    ConversationJoinedCase,
    ConversationLeftCase,
)
from ninelives.conversations.models import Case, CaseClosure, CaseMembership, Conversation
from ninelives.customers.models import Customer
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now
from ninelives.foundation.crossing import again_if_crossed
from ninelives.foundation.text import storable

Status = Case.Status


class CaseOfAnotherError(Exception):
    """The case is about another customer's question, or of another brand."""


@again_if_crossed
@transaction.atomic
def open_case(conversation: Conversation, *, actor: Actor, title: str = "") -> CaseMembership:
    """Begin a case with this conversation. Where it was in another one, it is moved."""
    record = _locked(conversation)
    made = Case.objects.create(
        customer_id=record.customer_id, brand_id=record.brand_id, title=_title(title, record), **by(actor)
    )
    announce(CaseOpened(made.pk, str(actor.pk)))
    return _put(record, made, actor)


@again_if_crossed
@transaction.atomic
def join_case(conversation: Conversation, case: Case, *, actor: Actor) -> CaseMembership | None:
    """Put it in this case, out of the one that it was in. None when it was in it already. Raises CaseOfAnotherError.

    A closed case that gets an open conversation is open again.
    """
    record = _locked(conversation)
    theirs = Customer.objects.one_with(record.customer).filter(pk=case.customer_id)
    if record.brand_id != case.brand_id or not theirs.exists():
        raise CaseOfAnotherError
    if record.case_id == case.pk:
        return None
    if record.is_open:
        reopen_case(case, actor=actor)
    return _put(record, case, actor)


@again_if_crossed
@transaction.atomic
def leave_case(conversation: Conversation, *, actor: Actor) -> bool:
    """Take it out of its case. False when it was in none."""
    record = _locked(conversation)
    left = _end(record, actor)
    if left is None:
        return False
    Conversation.objects.filter(pk=record.pk).update(case=None)
    recount([left.case_id])
    return True


@again_if_crossed
@transaction.atomic
def undo_membership(membership: CaseMembership, *, actor: Actor) -> bool:
    """As if it had not been put there: where it was before, or in no case. False when that was done already."""
    (record,) = locked(membership.conversation_id)
    if not CaseMembership.objects.filter(pk=membership.pk, ended_at=None).exists():
        return False
    before = membership.instead_of.case if membership.instead_of else None
    if before:
        _put(record, before, actor, undoes=True)
    else:
        _end(record, actor)
        Conversation.objects.filter(pk=record.pk).update(case=None)
    recount([membership.case_id])
    return True


def rename_case(case: Case, *, title: str) -> bool:
    """False without a title."""
    title = _fitting(title)
    if title:
        Case.objects.filter(pk=case.pk).update(title=title)
        tell_panes(case)
    return bool(title)


@again_if_crossed
@transaction.atomic
def close_case(case: Case, *, actor: Actor, and_conversations: bool = False) -> bool:
    """Its conversations stay as they are, or are closed too. False when it was closed already."""
    if and_conversations:
        for conversation in cased.conversations_of(case).order_by("pk"):
            close(conversation, actor=actor)
    if not Case.objects.filter(pk=case.pk, status=Status.OPEN).update(status=Status.CLOSED):
        return False
    CaseClosure.objects.create(case=case, **by(actor))
    announce(CaseClosed(case.pk, str(actor.pk)))
    tell_panes(case)
    return True


@transaction.atomic
def reopen_case(case: Case, *, actor: Actor | None) -> bool:
    """False when it was open. Without an actor the customer did it, by coming back about it."""
    if not Case.objects.filter(pk=case.pk, status=Status.CLOSED).update(status=Status.OPEN):
        return False
    CaseClosure.objects.filter(case=case, reopened_at=None).update(
        reopened_at=now(),
        reopened_by=actor if isinstance(actor, Person) else None,
        reopened_by_token=actor if isinstance(actor, Token) else None,
    )
    announce(CaseReopened(case.pk, str(actor.pk) if actor else ""))
    tell_panes(case)
    return True


def come_back(conversation: Conversation) -> None:
    """The customer reopened this conversation, by writing: its case goes on."""
    if conversation.case:
        reopen_case(conversation.case, actor=None)
        recount([conversation.case_id])


def take_over(root: Conversation, merged: Conversation, actor: Actor) -> None:
    """What is read in the kept one stays in its case; of two, the kept one's counts."""
    if merged.case and not root.case_id:
        _put(root, merged.case, actor)
    recount([root.case_id, merged.case_id])


def recount(case_ids: Iterable[UUID | None]) -> None:
    """The number of contacts, after what is in these cases has changed."""
    for case_id in sorted({one for one in case_ids if one}):
        # Of two customers' messages at once, the second counts after the first.
        case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
        contacts = cased.count(case_id)
        if contacts > case.contacts:
            announce(CaseContacted(case_id, contacts))
        if contacts != case.contacts:
            Case.objects.filter(pk=case_id).update(contacts=contacts)
        tell_panes(case)


def _locked(conversation: Conversation) -> Conversation:
    """As which it is read; no merge comes between."""
    one_after_the_other(conversation.account_id)
    (record,) = locked(record_id_of(conversation.pk))
    return record


def _put(record: Conversation, case: Case, actor: Actor, *, undoes: bool = False) -> CaseMembership:
    """Of a record that is locked."""
    left = _end(record, actor)
    made = CaseMembership.objects.create(
        case=case, conversation=record, instead_of=None if undoes else left, **by(actor)
    )
    Conversation.objects.filter(pk=record.pk).update(case=case, has_ties=True)
    announce(ConversationJoinedCase(made.pk, case.pk, record.pk, str(actor.pk)))
    recount([case.pk, left.case_id if left else None])
    return made


def _end(record: Conversation, actor: Actor) -> CaseMembership | None:
    running = CaseMembership.objects.filter(conversation=record, ended_at=None).first()
    if running is None:
        return None
    CaseMembership.objects.filter(pk=running.pk).update(
        ended_at=now(),
        ended_by=actor if isinstance(actor, Person) else None,
        ended_by_token=actor if isinstance(actor, Token) else None,
    )
    announce(ConversationLeftCase(running.pk, running.case_id, record.pk, str(actor.pk)))
    return running


def _title(title: str, record: Conversation) -> str:
    return _fitting(title) or _fitting(record.subject) or _fitting(record.preview) or record.reference


def _fitting(title: str) -> str:
    return " ".join(storable(title).split())[:200]
