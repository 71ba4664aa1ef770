"""Where everybody reads along: for whom an answer is, and what is left to choose."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from ninelives.channels import actions as channels
from ninelives.channels.actions import open_account
from ninelives.channels.models import Delivery
from ninelives.channels.protocol import Envelope
from ninelives.conversations.actions import How, answer
from ninelives.conversations.models import Conversation
from ninelives.reception.working import take_receipts
from ninelives.workspace.lists import Place
from ninelives.workspace.threads import bubbles, composer
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    told = {
        "app_secret": "s",
        "verify_token": "v",
        "access_token": "t",
        "page_id": "1",
        "api_base": "http://127.0.0.1:9",
    }
    account = open_account("facebook_comments", "Page", cast.brand, told=told)
    said = {
        "item": "comment",
        "verb": "add",
        "from": {"id": "2", "name": "Dora"},
        "comment_id": "9_1",
        "post_id": "1_9",
        "message": "Nobody calls back!",
    }
    entry = {"id": "1", "changes": [{"field": "feed", "value": said}]}
    channels.store(account, json.dumps({"entry": [entry]}).encode(), Envelope())
    take_receipts()
    return Conversation.objects.get()


@pytest.fixture
def alice(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.alice)
    return client


def test_it_is_public_until_somebody_chooses_otherwise_and_that_goes_once(
    cast: Cast, conversation: Conversation
) -> None:
    offered = composer(cast.alice, conversation, Place("all"))
    assert (offered.is_public, offered.answers_privately, offered.why_not_private) == (True, True, "")
    answer(conversation, actor=cast.alice, text="For all", key="1")
    answer(conversation, actor=cast.alice, text="For you", key="2", how=How(in_private=True))
    left = composer(cast.alice, conversation, Place("all"))
    assert left.why_not_private == "This was answered to the customer alone already."
    shown = [(one.text, one.is_private) for one in bubbles(conversation, cast.alice, Place("all"))]
    assert shown == [("Nobody calls back!", False), ("For all", False), ("For you", True)]


def test_what_the_form_says_is_what_leaves_and_a_second_time_is_refused_in_words(
    alice: Client, conversation: Conversation
) -> None:
    def says(text: str, in_private: str) -> tuple[int, str]:
        url = reverse("workspace:reply", args=["all", conversation.pk])
        told = alice.post(url, {"text": text, "key": text, "in_private": in_private})
        return told.status_code, told.content.decode()

    assert says("For all", "")[0] == 200
    assert says("For you", "1")[0] == 200
    assert [*Delivery.objects.order_by("id").values_list("outbound__in_private", flat=True)] == [False, True]
    status, words = says("Again", "1")
    assert (status, "to the customer alone any more" in words) == (422, True)
    assert Delivery.objects.count() == 2
