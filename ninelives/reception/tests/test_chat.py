"""Chat at the customers' door: what is said stands on the customer's timeline, and what is answered comes back."""

import pytest
from django.test import Client

from ninelives.accounts.models import Person
from ninelives.conversations import actions
from ninelives.conversations.models import Conversation, Message
from ninelives.customers.models import Customer, CustomerMerge
from ninelives.reception.tests.chat_tools import Widget, open_chat, proof, sent
from tests.cast import DORA, Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def shop(cast: Cast):
    return open_chat(cast)


def test_a_round_of_chat(cast: Cast, shop) -> None:
    dora = Widget(shop).begin(**proof(shop, email=DORA))
    key = dora.say("Is my lamp on its way?")
    conversation = Conversation.objects.get()
    answer = actions.answer(conversation, actor=cast.alice, text="It is.", key="1")
    assert dora.texts() == ["Is my lamp on its way?"]
    sent()
    asked, answered = dora.page()["messages"]
    assert (asked["key"], asked["direction"], asked["status"]) == (key, "inbound", "delivered")
    assert (answered["text"], answered["author"], answered["status"]) == ("It is.", "Alice", "delivered")
    assert dora.ask("POST", "seen", {"up_to": answered["id"]}).status_code == 204
    answer.delivery.refresh_from_db()
    assert answer.delivery.state == "read"


def test_who_is_signed_in_at_the_shop_is_the_customer_of_the_mail(cast: Cast, shop) -> None:
    mailed = dora_writes(cast, message_id="1@example.org")
    Widget(shop).begin(**proof(shop, email=DORA)).say("And by chat")
    assert {one.customer for one in Conversation.objects.all()} == {mailed.customer}
    assert set(mailed.customer.addresses.values_list("kind", "proof")) == {("mail", "proven"), ("webchat", "proven")}


def test_a_typed_address_is_another_customer(cast: Cast, shop) -> None:
    mailed = dora_writes(cast, message_id="1@example.org")
    visitor = Widget(shop).begin(email=DORA)
    visitor.say("I am Dora, really")
    said = Message.objects.get(text="I am Dora, really")
    assert said.customer != mailed.customer
    assert said.proof == "claimed"
    assert said.customer.addresses.get(kind="mail").proof == "claimed"
    assert visitor.texts() == ["I am Dora, really"]
    assert dora_writes(cast, message_id="2@example.org", text="Me").customer == mailed.customer


def test_the_conversation_without_a_name_goes_on_under_it(cast: Cast, shop) -> None:
    widget = Widget(shop).begin()
    widget.say("Before I sign in")
    before = widget.token
    widget.begin(**proof(shop))
    assert widget.token != before
    assert Widget(shop, before).ask("GET", "messages").status_code == 401
    widget.say("And after")
    conversation = Conversation.objects.get()
    assert conversation.customer.addresses.filter(value__endswith=":dora-17").exists()
    assert Widget(shop).begin(**proof(shop)).texts() == ["Before I sign in", "And after"]
    assert Customer.objects.count() == 1


def test_the_visitor_turns_out_to_be_a_customer_we_know(cast: Cast, shop) -> None:
    Widget(shop).begin(**proof(shop)).say("From my telephone")
    widget = Widget(shop).begin()
    widget.say("Nobody yet")
    widget.begin(**proof(shop))
    assert widget.texts() == ["From my telephone", "Nobody yet"]
    merge = CustomerMerge.objects.get()
    assert (merge.kept.name, merge.merged.name[:7], merge.by_name) == ("Dora de Vries", "Visitor", "")
    page = signed_in(cast.alice).get(f"/desk/all/{Conversation.objects.latest('created_at').pk}/").content.decode()
    assert "turned out to be Dora de Vries" in page


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_both_see_that_the_other_types(cast: Cast, shop) -> None:
    dora = Widget(shop).begin(**proof(shop))
    dora.say("Hello?")
    conversation = Conversation.objects.get()
    desk = f"/desk/all/{conversation.pk}/typing/"
    assert b"is typing" not in signed_in(cast.alice).get(desk).content
    assert dora.ask("POST", "typing", {"is_typing": True}).status_code == 204
    assert b"Dora de Vries is typing" in signed_in(cast.alice).get(desk).content
    dora.say("There you are")
    assert b"is typing" not in signed_in(cast.alice).get(desk).content

    assert dora.page()["is_typing"] is False
    actions.save_draft(conversation, person=cast.alice, text="Good mor", mode="note", version=0)
    assert dora.page()["is_typing"] is False
    actions.save_draft(conversation, person=cast.alice, text="Good mor", mode="reply", version=1)
    assert dora.page()["is_typing"] is True
    actions.answer(conversation, actor=cast.alice, text="Good morning", key="1", use_draft=True)
    assert dora.page()["is_typing"] is False


def test_the_visitor_sees_what_was_seen(cast: Cast, shop) -> None:
    dora = Widget(shop).begin(**proof(shop))
    dora.say("Hello?")
    conversation = Conversation.objects.get()
    assert dora.page()["read_up_to"] is None
    actions.mark_read(conversation, person=cast.alice, up_to=conversation.heard_at)
    page = dora.page()
    assert page["read_up_to"] == page["messages"][0]["id"]
    assert page["messages"][0]["status"] == "read"
    dora.say("Still there?")
    assert [one["status"] for one in dora.page()["messages"]] == ["read", "delivered"]


def test_where_it_was_written_goes_along_and_only_a_web_page_becomes_a_link(cast: Cast, shop) -> None:
    dora = Widget(shop).begin(**proof(shop, email=DORA))
    page = {"url": "https://shop.example/lamps", "title": "Lamps"}
    dora.say("This one", page=page, context={"order": "4711", "deep": {"no": "thing"}})
    dora.say("And this", page={"url": "javascript:alert(1)", "title": "<b>Lamps</b>"})
    dora.say("No page")
    said = dict(Message.objects.values_list("text", "page"))
    assert said["This one"] == {**page, "context": [["order", "4711"]]}
    assert said["And this"] == {"url": "", "title": "<b>Lamps</b>", "context": []}
    assert said["No page"] is None
