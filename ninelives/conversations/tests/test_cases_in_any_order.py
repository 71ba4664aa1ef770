"""Whatever is put in, taken out, closed, merged and split, in whatever order: what a case repeats is what there is."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninelives.conversations import actions, cased, tokens
from ninelives.conversations.models import (
    Case,
    CaseMembership,
    Closure,
    Conversation,
    ConversationMerge,
    ConversationSplit,
    Message,
)
from ninelives.conversations.tests.test_ties import nothing_stays
from tests.cast import Cast, arrives, mail, make_cast

pytestmark = pytest.mark.django_db

BEGUN = 3
_some = st.integers(0, 30)


@dataclass
class Desk:
    cast: Cast
    written: int = 0

    def writes(self, which: int, _: int) -> None:
        thread = self.thread(which)
        to = self.cast.mailbox.address.replace("@", f"+{tokens.make(thread.number)}@")
        self.written += 1
        arrives(mail(f"About {self.written}", to=to, message_id=f"{self.written}@example.org"), self.cast.mailbox)

    def closes(self, which: int, _: int) -> None:
        actions.close(self.thread(which).record, actor=self.cast.alice)

    def begins(self, which: int, _: int) -> None:
        actions.open_case(self.thread(which), actor=self.cast.alice)

    def joins(self, which: int, other: int) -> None:
        for case in any_of(Case.objects.order_by("pk"), other):
            actions.join_case(self.thread(which), case, actor=self.cast.alice)

    def leaves(self, which: int, _: int) -> None:
        actions.leave_case(self.thread(which), actor=self.cast.alice)

    def undoes(self, which: int, _: int) -> None:
        for one in any_of(CaseMembership.objects.order_by("pk"), which):
            actions.undo_membership(one, actor=self.cast.alice)

    def closes_case(self, which: int, other: int) -> None:
        for case in any_of(Case.objects.order_by("pk"), which):
            actions.close_case(case, actor=self.cast.alice, and_conversations=bool(other % 2))

    def merges(self, which: int, other: int) -> None:
        with suppress(actions.AlreadyOneError, actions.ItselfError):
            actions.merge(self.thread(which), self.thread(other), actor=self.cast.alice)

    def unmerges(self, which: int, _: int) -> None:
        for one in any_of(ConversationMerge.objects.order_by("pk"), which):
            actions.unmerge(one, actor=self.cast.alice)

    def splits(self, which: int, _: int) -> None:
        for message in any_of(Message.objects.order_by("pk").select_related("conversation"), which):
            with suppress(actions.NothingLeftError):
                actions.split(message.conversation.record, message, actor=self.cast.alice)

    def unsplits(self, which: int, _: int) -> None:
        for one in any_of(ConversationSplit.objects.order_by("pk"), which):
            actions.unsplit(one, actor=self.cast.alice)

    def thread(self, which: int) -> Conversation:
        return any_of(Conversation.objects.order_by("pk").select_related("root", "account", "customer"), which)[0]


DEEDS = ("writes", "closes", "begins", "joins", "leaves", "undoes", "closes_case", "merges", "unmerges", "splits")
DEEDS += ("unsplits",)
_steps = st.lists(st.tuples(st.sampled_from(DEEDS), _some, _some), max_size=16)


def any_of(rows: Any, which: int) -> list[Any]:
    """One of them, or none where there is none."""
    count = rows.count()
    return [rows[which % count]] if count else []


def contacts(case: Case) -> set[Any]:
    """Counted by hand."""
    found = set()
    reopeners = set(Closure.objects.values_list("reopened_by_message", flat=True))
    for record in Conversation.objects.filter(case=case).exclude(status="merged"):
        said = list(Message.objects.of(record).order_by("occurred_at", "pk").select_related("conversation"))
        began = {one.pk for one in said if one.occurred_at == one.conversation.created_at}
        found |= {one.pk for one in said if one.pk in reopeners | began} | {one.pk for one in said[:1]}
    return found


def holds() -> None:
    for case in Case.objects.all():
        assert case.contacts == len(contacts(case)) == len(cased.contacts_of(case))
        assert case.is_open == (not case.closures.filter(reopened_at=None).exists())
    running = dict(CaseMembership.objects.filter(ended_at=None).values_list("conversation", "case"))
    assert dict(Conversation.objects.exclude(case=None).values_list("pk", "case")) == running


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
def test_what_a_case_repeats_is_what_there_is(transactional_db: None, steps: list[tuple[str, int, int]]) -> None:
    with nothing_stays():
        desk = Desk(make_cast())
        for n in range(BEGUN):
            arrives(mail(f"Begun {n}", message_id=f"begun{n}@example.org"), desk.cast.mailbox)
        for deed, which, other in steps:
            getattr(desk, deed)(which, other)
            holds()
