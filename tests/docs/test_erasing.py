"""The statements that docs/reference/data.md gives for erasing a customer leave nothing of her, and nobody else out."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from ninelives.accounts.permissions import Permission
from ninelives.channels.actions import open_account
from ninelives.channels.models import MediaFetch, Receipt
from ninelives.conversations import actions
from ninelives.conversations.models import Case, CaseMembership, Conversation, Message, MessageChange
from ninelives.customers.actions import merge, relate, tell, tell_apart, unmerge
from ninelives.customers.models import Customer, CustomerDetail
from ninelives.foundation import files
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact, File
from ninelives.promises import actions as promises
from ninelives.reception.models import Visitor
from ninelives.reception.tests.chat_tools import Widget, open_chat, proof
from ninelives.routing import actions as routing
from ninelives.routing.models import Menu, Placement
from ninelives.webhooks.catalogue import EVENTS
from ninelives.webhooks.models import Attempt, Call, Webhook
from ninelives.webhooks.telling import as_body, news_of
from tests.cast import DORA, arrives, bearer, dora_writes, mail, make_cast, newest_message
from tests.erasing import erase

pytestmark = pytest.mark.django_db

OTHER = "erik@example.net"


def everything_kept():
    """Each row of our tables as text, raw input readable."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if not table.startswith(("django_", "auth_", "account_", "gone_")):
                cursor.execute(f'SELECT row_to_json(one)::text FROM "{table}" AS one')
                yield from ((table, text) for (text,) in cursor.fetchall())
        cursor.execute("SELECT encode(raw, 'escape') FROM channels_receipt WHERE raw IS NOT NULL")
        yield from (("raw", text) for (text,) in cursor.fetchall())


def kept_of(word):
    return {table for table, text in everything_kept() if word.lower() in text.lower()}


def conversation_of(people, address):
    arrives(mail(sender=f"Somebody <{address}>", message_id=f"of-{address}"), people.mailbox, sender=address)
    return newest_message().conversation


def everybody_is_told():
    """As the worker does, of all that happened."""
    webhook = Webhook.objects.create(url="http://127.0.0.1:9/", events=["*"], secret="")
    for fact in Fact.objects.all():
        for news in news_of(fact, EVENTS):
            payload = as_body(news.event, fact.occurred_at, news.data)
            call = Call.objects.create(webhook=webhook, event=news.event, customer=news.customer, payload=payload)
            Attempt.objects.create(call=call, answer="Thank you, Sesamstraat")


@pytest.fixture
def people():
    return make_cast(confirms=True)


def test_nothing_is_left_of_her(people, client):
    conversation = dora_writes(people, message_id="1@example.org", text="I live in Sesamstraat.")
    arrives(mail(message_id="1@example.org", text="I live in Sesamstraat."), people.mailbox)
    actions.claim(conversation, person=people.alice)
    actions.attach(conversation, person=people.alice, name="bill.txt", content=b"Sesamstraat")
    actions.answer(conversation, actor=people.alice, text="Sesamstraat, noted.", key="k", use_draft=True)
    actions.note(conversation, actor=people.alice, text="Is there a Sesamstraat?", key="n")
    actions.save_draft(conversation, person=people.bob, text="About Sesamstraat", mode="note", version=0)
    actions.mark_unread(conversation, person=people.alice)
    actions.snooze(conversation, actor=people.alice, until=now() + timedelta(days=1))
    actions.tag(conversation, actions.tag_named("Refund", actor=people.lead), actor=people.alice)
    actions.do_with_many([conversation.pk], "close", person=people.alice)
    address = f"/api/v1/conversations/{conversation.pk}/messages"
    headers = {**bearer(Permission.ANSWER), "Idempotency-Key": "once"}
    client.post(address, {"text": "So Sesamstraat it is"}, content_type="application/json", headers=headers)
    # Quarantined: nothing but the envelope names her.
    arrives(b"   ", people.mailbox)

    everybody_is_told()

    before = {"api_rememberedanswer", "channels_delivery", "conversations_draft", "conversations_message", "raw"}
    assert before | {"webhooks_call", "webhooks_attempt"} <= kept_of("Sesamstraat")
    tied(people, conversation)

    erase(Customer.objects.get(addresses__value=DORA))

    assert kept_of(DORA) == set()
    assert kept_of("Sesamstraat") == set()
    assert not File.objects.exists()


