"""Whatever is merged, written and taken apart, in whatever order: every message stays where its address wrote it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninelives.conversations.models import Conversation, Message
from ninelives.customers.actions import AlreadyOneError, ItselfError, merge, unmerge
from ninelives.customers.models import Customer, CustomerMerge
from tests.cast import Cast, arrives, mail, make_cast

WRITERS = 5
_writer = st.integers(0, WRITERS - 1)
_step = st.one_of(
    st.tuples(st.just("writes"), _writer, st.booleans()),
    st.tuples(st.just("merges"), _writer, _writer),
    st.tuples(st.just("merges"), _writer, _writer),
    st.tuples(st.just("undoes"), st.integers(0, 30), st.none()),
)


class Story:
    """What the product does, beside what it should come to: a list of pointers, followed by hand."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.merges: list[tuple[CustomerMerge, int, int]] = []
        self.undone: set[int] = set()
        self.written: list[tuple[str, int]] = []
        self.last_id: dict[int, str] = {}
        for writer in range(WRITERS):
            self.writes(writer, goes_on=False)

    def writes(self, writer: int, goes_on: bool) -> None:
        number = f"{len(self.written)}@example.org"
        answers = {"In_Reply_To": f"<{self.last_id[writer]}>"} if goes_on else {}
        raw = mail(
            sender=f"Writer {writer} <{address(writer)}>", message_id=number, text=f"Message {number}", **answers
        )
        arrives(raw, self.cast.mailbox, sender=address(writer))
        self.written.append((number, writer))
        self.last_id[writer] = number

    def merges_two(self, one: int, other: int) -> None:
        roots = self.root(one), self.root(other)
        try:
            made = merge(customer(one), customer(other), actor=self.cast.alice)
        except (AlreadyOneError, ItselfError):
            assert roots[0] == roots[1]
        else:
            assert roots[0] != roots[1]
            self.merges.append((made, *roots))

    def undoes(self, number: int) -> None:
        if self.merges:
            chosen = number % len(self.merges)
            assert unmerge(self.merges[chosen][0], actor=self.cast.bob) == (chosen not in self.undone)
            self.undone.add(chosen)

    def root(self, writer: int) -> int:
        for number, (_, kept, merged) in enumerate(self.merges):
            if merged == writer and number not in self.undone:
                return self.root(kept)
        return writer

    def is_as_it_should_be(self) -> None:
        written = dict(Message.objects.values_list("external_id", "sender_address"))
        assert written == {number: address(writer) for number, writer in self.written}
        for message in Message.objects.select_related("customer", "conversation"):
            assert message.customer == message.conversation.customer == customer_of(message.sender_address)
        for writer in range(WRITERS):
            theirs = {number for number, who in self.written if self.root(who) == self.root(writer)}
            one = customer(writer)
            conversations = Conversation.objects.filter(customer__in=Customer.objects.one_with(one))
            assert one.record == customer(self.root(writer))
            assert set(conversations.values_list("messages__external_id", flat=True)) == theirs

    def comes_apart(self, order: list[int]) -> None:
        for number in order:
            self.undoes(number)
        for number in range(len(self.merges)):
            self.undoes(number)
        assert not CustomerMerge.objects.filter(undone_at=None).exists()
        assert all(customer(writer).is_record for writer in range(WRITERS))
        assert all(Customer.objects.one_with(customer(writer)).count() == 1 for writer in range(WRITERS))


def address(writer: int) -> str:
    return f"writer{writer}@example.org"


def customer(writer: int) -> Customer:
    return customer_of(address(writer))


def customer_of(value: str) -> Customer:
    return Customer.objects.get(addresses__value=value)


@contextmanager
def forgotten_after() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@given(steps=st.lists(_step, max_size=14), order=st.lists(st.integers(0, 30), max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_order_of_merges_messages_and_undoing_ends_where_it_should(
    steps: list[tuple[str, int, int]], order: list[int]
) -> None:
    with forgotten_after():
        story = Story(make_cast())
        for what, one, other in steps:
            match what:
                case "writes":
                    story.writes(one, bool(other))
                case "merges":
                    story.merges_two(one, other)
                case _:
                    story.undoes(one)
            story.is_as_it_should_be()
        story.comes_apart(order)
        story.is_as_it_should_be()


@pytest.mark.django_db(transaction=True)
def test_a_message_does_not_wait_for_a_merge_and_is_not_lost_by_it() -> None:
    story = Story(make_cast())

    def write() -> None:
        story.writes(1, goes_on=True)
        arrives(mail(sender="New <new@example.org>", message_id="new@example.org"), story.cast.mailbox)
        connection.close()

    writer = Thread(target=write)
    with transaction.atomic():
        story.merges_two(0, 1)
        writer.start()
        writer.join(20)
        assert not writer.is_alive(), "it waits for the merge, which has not been committed"
    assert Message.objects.get(external_id="new@example.org").customer.is_record
    Conversation.objects.filter(messages__external_id="new@example.org").delete()
    story.is_as_it_should_be()
