"""Merging, splitting and linking conversations at the desk."""

import pytest
from django.http import HttpResponse
from django.test import Client

from ninelives.accounts.models import Person, Viewing
from ninelives.conversations import actions
from ninelives.conversations.models import Conversation, ConversationLink, ConversationMerge, ConversationSplit, Message
from tests.cast import Cast, arrives, dora_writes, mail, make_cast, newest_message

pytestmark = pytest.mark.django_db(transaction=True)
HX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def bill(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="My bill", text="It is too high.", message_id="1@example.org")


@pytest.fixture
def meter(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="My meter", text="It runs backwards.", message_id="2@example.org")


@pytest.fixture
def eriks(cast: Cast) -> Conversation:
    arrives(mail("Erik asks", sender="Erik <erik@example.net>", message_id="3@example.net"), cast.mailbox, sender="e@e")
    return newest_message().conversation


class Desk:
    def __init__(self, person: Person) -> None:
        self.client = Client()
        self.client.force_login(person)

    def shows(self, path: str, **given: str) -> str:
        answer = self.client.get(path, given, headers=HX)
        assert answer.status_code == 200, answer.content
        return str(answer.content.decode())

    def does(self, method: str, path: str, **given: str) -> HttpResponse:
        answer: HttpResponse = getattr(self.client, method)(path, given, headers=HX)
        return answer


def at(conversation: Conversation, deed: str = "") -> str:
    return f"/desk/all/{conversation.pk}/{deed}"


def test_candidates_are_the_customers_own_and_any_is_found_by_its_number(
    cast: Cast, bill: Conversation, meter: Conversation, eriks: Conversation
) -> None:
    desk = Desk(cast.alice)
    offered = desk.shows(at(bill, "conversation-merges/"))
    assert meter.reference in offered
    assert eriks.reference not in offered
    assert eriks.reference in desk.shows(at(bill, "conversation-merges/"), q=eriks.reference)
    assert "It runs backwards." in desk.shows(at(bill, "conversation-merges/"), q="backwards")
    assert "Nothing found" in Desk(cast.alice).shows(at(bill, "conversation-merges/"), q=bill.reference)