def test_whoever_she_was_merged_with_goes_too(people):
    other = conversation_of(people, OTHER)
    undone = conversation_of(people, "frits@example.net")
    hers = dora_writes(people, message_id="1@example.org", text="I live in Sesamstraat.")
    tell_apart(hers.customer, undone.customer, actor=people.alice)
    relate(undone.customer, hers.customer, kind="acts_for", actor=people.alice)
    merge(other.customer, hers.customer, actor=people.alice)
    unmerge(merge(undone.customer, hers.customer, actor=people.alice), actor=people.alice)

    erase(hers.customer)

    assert kept_of(DORA) == kept_of(OTHER) == kept_of("Sesamstraat") == set()
    assert Customer.objects.get() == undone.customer
    assert Customer.objects.get().is_record


def tied(people, conversation):
    """Merged, split and linked with others of hers."""
    more, third = (dora_writes(people, message_id=f"{n}@example.org", text="Sesamstraat") for n in (7, 8))
    actions.merge(conversation, more, actor=people.alice)
    actions.split(conversation, more.messages.earliest("occurred_at"), actor=people.alice)
    actions.link(conversation, third, actor=people.alice)
    case = actions.open_case(third, actor=people.alice, title="Trouble in Sesamstraat").case
    actions.open_case(conversation, actor=people.alice, title="More of Sesamstraat")
    actions.join_case(conversation, case, actor=people.alice)
    actions.close_case(case, actor=people.alice)
    address = conversation.customer.addresses.create(
        base=people.brand.base, kind="pretend", value="Sesamstraat", proof="proven"
    )
    wanted = promises.Wanted("callback", now() + timedelta(days=1), what="Sesamstraat", address="+31612345678")
    promise = promises.make_in(wanted, third, actor=people.alice)
    promises.attempt(promise, actor=people.alice, outcome="busy", note="Sesamstraat")
    promises.move(promise, actor=people.alice, due_from=None, due_by=now() + timedelta(days=2))
    promises.hand_over(promise, actor=people.alice, person=people.bob)
    promises.withdraw(promise, actor=people.alice, because="customer", reason="Sesamstraat")
    promises.reopen(promise, actor=people.alice)
    promises.attempt(promise, actor=people.alice, outcome="reached", note="Sesamstraat")
    way = actions.Chosen(people.pretend.pk, address.pk)
    actions.answer_elsewhere(third, way, actor=people.alice, text="So Sesamstraat", key="e")


def test_what_was_merged_with_hers_and_is_anothers_by_now_stands_by_itself(people):
    hers = dora_writes(people, message_id="1@example.org")
    his = conversation_of(people, OTHER)
    one = merge(hers.customer, his.customer, actor=people.alice)
    actions.close(his, actor=people.alice)
    made = actions.merge(*Conversation.objects.order_by("pk"), actor=people.alice)
    actions.link(hers, conversation_of(people, "frits@example.net"), actor=people.alice)
    unmerge(one, actor=people.alice)
    assert made.kept == hers

    erase(Customer.objects.get(addresses__value=DORA))

    his.refresh_from_db()
    assert (his.status, his.root, Conversation.objects.count()) == ("closed", None, 2)


def test_what_was_in_a_case_of_hers_and_is_anothers_by_now_is_in_none(people):
    hers = dora_writes(people, message_id="1@example.org")
    his = conversation_of(people, OTHER)
    one = merge(hers.customer, his.customer, actor=people.alice)
    actions.open_case(his, actor=people.alice)
    actions.join_case(his, actions.open_case(hers, actor=people.alice).case, actor=people.alice)
    unmerge(one, actor=people.alice)

    erase(Customer.objects.get(addresses__value=DORA))

    his.refresh_from_db()
    assert his.case is None
    assert Case.objects.get().customer == his.customer
    assert CaseMembership.objects.get().ended_at is not None


def test_nothing_is_left_of_her_chat(people):
    shop = open_chat(people)
    routing.open_queue(people.brand, "Service")
    anonymous = Widget(shop).begin()
    anonymous.say("Who is at Sesamstraat?")
    anonymous.begin(**proof(shop, email=DORA)).say("Sesamstraat it is", files=[anonymous.upload(b"Sesamstraat")])
    anonymous.upload(b"Never sent from Sesamstraat")
    anonymous.ask("POST", "typing", {"is_typing": True})
    chosen = anonymous.ask("POST", "choice", {"what": "call", "phone": "+31612345678"})
    assert chosen.status_code == 201
    Menu.objects.create(placement=Placement.objects.get())

    erase(Customer.objects.filter(addresses__value=DORA).first())

    assert kept_of(DORA) == kept_of("Sesamstraat") == kept_of("dora-17") == kept_of("31612345678") == set()
    assert not Visitor.objects.exists()
    assert not Menu.objects.exists()
    assert not File.objects.exists()


