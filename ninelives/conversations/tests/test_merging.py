"""Two conversations that are about one thing are read as one, and as two again whenever somebody says so."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from ninelives.channels.models import Delivery
from ninelives.conversations import actions, queries, roads, searching, tied, tokens
from ninelives.conversations.actions import (
    AlreadyOneError,
    ItselfError,
    OtherAccountError,
    OtherCustomerError,
    merge,
    unmerge,
)
from ninelives.conversations.filtering import BUILT_IN, fitting
from ninelives.conversations.models import Conversation, ConversationMerge, Draft, Message, Participant, ReadMark
from ninelives.customers.actions import merge as merge_customers
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from tests.cast import DORA, Cast, arrives, dora_writes, mail, make_cast, newest_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def bill(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="My bill", text="It is too high.", message_id="1@example.org")


@pytest.fixture
def meter(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="My meter", text="It runs backwards.", message_id="2@example.org")


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.select_related("root", "assignee").get(pk=conversation.pk)


def texts(cast: Cast, conversation: Conversation) -> list[str]:
    """As the desk shows them, oldest first."""
    found = queries.conversation(cast.alice, conversation.pk)
    assert found is not None
    return [one.message.text.strip() for one in reversed(queries.said(found, 100))]


def writes_to(cast: Cast, conversation: Conversation, text: str, sender: str = DORA, **more: str) -> Message:
    """By our own address with the number in it."""
    to = cast.mailbox.address.replace("@", f"+{tokens.make(conversation.number)}@")
    raw = mail("Re: something", text, sender=f"Somebody <{sender}>", to=to, message_id=f"{text}@example.org", **more)
    arrives(raw, cast.mailbox, sender=sender)
    return newest_message()


def test_the_kept_one_shows_what_was_said_in_both(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    made = merge(bill, meter, actor=cast.alice)
    assert texts(cast, bill) == texts(cast, meter) == ["It is too high.", "It runs backwards."]
    kept, merged = fresh(bill), fresh(meter)
    assert (kept.status, merged.status, merged.record) == ("open", "merged", kept)
    assert (kept.preview, kept.last_at, kept.heard_at) == (merged.preview, merged.last_at, merged.heard_at)
    assert (made.by_name, made.undone_at) == ("Alice", None)
    told = Fact.objects.get(name="ConversationsMerged").told
    assert told == {
        "merge_id": str(made.pk),
        "kept_id": str(bill.pk),
        "merged_id": str(meter.pk),
        "by": str(cast.alice.pk),
    }


def test_the_merged_one_is_in_no_list(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    actions.claim(meter, person=cast.alice)
    actions.snooze(meter, actor=cast.alice, until=now() + timedelta(days=1))
    merge(bill, meter, actor=cast.alice)
    for view in BUILT_IN.values():
        fit = view.for_reader(cast.alice)
        assert meter not in fitting(*fit.values, shape=fit.shape)
    assert queries.counts(cast.alice, 10)["all"] == 1
    assert list(queries.of_customer(cast.alice, bill.customer)) == [bill]
    assert [row[0] for row in queries.story_of(cast.alice, bill.customer, most=5)] == [bill.pk]
    assert meter not in tied.mergeable_with(cast.alice, bill)


@pytest.mark.parametrize("words", ["backwards", "backwards runs", "#{meter}", DORA])
def test_what_finds_the_merged_one_gives_the_kept_one(
    cast: Cast, bill: Conversation, meter: Conversation, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge(bill, meter, actor=cast.alice)
    words = words.format(meter=meter.number)
    for near, further, few in ((100, 2000, 300), (0, 0, 300), (0, 0, 1)):
        monkeypatch.setattr(roads, "NEAR", near)
        monkeypatch.setattr(roads, "FURTHER", further)
        monkeypatch.setattr(roads, "FEW_MESSAGES", few)
        assert searching.newest(cast.alice, words, most=5).ids == [bill.pk]


def test_what_is_written_to_the_merged_one_lands_in_the_kept_one_and_opens_it(
    cast: Cast, bill: Conversation, meter: Conversation
) -> None:
    merge(bill, meter, actor=cast.alice)
    actions.close(fresh(bill), actor=cast.alice)
    message = writes_to(cast, meter, "Still backwards")
    assert message.conversation == meter
    kept = fresh(bill)
    assert (kept.status, kept.preview, kept.waiting_since) == ("open", "Still backwards", bill.waiting_since)
    assert texts(cast, bill)[-1] == "Still backwards"
    assert Fact.objects.filter(name="MessageReceived").latest("id").told["conversation_id"] == str(bill.pk)
    arrives(mail(text="By reference", in_reply_to="<2@example.org>"), cast.mailbox)
    assert texts(cast, bill)[-1] == "By reference"


def test_undone_each_message_is_back_where_it_belongs(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    made = merge(bill, meter, actor=cast.alice)
    writes_to(cast, meter, "Since")
    actions.answer(fresh(bill), actor=cast.alice, text="An answer", key="")
    assert unmerge(made, actor=cast.bob)
    assert texts(cast, bill) == ["It is too high.", "An answer"]
    assert texts(cast, meter) == ["It runs backwards.", "Since"]
    kept, other = fresh(bill), fresh(meter)
    assert (kept.status, kept.preview, kept.waiting_since) == ("open", "An answer", None)
    assert (other.status, other.preview, other.waiting_since) == ("open", "Since", meter.waiting_since)
    made.refresh_from_db()
    assert made.undone_by_name == "Bob"
    assert not unmerge(made, actor=cast.bob)
    assert Fact.objects.filter(name="ConversationsUnmerged").count() == 1
    merge(bill, meter, actor=cast.alice)
    assert ConversationMerge.objects.count() == 2


def test_a_closed_one_is_closed_again_unless_there_was_news(
    cast: Cast, bill: Conversation, meter: Conversation
) -> None:
    actions.close(meter, actor=cast.alice)
    unmerge(merge(bill, meter, actor=cast.alice), actor=cast.alice)
    assert fresh(meter).status == "closed"
    made = merge(bill, meter, actor=cast.alice)
    writes_to(cast, meter, "News")
    unmerge(made, actor=cast.alice)
    assert fresh(meter).status == "open"


def test_what_is_to_be_done_goes_along(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    actions.claim(meter, person=cast.bob)
    actions.close(bill, actor=cast.alice)
    merge(bill, meter, actor=cast.alice)
    kept = fresh(bill)
    assert (kept.status, kept.assignee, kept.waiting_since) == ("open", cast.bob, bill.waiting_since)


def test_whoever_is_at_work_on_it_keeps_it(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    actions.claim(meter, person=cast.bob)
    actions.claim(bill, person=cast.alice)
    made = merge(bill, meter, actor=cast.alice)
    assert fresh(bill).assignee == cast.alice
    unmerge(made, actor=cast.alice)
    assert fresh(meter).assignee == cast.bob


def test_drafts_are_carried_on(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    actions.save_draft(bill, person=cast.alice, text="Dear Dora", mode="reply", version=0)
    actions.save_draft(meter, person=cast.alice, text="For colleagues only", mode="note", version=0)
    actions.attach(meter, person=cast.alice, name="a.txt", content=b"a")
    actions.save_draft(meter, person=cast.bob, text="Hello", mode="reply", version=0)
    merge(bill, meter, actor=cast.lead)
    drafts = {one.person: one for one in Draft.objects.filter(conversation=bill)}
    hers = drafts[cast.alice]
    # What was meant for colleagues never becomes an answer by itself.
    assert (hers.text, hers.mode, hers.version) == ("Dear Dora\n\nFor colleagues only", "note", 2)
    assert [file.name for file in hers.files.all()] == ["a.txt"]
    assert (drafts[cast.bob].text, drafts[cast.bob].mode) == ("Hello", "reply")
    assert not Draft.objects.filter(conversation=meter).exclude(text="").exists()


def test_read_is_what_was_read_in_both(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    for one in (bill, meter):
        actions.mark_read(one, person=cast.alice, up_to=now())
    actions.mark_read(meter, person=cast.bob, up_to=now())
    made = merge(bill, meter, actor=cast.lead)
    unread = {one.name: queries.conversation(one, bill.pk).is_unread for one in (cast.alice, cast.bob, cast.lead)}  # type: ignore[union-attr]
    assert unread == {"Alice": False, "Bob": True, "Eva": True}
    actions.mark_read(fresh(bill), person=cast.lead, up_to=now())
    unmerge(made, actor=cast.lead)
    read = queries.conversation(cast.lead, meter.pk)
    assert read is not None
    assert not read.is_unread


def test_an_answer_in_the_kept_one_goes_to_whoever_wrote_last(cast: Cast, meter: Conversation) -> None:
    arrives(mail(sender="Erik <erik@example.net>", message_id="9@example.net"), cast.mailbox, sender="erik@example.net")
    eriks = newest_message().conversation
    merge_customers(meter.customer, eriks.customer, actor=cast.alice)
    made = merge(Conversation.objects.get(pk=meter.pk), Conversation.objects.get(pk=eriks.pk), actor=cast.alice)
    answer = actions.answer(fresh(meter), actor=cast.alice, text="To Erik", key="")
    assert (answer.conversation, answer.recipient) == (meter, "erik@example.net")
    assert answer.delivery is not None
    assert list(answer.delivery.outbound["references"]) == ["2@example.org", "9@example.net"]
    unmerge(made, actor=cast.alice)
    # His answer to it is still his to give.
    assert Participant.objects.filter(conversation=meter, value="erik@example.net").exists()
    arrives(
        f"In-Reply-To: <{answer.external_id}>\n".encode() + mail(sender="Erik <erik@example.net>", text="Thanks"),
        cast.mailbox,
        sender="erik@example.net",
    )
    assert newest_message().conversation == meter


def test_a_delivery_of_the_merged_one_that_fails_opens_the_kept_one(
    cast: Cast, bill: Conversation, meter: Conversation
) -> None:
    answer = actions.answer(meter, actor=cast.alice, text="Gone", key="")
    merge(bill, meter, actor=cast.alice)
    actions.close(fresh(bill), actor=cast.alice)
    Delivery.objects.filter(pk=answer.delivery_id).update(state=Delivery.State.FAILED)
    actions.tell_of_delivery(answer.delivery_id)  # type: ignore[arg-type]
    assert (fresh(bill).status, fresh(meter).status) == ("open", "merged")


def test_what_cannot_be_merged(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    arrives(mail(sender="Erik <erik@example.net>", message_id="9@example.net"), cast.mailbox, sender="erik@example.net")
    eriks = newest_message().conversation
    arrives(mail(message_id="8@example.org", to=cast.other_mailbox.address), cast.other_mailbox)
    elsewhere = newest_message().conversation
    with pytest.raises(ItselfError):
        merge(bill, bill, actor=cast.alice)
    with pytest.raises(OtherCustomerError):
        merge(bill, eriks, actor=cast.alice)
    with pytest.raises(OtherAccountError):
        merge(bill, elsewhere, actor=cast.admin)
    merge(bill, meter, actor=cast.alice)
    for one, other in ((bill, meter), (meter, bill)):
        with pytest.raises(AlreadyOneError):
            merge(one, other, actor=cast.alice)
    assert ConversationMerge.objects.count() == 1
    merge_customers(bill.customer, eriks.customer, actor=cast.alice)
    merge(*Conversation.objects.filter(pk__in=[bill.pk, eriks.pk]).order_by("pk"), actor=cast.alice)
    assert len(texts(cast, eriks)) == 3


@pytest.mark.parametrize("given", ["twice", "itself", "status without a root"])
def test_the_database_itself_refuses(cast: Cast, bill: Conversation, meter: Conversation, given: str) -> None:
    merge(bill, meter, actor=cast.alice)
    third = dora_writes(cast, subject="A third", message_id="3@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        if given == "status without a root":
            Conversation.objects.filter(pk=third.pk).update(status="merged")
        else:
            kept = meter if given == "itself" else third
            ConversationMerge.objects.create(kept=kept, merged=meter)


def test_of_several_at_once_one_merges_and_no_circle_is_tied(
    cast: Cast, bill: Conversation, meter: Conversation
) -> None:
    third = dora_writes(cast, subject="A third", message_id="3@example.org")
    told: list[str] = []

    def race(one: Conversation, other: Conversation) -> None:
        try:
            merge(one, other, actor=cast.alice)
            told.append("merged")
        except AlreadyOneError:
            told.append("already")
        finally:
            connection.close()

    pairs = [(bill, meter), (meter, bill), (meter, third), (third, bill), (bill, meter), (third, meter)]
    racers = [Thread(target=race, args=pair) for pair in pairs]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(told) == ["already"] * 4 + ["merged"] * 2
    assert len(texts(cast, third)) == 3
    undoing = [Thread(target=undo, args=(cast, one, told)) for one in ConversationMerge.objects.all() for _ in range(2)]
    for one in undoing:
        one.start()
    for one in undoing:
        one.join()
    assert sorted(told[6:]) == ["again"] * 2 + ["undone"] * 2
    assert not Conversation.objects.filter(status="merged").exists()


def undo(cast: Cast, merge: ConversationMerge, told: list[str]) -> None:
    told.append("undone" if unmerge(merge, actor=cast.alice) else "again")
    connection.close()


def all_at_once(*deeds: Callable[[], None]) -> None:
    faults: list[Exception] = []

    def do(deed: Callable[[], None]) -> None:
        try:
            deed()
        except Exception as fault:  # noqa: BLE001 - told below
            faults.append(fault)
        finally:
            connection.close()

    racers = [Thread(target=do, args=(deed,)) for deed in deeds]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert not faults


def test_what_comes_in_while_it_is_merged_is_not_lost(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    """Mail to both and merging, undoing and merging, all at once: no deadlock, no message astray, and a true list."""

    def write(conversation: Conversation, name: str) -> None:
        sender = f"{name}@example.org"
        Participant.objects.get_or_create(conversation=conversation, kind="mail", value=sender)
        to = cast.mailbox.address.replace("@", f"+{tokens.make(conversation.number)}@")
        for n in range(6):
            raw = mail(text=f"{name} {n}", sender=f"X <{sender}>", to=to, message_id=f"{name}{n}@example.org")
            arrives(raw, cast.mailbox, sender=sender)

    def tie() -> None:
        for _ in range(6):
            unmerge(merge(bill, meter, actor=cast.alice), actor=cast.alice)
        merge(bill, meter, actor=cast.alice)

    all_at_once(lambda: write(bill, "b"), lambda: write(meter, "m"), lambda: write(meter, "n"), tie)
    homes = {one.text.strip()[:1]: one.conversation_id for one in Message.objects.filter(text__regex=r"^[bmn] \d")}
    assert homes == {"b": bill.pk, "m": meter.pk, "n": meter.pk}
    kept = fresh(bill)
    assert Message.objects.of(kept).count() == 2 + 18
    assert kept.last_at == Message.objects.of(kept).latest("occurred_at").occurred_at


def test_nobody_else_is_told(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    made = merge(bill, meter, actor=cast.alice)
    assert not ConversationMerge.objects.visible_to(cast.charlie).exists()
    assert list(ConversationMerge.objects.visible_to(cast.bob)) == [made]
    assert queries.conversation(cast.charlie, meter.pk) is None
    assert not ReadMark.objects.exists()