def test_both_are_seen_before_they_are_merged(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    actions.claim(meter, person=cast.bob)
    actions.note(meter, actor=cast.bob, text="Broken?", key="")
    page = Desk(cast.alice).shows(at(bill, "conversation-merges/"), **{"with": str(meter.pk)})
    for told in ("My bill", "My meter", bill.reference, meter.reference, "Bob", "and 1 note", "It runs backwards."):
        assert told in page
    assert Viewing.objects.filter(subject_id=meter.pk).exists()


def test_merged_and_undone(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    desk = Desk(cast.alice)
    answer = desk.does("post", at(bill, "conversation-merges/"), other=str(meter.pk), kept=str(bill.pk))
    assert answer.headers["Location"] == at(bill)
    page = desk.shows(at(bill))
    assert "It is too high." in page
    assert "It runs backwards." in page
    assert f"Alice merged {meter.reference} into this one" in page
    made = ConversationMerge.objects.get()
    undo = at(bill, f"conversation-merges/{made.pk}/")
    assert undo in page
    assert "My meter" not in desk.shows("/desk/all/")

    page = desk.does("delete", undo).content.decode()
    assert '<div class="words">It runs backwards.' not in page
    assert f"Alice took {meter.reference} out of this again" in page
    assert f"Alice took this out of {bill.reference} again" in desk.shows(at(meter))
    assert "My meter" in desk.shows("/desk/all/")


def test_the_address_of_the_merged_one_leads_to_the_kept_one(
    cast: Cast, bill: Conversation, meter: Conversation
) -> None:
    actions.merge(bill, meter, actor=cast.alice)
    desk, word = Desk(cast.alice), f"{meter.reference} was merged into this conversation."
    answer = desk.client.get(at(meter))
    assert answer.headers["Location"] == f"{at(bill)}?merged={meter.number}"
    assert word in desk.client.get(answer.headers["Location"]).content.decode()
    assert word in desk.shows(at(meter))
    for other in ("999999", "x", str(bill.number), "9" * 40):
        assert "was merged into" not in desk.shows(at(bill), merged=other)
    # Whoever has it open is told, and what they do is done in the kept one.
    assert f"merged this into {bill.reference}" in desk.shows(at(meter, "head/"))
    assert "It is too high." in desk.shows(at(meter, "messages/"))
    desk.does("post", at(meter, "note/"), text="Noted", key="1")
    assert Message.objects.get(text="Noted").conversation == bill
    desk.does("post", at(meter, "closure/"))
    bill.refresh_from_db()
    assert bill.status == "closed"


def test_what_was_done_with_the_merged_one_is_told_with_its_number(
    cast: Cast, bill: Conversation, meter: Conversation
) -> None:
    actions.claim(meter, person=cast.bob)
    actions.merge(bill, meter, actor=cast.alice)
    assert f"{meter.reference}: Bob took this on" in Desk(cast.alice).shows(at(bill))


def test_other_customers_are_to_be_joined_first(cast: Cast, bill: Conversation, eriks: Conversation) -> None:
    desk = Desk(cast.alice)
    page = desk.shows(at(bill, "conversation-merges/"), **{"with": str(eriks.pk)})
    assert "Join the customers first" in page
    assert f"/customers/{bill.customer_id}/merges/?with={eriks.customer_id}" in page
    answer = desk.does("post", at(bill, "conversation-merges/"), other=str(eriks.pk), kept=str(bill.pk))
    assert answer.status_code == 422
    assert "Join the customers first" in answer.content.decode()
    assert not ConversationMerge.objects.exists()


def test_a_message_is_split_off_and_put_back(cast: Cast, bill: Conversation) -> None:
    arrives(mail(text="And my meter?", message_id="9@example.org", in_reply_to="<1@example.org>"), cast.mailbox)
    message, desk = newest_message(), Desk(cast.alice)
    form = at(bill, "splits/")
    assert f"{form}?message={message.pk}" in desk.shows(at(bill))
    assert "And my meter?" in desk.shows(form, message=str(message.pk))
    answer = desk.does("post", form, message=str(message.pk), subject="The meter")
    made = ConversationSplit.objects.select_related("made").get()
    assert answer.headers["Location"] == at(made.made)
    line = f"Alice split 1 message off into {made.made.reference}"
    assert line in desk.shows(at(bill))
    assert f"Alice split this off from {bill.reference}" in desk.shows(at(made.made))
    assert f'href="{at(made.made)}"' in desk.shows(at(bill))

    page = desk.does("delete", at(bill, f"splits/{made.pk}/")).content.decode()
    assert "And my meter?" in page
    assert f"Alice put back what was split off into {made.made.reference}" in page


def test_a_split_of_all_is_refused_in_words(cast: Cast, bill: Conversation) -> None:
    answer = Desk(cast.alice).does("post", at(bill, "splits/"), message=str(newest_message().pk), and_after="1")
    assert answer.status_code == 422
    assert "Nothing would be left" in answer.content.decode()
    assert "splits/?message" not in Desk(cast.alice).shows(at(bill))


def test_linked_conversations_name_each_other(cast: Cast, bill: Conversation, eriks: Conversation) -> None:
    desk = Desk(cast.alice)
    desk.does("post", at(bill, "links/"), other=str(eriks.pk))
    made = ConversationLink.objects.get()
    for one, other in ((bill, eriks), (eriks, bill)):
        page = desk.shows(at(one))
        assert f"{other.reference} {other.subject}</a>" in page
        assert f"Alice linked {other.reference}" in page
    desk.does("post", at(eriks, "links/"), other=str(bill.pk))
    assert ConversationLink.objects.count() == 1
    page = desk.does("delete", at(eriks, f"links/{made.pk}/")).content.decode()
    assert f"Alice unlinked {bill.reference}" in page
    assert "thread__links" not in page


@pytest.mark.parametrize("deed", ["conversation-merges/", "splits/", "links/"])
@pytest.mark.parametrize("rubbish", ["", "x", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_rubbish_is_not_found(cast: Cast, bill: Conversation, deed: str, rubbish: str) -> None:
    desk = Desk(cast.alice)
    assert desk.does("post", at(bill, deed), other=rubbish, message=rubbish).status_code == 404


def test_another_brands_agent_finds_nothing(cast: Cast, bill: Conversation, meter: Conversation) -> None:
    merged, charlie = actions.merge(bill, meter, actor=cast.alice), Desk(cast.charlie)
    arrives(mail(message_id="8@example.org", to=cast.other_mailbox.address), cast.other_mailbox)
    his = newest_message().conversation
    assert charlie.does("delete", at(his, f"conversation-merges/{merged.pk}/")).status_code == 404
    for deed in ("conversation-merges/", "links/"):
        assert charlie.does("post", at(his, deed), other=str(bill.pk)).status_code == 404
        assert "Nothing found" in charlie.shows(at(his, deed), q=bill.reference)
    assert ConversationMerge.objects.get().undone_at is None
    assert Desk(cast.planner).does("get", at(bill, "conversation-merges/")).status_code == 403