def test_nothing_is_left_of_what_is_known_of_her_and_of_what_she_changed(people):
    account = whatsapp_of(people)
    writes_on(account, "m1", type="image", image={"id": "sesamstraat-1", "mime_type": "image/png", "caption": "Look"})
    writes_on(account, "m2", type="text", text={"body": "I live in Samsonstraat"})
    words = {"type": "text", "text": {"body": "I live in Sesamstraat"}}
    writes_on(account, "e1", type="edit", edit={"original_message_id": "m2", "message": words})
    # Of a message that never came.
    writes_on(account, "e2", type="edit", edit={"original_message_id": "never", "message": words})
    writes_on(account, "r1", type="reaction", reaction={"message_id": "m2", "emoji": "👍"})
    fetch = MediaFetch.objects.get()
    fetched = files.store(b"Sesamstraat")
    MediaFetch.objects.update(state="kept", file=fetched, name="Sesamstraat.png")
    actions.take_fetched(fetch.pk)
    hers = Customer.objects.get(addresses__kind="phone", addresses__value="+31612345678")
    tell(hers, {"street": ["Sesamstraat"], "number": ["Sesamstraat-9"]}, source="agent")
    everybody_is_told()
    named = {"channels_mediafetch", "conversations_messagechange", "customers_customerdetail", "raw"}
    assert named <= kept_of("Sesamstraat")
    his = writes_on(account, "h1", "31699999999", type="text", text={"body": "Mine."})

    erase(hers)

    assert kept_of("Sesamstraat") == kept_of("Samsonstraat") == kept_of("31612345678") == kept_of("👍") == set()
    assert (MediaFetch.objects.count(), MessageChange.objects.count(), CustomerDetail.objects.count()) == (0, 0, 0)
    assert not File.objects.exists()
    assert [*Message.objects.values_list("text", "customer")] == [("Mine.", his.customer_id)]


def test_a_sign_of_hers_to_what_we_told_him_goes_and_his_own_stays(people):
    account = whatsapp_of(people)
    writes_on(account, "h1", "31699999999", type="text", text={"body": "Mine."})
    for number in ("31699999999", "31612345678"):
        writes_on(account, f"r{number}", number, type="reaction", reaction={"message_id": "h1", "emoji": "👍"})

    erase(Customer.objects.get(addresses__kind="phone", addresses__value="+31612345678"))

    assert kept_of("31612345678") == set()
    assert MessageChange.objects.get().customer == Message.objects.get().customer


def whatsapp_of(people):
    told = {"app_secret": "s", "verify_token": "v", "phone_number_id": "1", "access_token": "t"}
    return open_account("whatsapp", "WhatsApp", people.brand, told=told)


def writes_on(account, message_id, number="31612345678", **told):
    """The newest message there is then."""
    message = {"from": number, "id": message_id, "timestamp": str(1_790_000_000 + Receipt.objects.count()), **told}
    value = {"contacts": [{"wa_id": number, "profile": {"name": "Somebody"}}], "messages": [message]}
    arrives(json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode(), account, sender="")
    return newest_message()


def test_who_only_claims_her_address_takes_nothing_of_hers_along(people):
    dora_writes(people, message_id="1@example.org", text="Hers.")
    shop = open_chat(people)
    Widget(shop).begin(email=DORA).say("I say that I am Dora")

    erase(Message.objects.get(text="I say that I am Dora").customer)

    assert "conversations_message" in kept_of("Hers.")
    assert kept_of("I say that I am Dora") == set()
    assert Customer.objects.get().addresses.get().value == DORA


def test_nobody_else_is_touched(people):
    arrives(
        mail(sender=f"Erik <{OTHER}>", Cc=DORA, message_id="9@example.net", text="Mine."), people.mailbox, sender=OTHER
    )
    his = newest_message().conversation
    arrives(mail(message_id="8@example.org", text="Hers.", In_Reply_To="<9@example.net>"), people.mailbox)
    arrives(mail(to="hallo@windkracht.example", message_id="7@example.org", text="Elsewhere."), people.other_mailbox)
    assert Message.objects.filter(conversation=his, text__contains="Hers.").exists()

    erase(Customer.objects.get(addresses__value=DORA, base=people.brand.base))

    assert set(Customer.objects.values_list("addresses__value", flat=True)) == {OTHER, DORA}
    assert Conversation.objects.count() == 2
    assert kept_of("Hers.") == set()
    assert "conversations_message" in kept_of("Mine.")
    assert "conversations_message" in kept_of("Elsewhere.")
