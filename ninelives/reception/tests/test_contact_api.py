"""The contact API as an app, a server of the organisation's own, and an outsider find it."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ninelives.channels.actions import change_account, open_account
from ninelives.channels.adapters.contact_api.signing import signature
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.conversations import actions
from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.customers.models import Customer
from ninelives.foundation.ids import as_number, new_id, with_number
from ninelives.reception.queries import forget_accounts
from ninelives.reception.tests.chat_tools import key_of, sent, sign
from ninelives.reception.working import take_receipts
from tests.cast import DORA, Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture
def cast() -> Cast:
    forget_accounts()
    return make_cast()


@pytest.fixture
def inbox(cast: Cast) -> ChannelAccount:
    return open_account("contact_api", "App", cast.brand)


@dataclass
class App:
    """A client written for Chatwoot's public API: it knows a host and an inbox identifier."""

    inbox: ChannelAccount
    source_id: str = ""
    conversation: int = 0
    client: Client = field(default_factory=Client)

    def begin(self, **told: Any) -> "App":
        answer = self.ask("POST", "contacts", told)
        assert answer.status_code == 200, answer.content
        self.source_id = answer.json()["source_id"]
        return self

    def open(self) -> "App":
        self.conversation = self.mine("POST", "conversations", {}).json()["id"]
        return self

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        url = f"/public/api/v1/inboxes/{key_of(self.inbox)}/{path}".removesuffix("/")
        data = json.dumps(body) if body is not None else ""
        return self.client.generic(method, url, data, content_type="application/json", headers=headers)

    def mine(self, method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        return self.ask(method, f"contacts/{self.source_id}/{path}", body, **headers)

    def here(self, method: str, path: str = "", body: Any = None) -> Any:
        return self.mine(method, f"conversations/{self.conversation}/{path}", body)

    def says(self, content: str, **more: Any) -> dict[str, Any]:
        answer = self.here("POST", "messages", {"content": content, **more})
        assert answer.status_code == 200, answer.content
        process()
        return dict(answer.json())

    def hears(self) -> list[str]:
        return [one["content"] for one in self.here("GET", "messages").json()]

    def sends(self, *files: tuple[str, bytes], content: str = "") -> Any:
        given = [SimpleUploadedFile(name, raw, content_type="image/png") for name, raw in files]
        url = (
            f"/public/api/v1/inboxes/{key_of(self.inbox)}/contacts/{self.source_id}"
            f"/conversations/{self.conversation}/messages"
        )
        return self.client.post(url, {"content": content, "attachments[]": given})


@pytest.fixture
def dora(inbox: ChannelAccount) -> App:
    return App(inbox).begin(identifier="dora-17", identifier_hash=sign(inbox, "dora-17"), name="Dora").open()


def process() -> None:
    while take_receipts():
        pass


def post(inbox: ChannelAccount, told: Any, **headers: str) -> Any:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    signed = {"X-Ninelives-Signature": signature(body, inbox.view())} | headers
    return Client().post(inbox.inbound, body, content_type="application/json", headers=signed)


def refused(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["error"] == answer.json()["detail"]
    return str(answer.json()["type"].rpartition(":")[2])


# Rounds


def test_a_round_in_the_shapes_that_clients_know(cast: Cast, inbox: ChannelAccount, dora: App) -> None:
    said = dora.says("Where is my parcel?", echo_id="e1")
    assert (said["message_type"], said["content_type"], said["echo_id"]) == (0, "text", "e1")
    assert (said["conversation_id"], said["sender"]["name"]) == (dora.conversation, "Dora")
    conversation = Conversation.objects.get()
    assert conversation.number == dora.conversation
    actions.answer(conversation, actor=cast.alice, text="It is on its way.", key="1")
    sent()
    asked, answered = dora.here("GET", "messages").json()
    assert asked == said | {"status": "delivered"}
    assert (answered["content"], answered["message_type"]) == ("It is on its way.", 1)
    assert answered["sender"] | {"id": 0} == {
        "id": 0, "name": "Alice", "available_name": "Alice", "avatar_url": "", "type": "user",
    }  # fmt: skip
    assert answered["id"] > asked["id"]
    (listed,) = dora.mine("GET", "conversations").json()
    assert (listed["id"], listed["status"], len(listed["messages"])) == (dora.conversation, "open", 2)
    assert dora.here("POST", "update_last_seen").status_code == 200
    assert Message.objects.get(direction="outbound").delivery.state == "read"


def test_what_was_said_can_be_read_before_it_is_processed(dora: App) -> None:
    said = dora.here("POST", "messages", {"content": "First"}).json()
    assert said["status"] == "stored"
    assert [one["id"] for one in dora.here("GET", "messages").json()] == [said["id"]]
    process()
    assert [one["id"] for one in dora.here("GET", "messages").json()] == [said["id"]]


def test_two_conversations_of_one_contact_stay_two(dora: App) -> None:
    other = App(dora.inbox, dora.source_id).open()
    dora.here("POST", "messages", {"content": "About my lamp"})
    other.here("POST", "messages", {"content": "About my bill"})
    dora.here("POST", "messages", {"content": "The lamp, again"})
    process()
    assert dora.hears() == ["About my lamp", "The lamp, again"]
    assert other.hears() == ["About my bill"]
    assert {one.number for one in Conversation.objects.all()} == {dora.conversation, other.conversation}
    assert Customer.objects.count() == 1


def test_an_empty_conversation_is_no_work_for_anybody(dora: App) -> None:
    assert not Conversation.objects.exists()
    assert [one["id"] for one in dora.mine("GET", "conversations").json()] == [dora.conversation]


def test_the_customer_closes_it_and_opens_it_again_by_writing(dora: App) -> None:
    dora.says("Never mind")
    assert dora.here("POST", "toggle_status").json()["status"] == "resolved"
    dora.says("Or do")
    assert dora.here("GET").json()["status"] == "open"


def test_typing_is_seen(dora: App) -> None:
    dora.says("Hello")
    assert dora.here("POST", "toggle_typing", {"typing_status": "on"}).status_code == 200
    assert Conversation.objects.get().typing
    assert refused(dora.here("POST", "toggle_typing", {"typing_status": "perhaps"}), 422) == "invalid"


def test_files_come_and_go(cast: Cast, dora: App) -> None:
    assert dora.sends(("lamp.png", PICTURE), ("other.png", b"x"), content="Look").status_code == 200
    process()
    assert Attachment.objects.count() == 2
    (told,) = dora.here("GET", "messages").json()
    first = told["attachments"][0]
    assert (first["file_type"], first["file_size"], first["file_name"]) == ("image", len(PICTURE), "lamp.png")
    assert Client().get(first["data_url"]).content == PICTURE


def test_older_messages_are_asked_for_by_the_id_of_the_first(dora: App) -> None:
    for number in range(53):
        dora.here("POST", "messages", {"content": str(number)})
    process()
    newest = dora.here("GET", "messages").json()
    earlier = dora.here("GET", f"messages?before={newest[0]['id']}").json()
    assert [one["content"] for one in [*earlier, *newest]] == [str(number) for number in range(53)]
    assert dora.here("GET", "messages?before=1").json() == []
    assert refused(dora.here("GET", "messages?before=x"), 400) == "bad-cursor"


# Once


def test_the_same_echo_id_is_one_message(dora: App) -> None:
    first, again = dora.says("Once", echo_id=7), dora.says("Once", echo_id="7")
    assert first["id"] == again["id"]
    assert Message.objects.count() == 1
    dora.says("Once", echo_id="8")
    assert Message.objects.count() == 2


def test_the_echo_id_of_another_contact_is_another_message(inbox: ChannelAccount, dora: App) -> None:
    dora.says("Mine", echo_id="1")
    App(inbox).begin().open().says("Mine too", echo_id="1")
    assert Message.objects.count() == 2


# Who it is


@pytest.mark.parametrize("proof", ["0" * 64, "é", "x"])
def test_a_forged_hash_proves_nothing(inbox: ChannelAccount, proof: str) -> None:
    told = {"identifier": "dora-17", "identifier_hash": proof}
    assert refused(App(inbox).ask("POST", "contacts", told), 401) == "wrong-signature"
    begun = App(inbox).begin(name="Nobody")
    assert refused(begun.mine("PATCH", "", told), 401) == "wrong-signature"


def test_an_identifier_without_a_hash_is_nobodys(inbox: ChannelAccount, dora: App) -> None:
    dora.says("My secret")
    other = App(inbox).begin(identifier="dora-17")
    assert other.mine("GET", "conversations").json() == []
    assert other.mine("GET").json()["is_verified"] is False


def test_where_identities_are_required_nobody_comes_without(inbox: ChannelAccount) -> None:
    change_account(inbox, told={"identity": "required"})
    forget_accounts()
    assert refused(App(inbox).ask("POST", "contacts", {"name": "Dora"}), 401) == "wrong-signature"


def test_a_signed_mail_address_is_the_customer_of_the_mail(cast: Cast, inbox: ChannelAccount) -> None:
    mailed = dora_writes(cast, message_id="1@example.org")
    App(inbox).begin(identifier=DORA, identifier_hash=sign(inbox, DORA)).open().says("It is me")
    assert {one.customer for one in Conversation.objects.all()} == {mailed.customer}


def test_a_typed_mail_address_is_another_customer(cast: Cast, inbox: ChannelAccount) -> None:
    mailed = dora_writes(cast, message_id="1@example.org", text="My secret")
    claimed = App(inbox).begin(email=DORA, name="Dora").open()
    claimed.says("Tell me")
    said = Message.objects.get(text="Tell me")
    assert said.customer != mailed.customer
    assert said.customer.addresses.get(kind="mail").proof == "claimed"


def test_who_proves_it_later_keeps_what_was_said(inbox: ChannelAccount) -> None:
    app = App(inbox).begin().open()
    app.says("Before I sign in")
    answer = app.mine("PATCH", "", {"identifier": "dora-17", "identifier_hash": sign(inbox, "dora-17")})
    assert answer.json()["source_id"] == app.source_id
    app.says("And after")
    assert app.hears() == ["Before I sign in", "And after"]
    other = app.mine("PATCH", "", {"identifier": "erik", "identifier_hash": sign(inbox, "erik")})
    assert refused(other, 409) == "conflict"


def test_one_contact_reads_and_moves_nothing_of_another(cast: Cast, inbox: ChannelAccount, dora: App) -> None:
    dora.says("Only for us")
    erik = App(inbox).begin(identifier="erik", identifier_hash=sign(inbox, "erik"))
    theirs = App(inbox, erik.source_id, dora.conversation)
    for method, path in CALLS:
        assert refused(theirs.here(method, path, {"content": "x", "typing_status": "on"}), 404) == "not-found"
    assert erik.mine("GET", "conversations").json() == []
    assert Conversation.objects.get().is_open
    assert Receipt.objects.count() == 1


CALLS = [
    ("GET", ""), ("GET", "messages"), ("POST", "messages"), ("POST", "toggle_status"), ("POST", "toggle_typing"),
    ("POST", "update_last_seen"), ("PATCH", "messages/1"),
]  # fmt: skip


@pytest.mark.parametrize("source_id", ["guessed", "%00", "é"])
def test_a_guessed_source_id_is_nobodys(dora: App, source_id: str) -> None:
    assert refused(App(dora.inbox, source_id).mine("GET"), 404) == "not-found"


def test_a_source_id_opens_no_other_inbox(cast: Cast, dora: App) -> None:
    elsewhere = open_account("contact_api", "Elsewhere", cast.other_brand)
    assert refused(App(elsewhere, dora.source_id).mine("GET"), 404) == "not-found"
    assert Client().get(f"/chat/{key_of(dora.inbox)}/").status_code == 404


# Rubbish and too much


def test_an_inbox_that_is_not_there(inbox: ChannelAccount) -> None:
    answer = Client().post("/public/api/v1/inboxes/nobody/contacts", {}, content_type="application/json")
    assert refused(answer, 404) == "not-found"
    assert Client().get("/public/api/v2/anything").status_code == 404
    assert App(inbox).ask("GET", "").json()["identifier"] == key_of(inbox)


@pytest.mark.parametrize("number", ["99999999999999999999999", "0"])
def test_a_number_that_no_conversation_can_have(dora: App, number: str) -> None:
    assert refused(dora.mine("GET", f"conversations/{number}"), 404) == "not-found"


@pytest.mark.parametrize(
    ("body", "status"),
    [("[]", 400), ("{", 400), ("\xff", 400), ('{"content": 1.5}', 422), ('{"content": " "}', 422), ("{}", 422),
     (json.dumps({"content": "x" * 10_001}), 422), (json.dumps({"content": "x", "echo_id": "y" * 101}), 422),
     (json.dumps({"content": "x" * 300_000}), 413)],
)  # fmt: skip
def test_rubbish_is_refused_in_words(dora: App, body: str, status: int) -> None:
    path = f"/public/api/v1/inboxes/{key_of(dora.inbox)}/contacts/{dora.source_id}"
    url = f"{path}/conversations/{dora.conversation}/messages"
    answer = Client().post(url, body.encode("latin-1"), content_type="application/json")
    refused(answer, status)
    assert not Receipt.objects.exists()


def test_files_have_bounds(dora: App) -> None:
    assert refused(dora.sends(("large.png", b"x" * 20_000_001)), 413) == "too-large"
    assert refused(dora.sends(*[(f"{n}.png", b"x") for n in range(11)]), 422) == "invalid"
    assert refused(dora.sends(*[(f"{n}.png", b"x" * 17_000_000) for n in range(3)]), 413) == "too-large"
    assert not Receipt.objects.exists()


def test_forms_within_messages_are_not_known(dora: App) -> None:
    assert refused(dora.here("PATCH", "messages/1", {"submitted_values": {}}), 422) == "invalid"
    assert refused(dora.here("DELETE", "messages"), 405) == "method-not-allowed"


def test_only_pages_of_the_origins_that_were_told_may_call(inbox: ChannelAccount) -> None:
    assert App(inbox).ask("GET", "", Origin="https://any.example")["Access-Control-Allow-Origin"] == "*"
    change_account(inbox, told={"origins": "https://app.example.org"})
    forget_accounts()
    own = App(inbox).ask("GET", "", Origin="https://app.example.org")
    assert own["Access-Control-Allow-Origin"] == "https://app.example.org"
    other = App(inbox).ask("POST", "contacts", {}, Origin="https://any.example")
    assert refused(other, 403) == "forbidden"
    assert "Access-Control-Allow-Origin" not in other
    assert "PATCH" in App(inbox).ask("OPTIONS", "contacts")["Access-Control-Allow-Methods"]


# A server of the organisation's own


def test_a_server_brings_its_own_channel(cast: Cast, inbox: ChannelAccount, dora: App) -> None:
    assert (
        post(inbox, {"version": 1, "id": "m-1", "from": "dora-17", "name": "Dora", "text": "By server"}).status_code
        == 200
    )
    process()
    assert Message.objects.get().proof == "proven"
    dora.conversation = dora.mine("GET", "conversations").json()[-1]["id"]
    assert dora.hears() == ["By server"]


@pytest.mark.parametrize(
    "headers", [{}, {"X-Ninelives-Signature": "sha256=" + "0" * 64}, {"X-Ninelives-Signature": ""}]
)
def test_what_the_server_did_not_sign_is_not_taken(inbox: ChannelAccount, headers: dict[str, str]) -> None:
    answer = Client().post(
        inbox.inbound, b'{"from": "x", "text": "y"}', content_type="application/json", headers=headers
    )
    assert answer.status_code == 403
    assert not Receipt.objects.exists()


def test_the_secret_of_identities_signs_no_calls(inbox: ChannelAccount) -> None:
    body = b'{"from": "x", "text": "y"}'
    assert post(inbox, body, **{"X-Ninelives-Signature": f"sha256={sign(inbox, body.decode())}"}).status_code == 403


def test_a_server_cannot_speak_as_our_own_door(cast: Cast, inbox: ChannelAccount) -> None:
    told = {"key": "1", "address": f"{cast.pretend.pk}:dora", "is_proven": True, "text": "x"}
    assert post(inbox, told).status_code == 200
    process()
    assert Receipt.objects.get().state == "quarantined"
    assert not Message.objects.exists()


# Ids as numbers


def test_numbers_of_ids_keep_their_order_and_lead_back() -> None:
    ids = [new_id() for _ in range(50)]
    numbers = [as_number(one) for one in ids]
    assert numbers == sorted(numbers)
    assert all(number < 2**53 for number in numbers)
    assert all(with_number(as_number(one))[0] <= one <= with_number(as_number(one))[1] for one in ids)
