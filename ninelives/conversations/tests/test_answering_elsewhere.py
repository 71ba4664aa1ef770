"""An answer leaves by another of the customer's channels, and the thread stays together."""

import json
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from ninelives.channels.actions import open_account
from ninelives.channels.models import ChannelAccount, Delivery
from ninelives.channels.registry import CHANNELS
from ninelives.conversations import actions, cased, queries
from ninelives.conversations.models import AnswerElsewhere, Case, Closure, Conversation, Message, Participant
from ninelives.conversations.ways import ways_of
from ninelives.customers.actions import add_address, claim, merge, prefer
from ninelives.customers.models import CustomerAddress
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from tests.cast import Cast, dora_writes, make_cast, newest_message, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="The boiler is cold", message_id="1@example.org")


@pytest.fixture
def pretended(cast: Cast, conversation: Conversation) -> CustomerAddress:
    """Dora's own address on another channel."""
    return add_address(conversation.customer, Address("pretend", "dora-pretends"), Proof.PROVEN)


def says(name: str, text: str, **more: str) -> bytes:
    """As the pretended provider tells it."""
    return json.dumps({"from": name, "text": text, "id": text, **more}).encode()


def goes_by(
    conversation: Conversation, account: ChannelAccount, address: CustomerAddress, cast: Cast, **more
) -> Message:
    given = {"text": "Hello from here", "key": "k1", **more}
    return actions.answer_elsewhere(
        as_is(conversation), actions.Chosen(account.pk, address.pk), actor=cast.alice, **given
    )


def as_is(conversation: Conversation) -> Conversation:
    return Conversation.objects.select_related("customer", "account").get(pk=conversation.pk)


# Which ways there are


def test_one_address_is_no_choice(conversation: Conversation) -> None:
    assert ways_of(as_is(conversation)) == []


def test_another_channel_is_one_and_the_preferred_comes_first(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress
) -> None:
    other = add_address(conversation.customer, Address("mail", "d@example.net"), Proof.USUAL)
    found = [(way.account, way.address) for way in ways_of(as_is(conversation))]
    assert found == [(cast.pretend, pretended), (cast.mailbox, other)]
    prefer(conversation.customer, other)
    assert [way.address for way in ways_of(as_is(conversation))] == [other, pretended]


def test_what_is_only_claimed_is_none(cast: Cast, conversation: Conversation) -> None:
    claim(conversation.customer, Address("pretend", "somebody"))
    claimed = CustomerAddress.objects.get(value="somebody")
    assert ways_of(as_is(conversation)) == []
    with pytest.raises(actions.NoSuchWayError):
        goes_by(conversation, cast.pretend, claimed, cast)


@pytest.mark.parametrize("made", ["switched off", "of another brand", "of another kind", "somebody else's"])
def test_and_none_leads_out_of_the_brand_the_channel_or_the_record(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress, made: str
) -> None:
    account = cast.pretend
    if made == "switched off":
        ChannelAccount.objects.filter(pk=account.pk).update(is_active=False)
    elif made == "of another brand":
        ChannelAccount.objects.filter(pk=account.pk).update(brand=cast.other_brand)
    elif made == "of another kind":
        account = cast.mailbox
    else:
        erik = dora_writes(cast, sender="Erik <erik@example.net>", message_id="9@example.net").customer
        pretended = add_address(erik, Address("pretend", "erik"), Proof.PROVEN)
    if made != "of another kind" and made != "somebody else's":
        assert ways_of(as_is(conversation)) == []
    with pytest.raises(actions.NoSuchWayError):
        goes_by(conversation, account, pretended, cast)
    assert not AnswerElsewhere.objects.exists()
    assert not Case.objects.exists()


def test_an_id_that_means_somebody_at_one_account_is_reached_by_that_one(
    cast: Cast, conversation: Conversation
) -> None:
    second = open_account("pretend", "Second", cast.brand, told={"secret": "open sesame"})
    known = add_address(conversation.customer, Address("pretend", f"{second.pk}:4711"), Proof.PROVEN)
    assert [(way.account, way.address) for way in ways_of(as_is(conversation))] == [(second, known)]
    with pytest.raises(actions.NoSuchWayError):
        goes_by(conversation, cast.pretend, known, cast)


# Where it goes


