"""What customers do to messages, in whatever order it is told: what stands there is what they said last."""

import json
from typing import Any

import pytest

from ninelives.channels.actions import open_account, replay
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.conversations import searching
from ninelives.conversations.models import Conversation, Message, MessageChange
from ninelives.conversations.models.change import reactions
from ninelives.foundation.models import Fact
from tests.cast import Cast, arrives, make_cast

pytestmark = pytest.mark.django_db

NUMBER, BEGAN = "31612345678", 1_790_000_000


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> ChannelAccount:
    told = {"app_secret": "s", "verify_token": "v", "phone_number_id": "1", "access_token": "t"}
    return open_account("whatsapp", "WhatsApp", cast.brand, told=told)


def tells(account: ChannelAccount, at: int, sender: str = NUMBER, **told: Any) -> None:
    """Something that somebody said or did, so many seconds after it began, as Meta tells it."""
    message = {"from": sender, "timestamp": str(BEGAN + at), **told}
    value = {"contacts": [{"wa_id": sender, "profile": {"name": "Dora"}}], "messages": [message]}
    arrives(json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode(), account)


def says(account: ChannelAccount, at: int = 0, text: str = "My meter says 12") -> None:
    tells(account, at, id="m1", type="text", text={"body": text})


def edits(account: ChannelAccount, at: int, text: str, sender: str = NUMBER) -> None:
    message = {"type": "text", "text": {"body": text}}
    tells(account, at, sender, id=f"e{at}", type="edit", edit={"original_message_id": "m1", "message": message})


def takes_back(account: ChannelAccount, at: int) -> None:
    tells(account, at, id=f"d{at}", type="revoke", revoke={"original_message_id": "m1"})


def reacts(account: ChannelAccount, at: int, sign: str) -> None:
    tells(account, at, id=f"r{at}", type="reaction", reaction={"message_id": "m1", "emoji": sign})


def stands() -> str:
    return Message.objects.get().text


def signs() -> list[str]:
    return [one.text for one in reactions(MessageChange.objects.all())]


def test_an_edit_stands_in_the_message_the_list_and_what_was_there_before_is_kept(account: ChannelAccount) -> None:
    says(account)
    edits(account, 10, "My meter says 123")
    assert stands() == Conversation.objects.get().preview == "My meter says 123"
    assert MessageChange.objects.get().before == "My meter says 12"


def test_what_was_said_anew_is_found_by_parts_of_its_words(cast: Cast, account: ChannelAccount) -> None:
    says(account, text="Hello")
    edits(account, 10, "About the thermostaatkraan of 06 5555 1234")
    for asked in ("mostaatkr", "thermostatkraan", "0655551234"):
        assert searching.newest(cast.alice, asked, most=9).ids, asked
    assert not searching.newest(cast.alice, "hello", most=9).ids


def test_of_two_edits_told_in_the_other_order_the_later_one_stands(account: ChannelAccount) -> None:
    says(account)
    edits(account, 20, "My meter says 1234")
    edits(account, 10, "My meter says 123")
    assert stands() == "My meter says 1234"


def test_what_comes_before_its_message_waits_for_it(account: ChannelAccount) -> None:
    edits(account, 20, "My meter says 1234")
    edits(account, 10, "My meter says 123")
    reacts(account, 30, "👍")
    assert not Message.objects.exists()
    says(account)
    assert (stands(), signs()) == ("My meter says 1234", ["👍"])
    assert not MessageChange.objects.filter(message=None).exists()


def test_what_was_taken_back_before_it_came_is_not_read_aloud(account: ChannelAccount) -> None:
    takes_back(account, 10)
    says(account)
    message = Message.objects.get()
    assert message.deleted_at is not None
    assert message.conversation.preview == ""


def test_taken_back_it_stays_so_whenever_an_edit_is_told(account: ChannelAccount) -> None:
    says(account)
    takes_back(account, 20)
    edits(account, 10, "My meter says 123")
    assert Message.objects.get().deleted_at is not None
    assert Conversation.objects.get().preview == ""


def test_what_changed_is_told_as_a_fact_and_what_a_later_edit_overtook_is_not(account: ChannelAccount) -> None:
    edits(account, 30, "My meter says 12345")
    says(account)
    edits(account, 20, "My meter says 1234")
    reacts(account, 40, "👍")
    takes_back(account, 50)
    takes_back(account, 50)
    facts = Fact.objects.filter(name="MessageChanged").order_by("id")
    assert [fact.told["change"] for fact in facts] == ["edited", "reacted", "deleted"]
    assert {fact.told["message_id"] for fact in facts} == {str(Message.objects.get().pk)}


def test_of_signs_told_in_the_other_order_the_later_one_stands(account: ChannelAccount) -> None:
    says(account)
    reacts(account, 20, "❤️")
    reacts(account, 10, "👍")
    assert signs() == ["❤️"]
    reacts(account, 30, "")
    assert signs() == []


def test_the_same_change_twice_and_again_on_replay_is_one(account: ChannelAccount) -> None:
    says(account)
    edits(account, 10, "My meter says 123")
    edits(account, 10, "My meter says 123")
    for receipt in Receipt.objects.all():
        replay(receipt)
    arrives(b"{}", account)
    assert (stands(), MessageChange.objects.count()) == ("My meter says 123", 1)


def test_what_is_told_of_a_message_of_another_account_changes_nothing(account: ChannelAccount, cast: Cast) -> None:
    says(account)
    told = {"app_secret": "s", "verify_token": "v", "phone_number_id": "2", "access_token": "t"}
    edits(open_account("whatsapp", "Another", cast.brand, told=told), 10, "My meter says 999")
    assert stands() == "My meter says 12"
