"""A question over conversations and channels: what is in its case, how many contacts it took, and what undoes it."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from ninelives.conversations import actions, cased, tokens
from ninelives.conversations.actions import casing
from ninelives.conversations.models import Case, CaseMembership, Conversation, Message
from ninelives.customers.actions import merge, recognise, unmerge
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from tests.cast import Cast, arrives, dora_writes, mail, make_cast, newest_message, writes
from tests.meanwhile import before_statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def first(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="The boiler is cold", message_id="1@example.org")


@pytest.fixture
def second(cast: Cast, first: Conversation) -> Conversation:
    return dora_writes(cast, subject="Still cold", message_id="2@example.org")


@pytest.fixture
def case(cast: Cast, first: Conversation) -> Case:
    return actions.open_case(first, actor=cast.alice).case


def as_is(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def contacts(case: Case) -> int:
    """As the row repeats it, which must be what there is."""
    case.refresh_from_db()
    assert case.contacts == cased.count(case.pk)
    return case.contacts


def inside(case: Case) -> list[Conversation]:
    return list(cased.conversations_of(case))


def answers_the_mail(cast: Cast, conversation: Conversation, **given: str) -> Message:
    """Dora writes on in the same conversation."""
    to = cast.mailbox.address.replace("@", f"+{tokens.make(conversation.number)}@")
    arrives(mail(subject="Re: it", to=to, **given), cast.mailbox)
    written = newest_message()
    assert written.conversation == conversation
    return written


def told(event: str) -> list[dict[str, object]]:
    return [fact.told for fact in Fact.objects.filter(name=event).order_by("id")]


# In and out


def test_it_begins_with_a_conversation_whose_customer_brand_and_subject_it_has(
    cast: Cast, first: Conversation, case: Case
) -> None:
    assert (case.customer, case.brand, case.title) == (first.customer, cast.brand, "The boiler is cold")
    assert inside(case) == [first]
    assert as_is(first).case == case
    assert contacts(case) == 1


def test_each_has_a_number_of_its_own(cast: Cast, second: Conversation, case: Case) -> None:
    other = actions.open_case(second, actor=cast.alice, title="  Another \n thing ").case
    case.refresh_from_db()
    other.refresh_from_db()
    assert other.number == case.number + 1
    assert other.title == "Another thing"


def test_a_conversation_without_subject_lends_its_first_words(cast: Cast) -> None:
    quiet = dora_writes(cast, subject="", text="My meter is upside down.", message_id="9@example.org")
    assert actions.open_case(quiet, actor=cast.alice).case.title == "My meter is upside down."


def test_a_second_conversation_is_put_in(cast: Cast, first: Conversation, second: Conversation, case: Case) -> None:
    membership = actions.join_case(second, case, actor=cast.bob)
    assert membership is not None
    assert membership.by_person == cast.bob
    assert inside(case) == [first, second]
    assert contacts(case) == 2
    assert actions.join_case(as_is(second), case, actor=cast.alice) is None


def test_a_conversation_is_in_one_case_at_a_time(
    cast: Cast, first: Conversation, second: Conversation, case: Case
) -> None:
    other = actions.open_case(second, actor=cast.alice).case
    actions.join_case(as_is(first), other, actor=cast.alice)
    assert (inside(case), inside(other)) == ([], [first, second])
    assert (contacts(case), contacts(other)) == (0, 2)


def test_what_is_taken_out_is_in_none(cast: Cast, first: Conversation, second: Conversation, case: Case) -> None:
    actions.join_case(second, case, actor=cast.alice)
    assert actions.leave_case(as_is(second), actor=cast.bob)
    assert not actions.leave_case(as_is(second), actor=cast.bob)
    assert inside(case) == [first]
    assert contacts(case) == 1
    ended = CaseMembership.objects.get(conversation=second)
    assert (ended.ended_by, ended.ended_at is not None) == (cast.bob, True)


def test_undoing_takes_it_out_once(cast: Cast, first: Conversation, case: Case) -> None:
    membership = CaseMembership.objects.get()
    assert actions.undo_membership(membership, actor=cast.bob)
    assert not actions.undo_membership(membership, actor=cast.bob)
    assert as_is(first).case is None
    assert contacts(case) == 0


def test_undoing_a_move_puts_it_back(cast: Cast, first: Conversation, second: Conversation, case: Case) -> None:
    moved = actions.open_case(first, actor=cast.alice, title="Something else")
    assert actions.undo_membership(moved, actor=cast.alice)
    assert inside(case) == [first]
    assert (contacts(case), contacts(moved.case)) == (1, 0)


def test_a_case_is_of_one_customer(cast: Cast, case: Case) -> None:
    arrives(mail(sender="erik@example.net", message_id="3@example.net"), cast.mailbox, sender="erik@example.net")
    eriks = newest_message().conversation
    with pytest.raises(actions.CaseOfAnotherError):
        actions.join_case(eriks, case, actor=cast.alice)
    assert as_is(eriks).case is None


def test_and_of_one_brand(cast: Cast, case: Case) -> None:
    cast.other_brand.base = cast.brand.base
    cast.other_brand.save()
    elsewhere = writes(cast.other_mailbox, "Is it the wind?", message_id="4@example.org")
    with pytest.raises(actions.CaseOfAnotherError):
        actions.join_case(elsewhere, case, actor=cast.admin)
    assert not Case.objects.visible_to(cast.charlie).exists()


# Contacts


def test_what_is_said_while_a_conversation_runs_is_no_contact(cast: Cast, first: Conversation, case: Case) -> None:
    actions.answer(first, actor=cast.alice, text="Which boiler?", key="1")
    answers_the_mail(cast, first, text="The red one.", message_id="5@example.org")
    assert contacts(case) == 1


def test_writing_after_it_was_closed_is_a_contact(cast: Cast, first: Conversation, case: Case) -> None:
    actions.answer(first, actor=cast.alice, text="Press the button.", key="1")
    actions.close(as_is(first), actor=cast.alice)
    again = answers_the_mail(cast, first, text="That did not help.", message_id="5@example.org")
    assert contacts(case) == 2
    assert [one.message for one in cased.contacts_of(case)][-1] == again
    assert told("CaseContacted")[-1] == {"case_id": str(case.pk), "contacts": 2}


def test_one_that_leaves_while_its_case_is_read_breaks_nothing(
    cast: Cast, case: Case, first: Conversation, second: Conversation
) -> None:
    place, is_met = 0, True
    while is_met:
        actions.join_case(second, case, actor=cast.alice)
        with before_statement(place, lambda: actions.leave_case(second, actor=cast.alice)) as met:
            shown = {one.conversation for one in cased.contacts_of(case)}
        assert {first} <= shown <= {first, second}
        place, is_met = place + 1, met.is_set()
    assert place > 3


def test_a_machine_makes_no_contact(cast: Cast, first: Conversation, case: Case) -> None:
    actions.answer(first, actor=cast.alice, text="Press the button.", key="1")
    actions.close(as_is(first), actor=cast.alice)
    answers_the_mail(cast, first, text="I am away.", message_id="5@example.org", auto_submitted="auto-replied")
    assert not as_is(first).is_open
    machine = dora_writes(cast, message_id="6@example.org", auto_submitted="auto-replied")
    actions.join_case(machine, case, actor=cast.alice)
    assert contacts(case) == 1


def test_the_first_words_after_a_machines_are_one(cast: Cast) -> None:
    machine = dora_writes(cast, message_id="6@example.org", auto_submitted="auto-replied")
    case = actions.open_case(machine, actor=cast.alice).case
    assert contacts(case) == 0
    answers_the_mail(cast, machine, text="Now it is me.", message_id="7@example.org")
    assert contacts(case) == 1


def test_an_agent_who_reopens_makes_no_contact(cast: Cast, first: Conversation, case: Case) -> None:
    actions.close(first, actor=cast.alice)
    actions.reopen(as_is(first), actor=cast.alice)
    answers_the_mail(cast, first, text="By the way.", message_id="5@example.org")
    assert contacts(case) == 1


def test_imported_letters_count_and_imported_machines_do_not(cast: Cast, case: Case) -> None:
    for n, more in enumerate(({}, {"auto_submitted": "auto-generated"})):
        arrives(mail(subject=f"Old {n}", message_id=f"old{n}@example.org", **more), cast.mailbox, is_import=True)
        actions.join_case(newest_message().conversation, case, actor=cast.alice)
    assert contacts(case) == 2


def test_what_we_began_is_no_contact(cast: Cast, first: Conversation, case: Case) -> None:
    ours = Conversation.objects.create(customer=first.customer, account=cast.mailbox, brand=cast.brand)
    actions.answer(ours, actor=cast.alice, text="We call you tomorrow.", key="1")
    answers_the_mail(cast, ours, text="Fine.", message_id="7@example.org")
    actions.join_case(ours, case, actor=cast.alice)
    assert contacts(case) == 1


def test_they_stand_in_order_with_who_handled_them(
    cast: Cast, first: Conversation, second: Conversation, case: Case
) -> None:
    actions.join_case(second, case, actor=cast.alice)
    actions.answer(as_is(first), actor=cast.alice, text="Press the button.", key="1")
    actions.close(as_is(first), actor=cast.alice)
    answers_the_mail(cast, first, text="It is cold again.", message_id="5@example.org")
    actions.claim(as_is(first), person=cast.bob)
    shown = [(one.conversation, one.handled_by) for one in cased.contacts_of(case)]
    assert shown == [(first, "Alice"), (second, ""), (first, "Bob")]
    assert case.took_many is False
    case.refresh_from_db()
    assert case.took_many


# Closing


def test_closing_leaves_the_conversations_as_they_are(cast: Cast, first: Conversation, case: Case) -> None:
    assert actions.close_case(case, actor=cast.alice)
    assert not actions.close_case(case, actor=cast.bob)
    case.refresh_from_db()
    assert (case.is_open, as_is(first).is_open) == (False, True)
    assert case.closures.get().by_person == cast.alice


def test_unless_somebody_asks(cast: Cast, first: Conversation, second: Conversation, case: Case) -> None:
    actions.join_case(second, case, actor=cast.alice)
    actions.close_case(case, actor=cast.alice, and_conversations=True)
    assert not any(as_is(one).is_open for one in (first, second))


def test_it_is_reopened_by_a_person(cast: Cast, case: Case) -> None:
    actions.close_case(case, actor=cast.alice)
    assert actions.reopen_case(case, actor=cast.bob)
    assert not actions.reopen_case(case, actor=cast.bob)
    assert case.closures.get().reopened_by == cast.bob


def test_or_by_the_customer_who_comes_back(cast: Cast, first: Conversation, case: Case) -> None:
    actions.answer(first, actor=cast.alice, text="Press the button.", key="1")
    actions.close_case(case, actor=cast.alice, and_conversations=True)
    answers_the_mail(cast, first, text="It is cold again.", message_id="5@example.org")
    assert contacts(case) == 2
    assert case.is_open
    assert case.closures.get().reopened_by_name == ""
    assert told("CaseReopened") == [{"case_id": str(case.pk), "by": ""}]


def test_a_closed_case_that_gets_an_open_conversation_is_open(
    cast: Cast, first: Conversation, second: Conversation, case: Case
) -> None:
    actions.close_case(case, actor=cast.alice)
    actions.close(second, actor=cast.alice)
    actions.join_case(second, case, actor=cast.alice)
    case.refresh_from_db()
    assert not case.is_open
    actions.leave_case(as_is(first), actor=cast.alice)
    actions.join_case(as_is(first), case, actor=cast.alice)
    case.refresh_from_db()
    assert case.is_open


# What it may belong to


def test_a_new_conversation_is_offered_the_open_cases_of_its_customer(
    cast: Cast, second: Conversation, case: Case
) -> None:
    assert cased.offered(second) == [case]
    actions.join_case(second, case, actor=cast.alice)
    assert cased.offered(as_is(second)) == []


def test_one_that_was_closed_lately_too(cast: Cast, second: Conversation, case: Case) -> None:
    actions.close_case(case, actor=cast.alice)
    assert cased.offered(second) == [case]
    case.closures.update(at=now() - cased.OFFERED_FOR)
    assert cased.offered(second) == []


def test_nothing_is_offered_of_another_brand(cast: Cast, case: Case) -> None:
    cast.other_brand.base = cast.brand.base
    cast.other_brand.save()
    assert cased.offered(writes(cast.other_mailbox, "Is it the wind?", message_id="4@example.org")) == []


# Customers and conversations that are one


def test_a_case_is_of_all_that_its_customer_is_one_with(cast: Cast, case: Case) -> None:
    arrives(mail(sender="d@example.net", message_id="8@example.net"), cast.mailbox, sender="d@example.net")
    other = newest_message().conversation
    joined = merge(other.customer, case.customer, actor=cast.alice)
    other = as_is(other)
    assert cased.offered(other) == [case]
    assert list(cased.of_customer(cast.alice, other.customer)) == [case]
    actions.join_case(other, case, actor=cast.alice)
    unmerge(joined, actor=cast.alice)
    assert contacts(case) == 2
    assert list(cased.of_customer(cast.alice, recognised(cast, "d@example.net"))) == []


def recognised(cast: Cast, address: str):
    return recognise(Address("mail", address), base_id=cast.brand.base_id, proof=Proof.USUAL, at=now())


def test_what_is_merged_into_one_of_the_case_is_in_it(
    cast: Cast, first: Conversation, second: Conversation, case: Case
) -> None:
    merged = actions.merge(first, second, actor=cast.alice)
    assert inside(case) == [first]
    assert contacts(case) == 2
    actions.unmerge(merged, actor=cast.alice)
    assert contacts(case) == 1
    assert as_is(second).case is None


def test_the_kept_one_takes_over_the_case(cast: Cast, first: Conversation, second: Conversation, case: Case) -> None:
    merged = actions.merge(second, first, actor=cast.alice)
    assert inside(case) == [second]
    assert contacts(case) == 2
    actions.unmerge(merged, actor=cast.alice)
    assert inside(case) == [first, second]
    assert contacts(case) == 2


def test_of_two_cases_the_kept_ones_counts_and_the_other_comes_back(
    cast: Cast, first: Conversation, second: Conversation, case: Case
) -> None:
    other = actions.open_case(second, actor=cast.alice).case
    merged = actions.merge(first, second, actor=cast.alice)
    assert (contacts(case), contacts(other)) == (2, 0)
    actions.unmerge(merged, actor=cast.alice)
    assert (contacts(case), contacts(other)) == (1, 1)
    assert inside(other) == [second]


def test_what_is_done_to_a_merged_one_is_done_to_what_it_is_read_as(
    cast: Cast, first: Conversation, second: Conversation, case: Case
) -> None:
    actions.merge(first, second, actor=cast.alice)
    assert actions.join_case(as_is(second), case, actor=cast.alice) is None
    assert actions.leave_case(as_is(second), actor=cast.alice)
    assert as_is(first).case is None


def test_what_is_split_off_is_in_no_case(cast: Cast, first: Conversation, case: Case) -> None:
    answers_the_mail(cast, first, text="And my bill is wrong.", message_id="5@example.org")
    split = actions.split(first, newest_message(), actor=cast.alice)
    assert split.made.case is None
    assert contacts(case) == 1
    assert contacts(actions.open_case(split.made, actor=cast.alice).case) == 1
    actions.unsplit(split, actor=cast.alice)
    assert contacts(case) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_come_back_at_once_are_both_counted(
    cast: Cast, first: Conversation, second: Conversation, case: Case
) -> None:
    actions.join_case(second, case, actor=cast.alice)
    for one in (first, second):
        actions.close(as_is(one), actor=cast.alice)
    both_wrote = Barrier(2)

    def comes_back(conversation: Conversation) -> None:
        try:
            with transaction.atomic():
                said = conversation.messages.create(account=conversation.account, direction="inbound", text="Cold.")
                actions.reopen(conversation, actor=None, message=said)
                both_wrote.wait()
                casing.come_back(conversation)
        finally:
            connection.close()

    threads = [Thread(target=comes_back, args=(as_is(one),)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contacts(case) == 4