def test_it_begins_a_conversation_there_and_both_are_in_one_case(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress
) -> None:
    actions.claim(conversation, person=cast.bob)
    message = goes_by(conversation, cast.pretend, pretended, cast)
    made = message.conversation
    assert (message.recipient, message.account, made.account) == ("dora-pretends", cast.pretend, cast.pretend)
    assert (made.customer, made.brand, made.assignee) == (conversation.customer, cast.brand, cast.bob)
    assert message.delivery is not None
    here, there = as_is(conversation), as_is(made)
    assert here.case is not None
    assert here.case == there.case
    assert here.waiting_since is None
    assert cased.count(here.case.pk) == 1
    assert [one.other for one in queries.left_elsewhere(here)] == [made]
    assert queries.written_elsewhere(there) == {message.pk: here}


def test_an_answer_to_it_arrives_there(cast: Cast, conversation: Conversation, pretended: CustomerAddress) -> None:
    made = goes_by(conversation, cast.pretend, pretended, cast)
    take_in(cast.pretend, says("dora-pretends", "Thank you", answers=made.external_id), sender="dora-pretends")
    assert newest_message().conversation == made.conversation
    assert cased.count(as_is(conversation).case_id) == 1  # type: ignore[arg-type]


def test_the_one_that_is_open_there_goes_on(cast: Cast, conversation: Conversation, pretended: CustomerAddress) -> None:
    take_in(cast.pretend, says("dora-pretends", "Is anybody there?"), sender="dora-pretends")
    running = newest_message().conversation
    assert goes_by(conversation, cast.pretend, pretended, cast).conversation == running
    assert as_is(running).case == as_is(conversation).case
    assert as_is(running).waiting_since is None
    actions.close(as_is(running), actor=cast.alice)
    assert goes_by(conversation, cast.pretend, pretended, cast, key="k2").conversation != running


def test_one_in_which_somebody_else_wrote_last_does_not(cast: Cast, conversation: Conversation) -> None:
    """The answer would go to whoever that is."""
    other = add_address(conversation.customer, Address("mail", "d@example.net"), Proof.USUAL)
    both = dora_writes(cast, subject="With my husband", message_id="2@example.org")
    Participant.objects.create(conversation=both, kind="mail", value="d@example.net")
    message = goes_by(conversation, cast.mailbox, other, cast)
    assert (message.recipient, message.conversation == both) == ("d@example.net", False)


def test_where_one_conversation_runs_with_each_it_is_that_one_for_so_long(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress
) -> None:
    chat = open_account("webchat", "Chat", cast.brand, told={})
    visitor = add_address(conversation.customer, Address("webchat", f"{chat.pk}:17"), Proof.PROVEN)
    message = goes_by(conversation, chat, visitor, cast)
    actions.close(as_is(message.conversation), actor=cast.alice)
    again = goes_by(conversation, chat, visitor, cast, key="k2")
    assert again.conversation == message.conversation
    assert as_is(message.conversation).is_open
    actions.close(as_is(message.conversation), actor=cast.alice)
    Closure.objects.filter(reopened_at=None).update(at=now() - timedelta(days=8))
    assert goes_by(conversation, chat, visitor, cast, key="k3").conversation != message.conversation


def test_the_case_of_either_is_that_of_both_and_two_stay_two(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress
) -> None:
    take_in(cast.pretend, says("dora-pretends", "Is anybody there?"), sender="dora-pretends")
    running = newest_message().conversation
    theirs = actions.open_case(running, actor=cast.alice).case
    goes_by(conversation, cast.pretend, pretended, cast)
    assert as_is(conversation).case == theirs
    own = actions.open_case(as_is(conversation), actor=cast.alice).case
    goes_by(conversation, cast.pretend, pretended, cast, key="k2")
    assert (as_is(conversation).case, as_is(running).case) == (own, theirs)


def test_from_a_merged_customer_it_reaches_the_other_ones_address(cast: Cast, conversation: Conversation) -> None:
    take_in(cast.pretend, says("dora-pretends", "It is me"), sender="dora-pretends")
    other = newest_message().conversation
    merge(conversation.customer, other.customer, actor=cast.alice)
    (way,) = ways_of(as_is(conversation))
    assert goes_by(conversation, way.account, way.address, cast).conversation == other


# Once, with its draft, and undone


