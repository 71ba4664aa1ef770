"""Whatever is merged, split, written and taken apart, in whatever order: every message is where a list of pointers,
followed by hand, says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninelives.conversations import actions, tokens
from ninelives.conversations.actions import AlreadyOneError, ItselfError, NothingLeftError
from ninelives.conversations.models import Conversation, ConversationMerge, ConversationSplit, Message
from tests.cast import DORA, Cast, arrives, mail, make_cast

pytestmark = pytest.mark.django_db

BEGUN = 4
_some = st.integers(0, 40)
_step = st.one_of(
    st.tuples(st.just("writes"), _some, st.booleans()),
    st.tuples(st.just("answers"), _some, st.none()),
    st.tuples(st.just("merges"), _some, _some),
    st.tuples(st.just("splits"), _some, st.booleans()),
    st.tuples(st.just("unmerges"), _some, st.none()),
    st.tuples(st.just("unsplits"), _some, st.none()),
)


@dataclass
class Pointer:
    """`merged` is read as `kept`."""

    row: ConversationMerge
    merged: int
    kept: int
    stands: bool = True


@dataclass
class Moved:
    """These messages stand in `made`."""

    row: ConversationSplit
    source: int
    made: int
    messages: frozenset[str]
    stands: bool = True


@dataclass
class Story:
    """What the product does, beside what it should come to."""

    cast: Cast
    threads: list[Conversation] = field(default_factory=list)
    # In the order of the timeline: a message, and the thread that it was said in.
    said: dict[str, int] = field(default_factory=dict)
    merges: list[Pointer] = field(default_factory=list)
    splits: list[Moved] = field(default_factory=list)

    def home(self, message: str) -> int:
        standing = [one.made for one in self.splits if one.stands and message in one.messages]
        return standing[-1] if standing else self.said[message]

    def root(self, thread: int) -> int:
        above = {one.merged: one.kept for one in self.merges if one.stands}
        while thread in above:
            thread = above[thread]
        return thread

    def shown(self, root: int) -> list[str]:
        return [message for message in self.said if self.root(self.home(message)) == root]

    # What people do, and what should come of it.

    def opens(self) -> None:
        number = f"{len(self.said)}@example.org"
        arrives(mail(f"About {number}", f"Message {number}", message_id=number), self.cast.mailbox)
        self.threads.append(message_of(number).conversation)
        self.said[number] = len(self.threads) - 1

    def writes(self, which: int, by_address: bool) -> None:
        """An answer to a message, or to our address with the number of a thread in it."""
        thread = which % len(self.threads)
        messages = [one for one in self.said if self.home(one) == thread]
        number = f"{len(self.said)}@example.org"
        told, head = {"text": f"Message {number}", "message_id": number}, b""
        if by_address or not messages:
            token = tokens.make(self.threads[thread].number)
            told["to"] = self.cast.mailbox.address.replace("@", f"+{token}@")
        else:
            # Of this length Python's own policy would make an encoded word.
            head = f"In-Reply-To: <{messages[-1]}>\n".encode()
        arrives(head + mail(**told), self.cast.mailbox, sender=DORA)
        self.said[number] = thread

    def answers(self, which: int, _: None) -> None:
        thread = self.root(which % len(self.threads))
        conversation = Conversation.objects.get(pk=self.threads[thread].pk)
        answer = actions.answer(conversation, actor=self.cast.alice, text="An answer", key="")
        self.said[answer.external_id] = thread

    def merges_two(self, which: int, other: int) -> None:
        one, two = which % len(self.threads), other % len(self.threads)
        roots = self.root(one), self.root(two)
        kept, merged = (Conversation.objects.get(pk=self.threads[each].pk) for each in (one, two))
        try:
            made = actions.merge(kept, merged, actor=self.cast.alice)
        except (AlreadyOneError, ItselfError):
            assert roots[0] == roots[1]
        else:
            assert roots[0] != roots[1]
            self.merges.append(Pointer(made, roots[1], roots[0]))

    def splits_off(self, which: int, and_after: bool) -> None:
        message = list(self.said)[which % len(self.said)]
        source = self.root(self.home(message))
        shown = self.shown(source)
        going = shown[shown.index(message) :] if and_after else [message]
        conversation = Conversation.objects.get(pk=self.threads[source].pk)
        try:
            made = actions.split(conversation, message_of(message), actor=self.cast.alice, and_after=and_after)
        except NothingLeftError:
            assert going == shown
        else:
            assert going != shown
            self.threads.append(made.made)
            self.splits.append(Moved(made, source, len(self.threads) - 1, frozenset(going)))

    def unmerges(self, which: int, _: None) -> None:
        if self.merges:
            pointer = self.merges[which % len(self.merges)]
            row = ConversationMerge.objects.get(pk=pointer.row.pk)
            assert actions.unmerge(row, actor=self.cast.bob) == pointer.stands
            pointer.stands = False

    def unsplits(self, which: int, _: None) -> None:
        if not self.splits:
            return
        moved = self.splits[which % len(self.splits)]
        row = ConversationSplit.objects.get(pk=moved.row.pk)
        assert actions.unsplit(row, actor=self.cast.bob) == moved.stands
        if not moved.stands:
            return
        moved.stands = False
        source, made = self.root(moved.source), moved.made
        alone = self.root(made) == made and not any(self.root(n) == made for n in range(len(self.threads)) if n != made)
        if alone and source != made:
            folded = ConversationMerge.objects.get(merged=self.threads[made], undone_at=None)
            self.merges.append(Pointer(folded, made, source))

    def holds(self) -> None:
        known = {one.pk: n for n, one in enumerate(self.threads)}
        for message in Message.objects.exclude(is_automatic=True).select_related("conversation"):
            assert known[message.conversation_id] == self.home(message.external_id)
        for n, thread in enumerate(self.threads):
            now = Conversation.objects.get(pk=thread.pk)
            assert known[now.record_id] == self.root(n)
            assert (now.status == "merged") == (self.root(n) != n) == now.is_merged
            if not now.is_merged:
                told = Message.objects.of(now).order_by("occurred_at", "pk").values_list("external_id", flat=True)
                assert list(told) == self.shown(n)
                last = Message.objects.of(now).order_by("occurred_at", "pk").last()
                assert now.last_at == (last.occurred_at if last else now.created_at)
                assert (now.heard_at is not None) == Message.objects.of(now).filter(direction="inbound").exists()


def message_of(external_id: str) -> Message:
    return Message.objects.select_related("conversation").get(external_id=external_id)


_DEEDS = {
    "writes": Story.writes,
    "answers": Story.answers,
    "merges": Story.merges_two,
    "splits": Story.splits_off,
    "unmerges": Story.unmerges,
    "unsplits": Story.unsplits,
}


@contextmanager
def nothing_stays() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_step, max_size=14))
def test_any_order_of_ties_messages_and_undoing_ends_where_it_should(
    transactional_db: None, steps: list[tuple[str, int, Any]]
) -> None:
    with nothing_stays():
        story = Story(make_cast())
        for _ in range(BEGUN):
            story.opens()
        for what, which, more in steps:
            _DEEDS[what](story, which, more)
            story.holds()
        for n, merge in enumerate(list(story.merges)):
            if merge.stands:
                story.unmerges(n, None)
        for n in reversed(range(len(story.splits))):
            story.unsplits(n, None)
        story.holds()
        # With every split undone, each message is where it was said.
        assert all(story.home(message) == thread for message, thread in story.said.items())
