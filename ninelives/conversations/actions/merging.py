"""Two conversations that are about one thing, and back again. A merge is a pointer: it moves nothing, so it can be
undone.

Merges join roots only, and within an account one comes after the other. So the pointers are a forest at any moment: a
merge ties one tree under the root of another, undoing one cuts a tree in two, in any order.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least

from ninelives.accounts.models import Actor, by
from ninelives.channels.queries import abilities
from ninelives.conversations.actions import casing, drafting
from ninelives.conversations.actions.assigning import tell_assigned
from ninelives.conversations.actions.closing import reopen
from ninelives.conversations.actions.snoozing import woken
from ninelives.conversations.actions.tagging import tag
from ninelives.conversations.actions.telling import tell_lists
from ninelives.conversations.actions.tying import (
    locked,
    one_after_the_other,
    read_as_far,
    record_id_of,
    refresh,
    set_marks,
    undone,
)
from ninelives.conversations.events import ConversationsMerged, ConversationsUnmerged
from ninelives.conversations.models import (
    Assignment,
    Closure,
    Conversation,
    ConversationMerge,
    Message,
    Participant,
    ReadMark,
    Snooze,
    Tagging,
)
from ninelives.foundation.announcing import announce
from ninelives.foundation.crossing import again_if_crossed

Status = Conversation.Status


class ItselfError(Exception):
    """A conversation cannot be merged with itself, or linked to itself."""


class AlreadyOneError(Exception):
    """They are read as one already."""


class OtherAccountError(Exception):
    """They came in at different addresses of ours: an answer could leave by one of them only."""


class OtherCustomerError(Exception):
    """They are of two customers, who are to be joined first."""


class OtherVisitorError(Exception):
    """What one of them may read back in the chat is not for the other."""


@again_if_crossed
@transaction.atomic
def merge(kept: Conversation, other: Conversation, *, actor: Actor) -> ConversationMerge:
    """Read `other` as `kept`; what either was merged with before goes along.

    Raises ItselfError, AlreadyOneError, OtherAccountError, OtherCustomerError, OtherVisitorError.
    """
    if kept.pk == other.pk:
        raise ItselfError
    if kept.account_id != other.account_id:
        raise OtherAccountError
    one_after_the_other(kept.account_id)
    root_id, merged_id = record_id_of(kept.pk), record_id_of(other.pk)
    if root_id == merged_id:
        raise AlreadyOneError
    merged, root = locked(merged_id, root_id)
    _check(root, merged)
    return tie(root, merged, actor)


def tie(root: Conversation, merged: Conversation, actor: Actor) -> ConversationMerge:
    """Of two records that are locked."""
    made = ConversationMerge.objects.create(kept=root, merged=merged, **by(actor))
    _take_over(root, merged, actor)
    Conversation.objects.filter(pk=merged.pk).update(status=Status.MERGED, root=root, snoozed_until=None, has_ties=True)
    Conversation.objects.filter(root=merged.pk).update(root=root)
    Conversation.objects.filter(pk=root.pk).update(root=root, has_ties=True)
    woken(merged, actor, Snooze.Why.MERGED)
    casing.take_over(root, merged, actor)
    announce(ConversationsMerged(made.pk, root.pk, merged.pk, str(actor.pk)))
    for one in (root, merged):
        tell_lists(one)
    return made


@again_if_crossed
@transaction.atomic
def unmerge(merge: ConversationMerge, *, actor: Actor) -> bool:
    """Make `merged` a conversation of its own again, with what was merged into it. False when it was so already."""
    one_after_the_other(merge.merged.account_id)
    if not undone(ConversationMerge, merge.pk, actor):
        return False
    before = record_id_of(merge.merged_id)
    (root,) = locked(before)
    merged = Conversation.objects.select_related("account").get(pk=merge.merged_id)
    _stand_alone(merged, merge.at)
    read_as_far(before, merged.pk)
    for one in (root, merged):
        refresh(one.pk)
        tell_lists(one)
    casing.recount([root.case_id, merged.case_id])
    announce(ConversationsUnmerged(merge.pk, merge.kept_id, merge.merged_id, str(actor.pk)))
    return True


def _check(root: Conversation, merged: Conversation) -> None:
    if (root.customer.root_id or root.customer_id) != (merged.customer.root_id or merged.customer_id):
        raise OtherCustomerError
    kind = root.account.kind
    if abilities(kind).live and _visitors(root, kind) != _visitors(merged, kind):
        raise OtherVisitorError


def _visitors(record: Conversation, kind: str) -> set[str]:
    together = Conversation.objects.one_with(record)
    return set(Participant.objects.filter(conversation__in=together, kind=kind).values_list("value", flat=True))


def _take_over(root: Conversation, merged: Conversation, actor: Actor) -> None:
    """What is to be done in either is now to be done in the kept one."""
    _mark_unread_what_was(root, merged)
    drafting.take_over(root, merged)
    later = merged.last_at > root.last_at
    Conversation.objects.filter(pk=root.pk).update(
        last_at=Greatest("last_at", merged.last_at),
        preview=merged.preview if later else F("preview"),
        # Either passes over what is empty.
        waiting_since=Least("waiting_since", merged.waiting_since) if merged.waiting_since else F("waiting_since"),
        heard_at=Greatest("heard_at", merged.heard_at) if merged.heard_at else F("heard_at"),
        is_automatic=root.is_automatic and merged.is_automatic,
    )
    for tagging in Tagging.objects.filter(conversation=merged, ended_at=None).select_related("tag").order_by("at"):
        tag(root, tagging.tag, actor=actor)
    if merged.is_open:
        reopen(root, actor=actor)
    if merged.assignee and not root.assignee:
        Conversation.objects.filter(pk=root.pk).update(assignee=merged.assignee)
        Assignment.objects.create(conversation=root, person=merged.assignee, **by(actor))
        tell_assigned(root, merged.assignee, actor)


def _mark_unread_what_was(root: Conversation, merged: Conversation) -> None:
    """Read is the kept one to whoever had read both."""
    heard_at = max(filter(None, (root.heard_at, merged.heard_at)), default=None)
    if heard_at is None:
        return
    marks = {
        one.pk: {mark.person_id: mark for mark in ReadMark.objects.filter(conversation=one)} for one in (root, merged)
    }
    people = {person for of_one in marks.values() for person in of_one}
    unread = {
        person for person in people for one in (root, merged) if _is_unread(one, marks[one.pk].get(person))
    }  # fmt: skip
    set_marks(
        ReadMark(person_id=person, conversation=root, up_to=None if person in unread else heard_at) for person in people
    )


def _is_unread(conversation: Conversation, mark: ReadMark | None) -> bool:
    conversation.mark_id, conversation.read_up_to = (mark.pk, mark.up_to) if mark else (None, None)
    return conversation.is_unread


def _stand_alone(merged: Conversation, since: datetime) -> None:
    """Open or closed as it was; and open where the customer has written in it since."""
    closed = Closure.objects.filter(conversation=merged, reopened_at=None).exists()
    status = Status.CLOSED if closed else Status.OPEN
    Conversation.objects.filter(pk=merged.pk).update(status=status, root=merged)
    Conversation.objects.filter(pk__in=_below(merged.pk)).update(root=merged)
    merged.status, merged.root = status, merged
    news = Message.objects.of(merged).filter(direction="inbound", machine="", is_import=False, received_at__gt=since)
    if closed and news.exists():
        reopen(merged, actor=None)


def _below(root: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [root])
        return [found for (found,) in cursor.fetchall()]


_BELOW = """
    WITH RECURSIVE below (id) AS (
        SELECT %s::uuid
        UNION
        SELECT m.merged_id FROM conversations_conversationmerge m JOIN below b ON m.kept_id = b.id
        WHERE m.undone_at IS NULL
    )
    SELECT id FROM below
"""