def test_the_same_key_is_one_message_whichever_way(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress
) -> None:
    first = goes_by(conversation, cast.pretend, pretended, cast)
    assert goes_by(conversation, cast.pretend, pretended, cast) == first
    assert actions.answer(as_is(conversation), actor=cast.alice, text="Hello", key="k1") == first
    said = actions.answer(as_is(conversation), actor=cast.alice, text="Hello", key="k2")
    assert goes_by(conversation, cast.pretend, pretended, cast, key="k2") == said
    assert Message.objects.filter(direction="outbound").count() == 2
    assert Conversation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_message(cast: Cast, conversation: Conversation, pretended: CustomerAddress) -> None:
    both, sent = Barrier(2), []

    def click() -> None:
        try:
            both.wait()
            sent.append(goes_by(conversation, cast.pretend, pretended, cast).pk)
        finally:
            connection.close()

    clicks = [Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert Conversation.objects.count() == 2
    assert Case.objects.count() == 1


def test_its_draft_is_cleared_where_it_was_written(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress
) -> None:
    actions.save_draft(conversation, person=cast.alice, text="Hello from here", mode="reply", version=0)
    goes_by(conversation, cast.pretend, pretended, cast, use_draft=True)
    draft = queries.draft_of(cast.alice, conversation)
    assert draft is not None
    assert draft.text == ""


def test_files_are_not_left_behind_in_silence(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress
) -> None:
    actions.attach(conversation, person=cast.alice, name="a.txt", content=b"a")
    with pytest.raises(actions.FilesNotTakenError):
        goes_by(conversation, cast.pretend, pretended, cast, use_draft=True)
    other = add_address(conversation.customer, Address("mail", "d@example.net"), Proof.USUAL)
    message = goes_by(conversation, cast.mailbox, other, cast, use_draft=True)
    assert [file.name for file in message.attachments.all()] == ["a.txt"]


def test_too_long_for_that_channel_is_said_and_nothing_is_begun(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress
) -> None:
    with pytest.raises(actions.TooLongError):
        goes_by(conversation, cast.pretend, pretended, cast, text="x" * 4001)
    assert Conversation.objects.get() == conversation
    assert not Case.objects.exists()


def test_undone_the_text_is_back_where_it_was_written_and_nothing_is_left(
    cast: Cast, conversation: Conversation
) -> None:
    other = add_address(conversation.customer, Address("mail", "d@example.net"), Proof.USUAL)
    waited = as_is(conversation).waiting_since
    message = goes_by(conversation, cast.mailbox, other, cast)
    assert actions.unsend(message, person=cast.alice)
    draft = queries.draft_of(cast.alice, conversation)
    assert draft is not None
    assert draft.text == "Hello from here"
    here = as_is(conversation)
    assert (here.case, here.waiting_since) == (None, waited)
    assert Conversation.objects.get() == conversation
    assert not Case.objects.exists()
    assert not Delivery.objects.exclude(state="withdrawn").exists()


def test_undoing_leaves_what_was_there_before(cast: Cast, conversation: Conversation) -> None:
    other = add_address(conversation.customer, Address("mail", "d@example.net"), Proof.USUAL)
    case = actions.open_case(conversation, actor=cast.alice).case
    goes_by(conversation, cast.mailbox, other, cast)
    second = goes_by(conversation, cast.mailbox, other, cast, key="k2")
    assert actions.unsend(second, person=cast.alice)
    assert Conversation.objects.filter(case=case).count() == 2
    assert Message.objects.filter(conversation=second.conversation).count() == 1


def test_a_long_one_leaves_in_parts_and_all_of_them_stand_where_it_was_written(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress
) -> None:
    text = "\n\n".join(["x" * 3000, "y" * 3000])
    first = goes_by(conversation, cast.pretend, pretended, cast, text=text, how=actions.How(in_parts=True))
    assert first.text == "x" * 3000
    assert [one.said.message.text[0] for one in queries.left_elsewhere(as_is(conversation))] == ["x", "y"]
    assert goes_by(conversation, cast.pretend, pretended, cast, text=text) == first


def test_never_where_everybody_reads_along(
    cast: Cast, conversation: Conversation, pretended: CustomerAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CHANNELS["pretend"], "abilities", replace(CHANNELS["pretend"].abilities, public=True))
    assert ways_of(as_is(conversation)) == []


def test_where_a_free_answer_is_no_longer_allowed_nothing_is_begun(cast: Cast, conversation: Conversation) -> None:
    told = {"app_secret": "a", "verify_token": "b", "phone_number_id": "1", "access_token": "c"}
    whatsapp = open_account("whatsapp", "WhatsApp", cast.brand, told=told)
    number = add_address(conversation.customer, Address("whatsapp", "31612345678"), Proof.PROVEN)
    with pytest.raises(actions.WindowClosedError):
        goes_by(conversation, whatsapp, number, cast)
    assert Conversation.objects.get() == conversation
