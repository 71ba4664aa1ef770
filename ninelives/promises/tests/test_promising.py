"""What is promised is kept, withdrawn for a reason, or late; and never forgotten."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ninelives.conversations.models import Conversation
from ninelives.customers.actions import add_address
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from ninelives.promises import actions, queries
from ninelives.promises.models import Keeping, Move, Promise, Withdrawal, warning
from ninelives.promises.tests.conftest import HOUR, NUMBER, passes
from tests.cast import Cast

Make = Callable[..., Promise]
MINUTE = timedelta(minutes=1)


def told(name: str) -> list[dict[str, object]]:
    return [fact.told for fact in Fact.objects.filter(name=name).order_by("id")]


def test_it_is_of_whom_and_where_the_conversation_is(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made = promises()
    assert (made.customer, made.brand, made.channel, made.owner) == (conversation.customer, cast.brand, "mail", None)
    assert (made.state, made.by_name, made.source, made.is_told) == ("open", "Alice", "agent", True)
    assert made.reference == f"P-{Promise.objects.get().number}"
    assert told("PromiseMade") == [{"promise_id": str(made.pk), "by": str(cast.alice.pk)}]


def test_what_cannot_be_promised(cast: Cast, conversation: Conversation, promises: Make) -> None:
    for given, code in (
        ({"due_by": now() - HOUR}, "no_such_moment"),
        ({"due_from": now() + 3 * HOUR}, "after_due_by"),
        ({"owner": cast.charlie}, "not_of_the_team"),
        ({"kind": "other", "what": "  "}, "empty"),
        ({"channel": "pigeon"}, "unknown"),
        ({"kind": "callback"}, "needed_for_a_callback"),
        ({"kind": "callback", "address": "the usual one"}, "no_telephone_number"),
    ):
        with pytest.raises(actions.UnfitError) as reason:
            promises(**given)
        assert reason.value.code == code
    wanted = actions.Wanted(kind="answer", due_by=now() + HOUR)
    with pytest.raises(actions.UnfitError, match="needed_for_an_answer"):
        actions.make(wanted, customer=conversation.customer, brand=cast.brand, actor=cast.alice)
    assert not Promise.objects.exists()


def test_a_call_back_goes_to_the_number_that_is_known(conversation: Conversation, promises: Make) -> None:
    add_address(conversation.customer, Address("phone", NUMBER), Proof.PROVEN)
    made = promises(kind="callback")
    assert (made.channel, made.address) == ("phone", NUMBER)


def test_the_customer_chose_it_themselves(cast: Cast, conversation: Conversation) -> None:
    wanted = actions.Wanted(kind="callback", due_by=now() + HOUR, address=NUMBER)
    made = actions.make_in(wanted, conversation, actor=None)
    assert (made.source, made.by_name, told("PromiseMade")[0]["by"]) == ("customer", "", "")


def test_kept_once_and_taken_back(cast: Cast, promises: Make) -> None:
    made = promises(kind="other", what="Send the contract")
    assert actions.keep(made, actor=cast.bob)
    assert not actions.keep(made, actor=cast.alice)
    assert not actions.withdraw(made, actor=cast.alice, because="ours", reason="No")
    assert (made.state, made.is_late, Keeping.objects.get().by_name) == ("kept", False, "Bob")
    assert actions.reopen(made, actor=cast.alice)
    assert not actions.reopen(made, actor=cast.alice)
    assert (made.state, Keeping.objects.get().undone_by) == ("open", cast.alice)
    assert actions.keep(made, actor=cast.alice)
    assert [one["late"] for one in told("PromiseKept")] == [False, False]


def test_withdrawn_for_a_reason_alone(cast: Cast, promises: Make) -> None:
    made = promises()
    with pytest.raises(actions.NoReasonError):
        actions.withdraw(made, actor=cast.alice, because="ours", reason=" \n")
    assert actions.withdraw(made, actor=cast.alice, because="customer", reason="Solved it herself")
    assert (made.state, Withdrawal.objects.get().reason) == ("withdrawn", "Solved it herself")
    assert not actions.keep(made, actor=cast.alice)
    assert actions.reopen(made, actor=cast.bob)
    assert made.state == "open"


def test_a_mistake_is_one_for_a_moment_alone(cast: Cast, promises: Make) -> None:
    old, new = passes(promises(), 11 * MINUTE), promises()
    with pytest.raises(actions.TooLateError):
        actions.withdraw(old, actor=cast.alice, because="mistake", reason="Oops")
    assert actions.withdraw(new, actor=cast.alice, because="mistake", reason="Oops")
    assert queries.kept_rate([cast.brand.pk], now() - HOUR, now() + 9 * HOUR).decided == 1


def test_a_call_that_nobody_answers_keeps_nothing(cast: Cast, promises: Make) -> None:
    made = promises(kind="callback", address=NUMBER)
    assert actions.attempt(made, actor=cast.bob, outcome="no_answer", note="Rang five times")
    made.refresh_from_db()
    assert (made.state, made.attempts_made) == ("open", 1)
    reached = actions.attempt(made, actor=cast.bob, outcome="reached")
    made.refresh_from_db()
    assert (made.state, made.attempts_made, Keeping.objects.get().attempt) == ("kept", 2, reached)
    assert actions.attempt(made, actor=cast.bob, outcome="busy") is None
    assert made.attempts.count() == 2


def test_reaching_somebody_keeps_a_call_back_alone(cast: Cast, promises: Make) -> None:
    made = promises(kind="other", what="Send the contract")
    actions.attempt(made, actor=cast.bob, outcome="reached")
    made.refresh_from_db()
    assert made.is_open


def test_another_window_leaves_the_old_one_known(cast: Cast, promises: Make) -> None:
    made = promises()
    before = made.due_by
    stale = Promise.objects.named().get(pk=made.pk)
    assert actions.move(made, actor=cast.alice, due_from=now() + HOUR, due_by=now() + 5 * HOUR)
    assert not actions.move(stale, actor=cast.bob, due_from=None, due_by=now() + 9 * HOUR)
    moved = Move.objects.get()
    assert (moved.was_by, moved.was_late, made.missed) == (before, False, 0)
    late = passes(made, 6 * HOUR)
    assert late.state == "late"
    assert actions.move(late, actor=cast.alice, due_from=None, due_by=now() + HOUR)
    assert (late.state, late.missed, late.is_late) == ("open", 1, True)
    actions.keep(late, actor=cast.alice)
    assert queries.kept_rate([cast.brand.pk], now() - 9 * HOUR).late == 1


def test_handed_over_to_the_team_and_its_people(cast: Cast, promises: Make) -> None:
    made = promises(owner=cast.alice)
    assert actions.hand_over(made, actor=cast.alice, person=cast.bob)
    assert not actions.hand_over(made, actor=cast.alice, person=cast.bob)
    assert actions.hand_over(made, actor=cast.bob, person=None)
    assert not actions.hand_over(made, actor=cast.bob, person=None)
    with pytest.raises(actions.UnfitError):
        actions.hand_over(made, actor=cast.bob, person=cast.charlie)
    assert [one["person_id"] for one in told("PromiseHandedOver")] == [str(cast.bob.pk), None]


def test_others_brands_do_not_see_it(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made = promises()
    assert list(queries.open_to(cast.bob)) == [made]
    assert list(queries.open_to(cast.charlie)) == []
    assert list(queries.of_conversation(cast.charlie, conversation)) == []
    assert list(queries.of_customer(cast.charlie, conversation.customer)) == []
    assert list(queries.of_customer(cast.lead, conversation.customer)) == [made]


def test_warned_once_before_it_is_late_and_told_once_when_it_is(promises: Make) -> None:
    made = promises()
    assert actions.mark_due() == 0
    nearly = passes(made, timedelta(minutes=95))
    assert nearly.is_nearly_late
    assert (actions.mark_due(), actions.mark_due()) == (1, 0)
    late = passes(nearly, HOUR)
    assert late.state == "late"
    assert (actions.mark_due(), actions.mark_due()) == (1, 0)
    assert [len(told(name)) for name in ("PromiseNearlyLate", "PromiseLate")] == [1, 1]


def test_what_was_missed_while_we_were_away_is_late_and_not_nearly(promises: Make) -> None:
    passes(promises(), 9 * HOUR)
    assert (actions.mark_due(), actions.mark_due()) == (1, 0)
    assert told("PromiseNearlyLate") == []


def test_a_moved_one_warns_again(cast: Cast, promises: Make) -> None:
    late = passes(promises(), 3 * HOUR)
    actions.mark_due()
    actions.move(late, actor=cast.alice, due_from=None, due_by=now() + HOUR)
    passes(late, 2 * HOUR)
    actions.mark_due()
    assert len(told("PromiseLate")) == 2


def test_when_it_warns() -> None:
    at = now()
    for window, ahead in ((8 * HOUR, HOUR), (2 * HOUR, HOUR / 2), (10 * MINUTE, 5 * MINUTE), (2 * MINUTE, 2 * MINUTE)):
        assert warning(at, at + window) == at + window - ahead


def test_what_should_be_worked_on_now(cast: Cast, promises: Make) -> None:
    later = promises(due_by=now() + 5 * HOUR)
    coming = promises(due_from=now() + HOUR, due_by=now() + 3 * HOUR)
    first = promises(kind="callback", address=NUMBER, owner=cast.bob)
    actions.keep(promises(), actor=cast.alice)
    assert [one.promise for one in queries.to_queue()] == [first.pk, later.pk]
    assert [one.promise for one in queries.to_queue(reach=HOUR)] == [first.pk, coming.pk, later.pk]
    assert [one.promise for one in queries.to_queue(now() + 2 * HOUR, most=1)] == [first.pk]
    told = queries.to_queue()[0]
    assert (told.owner, told.deadline, told.customer) == (cast.bob.pk, first.due_by, first.customer_id)


def test_nobody_is_rung_again_at_once(cast: Cast, promises: Make) -> None:
    made = promises(kind="callback", address=NUMBER)
    actions.attempt(made, actor=cast.bob, outcome="no_answer")
    assert queries.to_queue() == []
    assert len(queries.to_queue(now() + 15 * MINUTE)) == 1
    # Where it warns meanwhile, it cannot wait.
    soon = passes(made, timedelta(minutes=85))
    actions.attempt(soon, actor=cast.bob, outcome="busy")
    assert len(queries.to_queue(now() + 10 * MINUTE)) == 1


def test_counted_by_brand(cast: Cast, promises: Make) -> None:
    promises()
    passes(promises(), timedelta(minutes=100))
    passes(promises(), 3 * HOUR)
    both = [cast.brand.pk, cast.other_brand.pk]
    assert queries.counts(both) == {cast.brand.pk: queries.Counts(open=3, nearly_late=1, late=1)}


def test_how_many_are_kept(cast: Cast, promises: Make) -> None:
    """One of each: kept in time, kept late, still open past its due, withdrawn by us, not needed, and not due yet."""
    actions.keep(promises(), actor=cast.alice)
    actions.keep(passes(promises(), 3 * HOUR), actor=cast.alice)
    passes(promises(), 3 * HOUR)
    for because in ("ours", "customer"):
        actions.withdraw(promises(), actor=cast.alice, because=because, reason="So it is")
    promises()
    found = queries.kept_rate([cast.brand.pk], now() - 9 * HOUR)
    assert found == queries.KeptRate(in_time=1, late=2, withdrawn=1, not_needed=1)
    assert (found.decided, found.rate) == (4, 0.25)
    assert queries.kept_rate([cast.brand.pk], now() - MINUTE).late == 0
    assert queries.kept_rate([cast.other_brand.pk], now() - 9 * HOUR).rate is None
