"""The customers' door as an outsider finds it: another's token, wrong signatures, rubbish, too much, too often."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from ninelives.channels.actions import change_account, open_account
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.conversations import actions
from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.foundation.clock import now
from ninelives.reception import pacing, working
from ninelives.reception.models import Upload, Visitor
from ninelives.reception.queries import forget_accounts
from ninelives.reception.tests.chat_tools import Widget, problem, proof, sent, sign
from ninelives.reception.views import chat_files
from ninelives.reception.working import take_receipts
from tests.cast import DORA, Cast, dora_writes

pytestmark = pytest.mark.django_db(transaction=True)

CALLS = [
    ("GET", "messages"), ("POST", "messages"), ("POST", "files"), ("POST", "typing"), ("POST", "seen"),
    ("POST", "address"), ("GET", "waiting"), ("GET", "choice"), ("POST", "choice"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("token", ["", "nlv_guessed", "é"])
def test_without_a_session_nothing_is_told(shop: ChannelAccount, method: str, path: str, token: str) -> None:
    problem(Widget(shop, token).ask(method, path, {"key": str(uuid4()), "text": "x"}), 401, "unauthorized")
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_token_opens_no_other_account(cast: Cast, dora: Widget, method: str, path: str) -> None:
    elsewhere = open_account("webchat", "Elsewhere", cast.other_brand)
    body = {"key": str(uuid4()), "text": "x"}
    problem(Widget(elsewhere, dora.token).ask(method, path, body), 401, "unauthorized")
    problem(replace(dora, account=elsewhere).ask(method, path, body), 401, "unauthorized")
    assert Receipt.objects.count() == 1


def test_another_visitor_sees_and_moves_nothing(cast: Cast, shop: ChannelAccount, dora: Widget) -> None:
    answer = actions.answer(Conversation.objects.get(), actor=cast.alice, text="For Dora", key="1")
    sent()
    other = Widget(shop).begin(**proof(shop, "erik-3"))
    assert other.texts() == []
    assert other.ask("POST", "seen", {"up_to": str(answer.pk)}).status_code == 204
    answer.delivery.refresh_from_db()
    assert answer.delivery.state == "sent"
    theirs = dora.upload(b"picture")
    problem(other.ask("POST", "messages", {"key": str(uuid4()), "text": "", "files": [theirs]}), 422, "invalid")


@pytest.mark.parametrize("key", ["", "nobody", "a" * 300, "%00", "..%2f"])
def test_an_account_that_is_not_there(key: str, shop: ChannelAccount) -> None:
    answer = Widget(shop).client.get(f"/chat/{key}/")
    problem(answer, 404, "not-found")


def test_an_account_that_was_switched_off(shop: ChannelAccount, dora: Widget) -> None:
    change_account(shop, is_active=False)
    forget_accounts()
    problem(dora.ask("GET", ""), 404, "not-found")
    problem(dora.ask("GET", "messages"), 404, "not-found")


# Who it is


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": "0" * 64},
        {"signature": ""},
        {"signature": None},
        {"customer": "dora-18"},
        {"customer": "", "signature": "0" * 64},
        {"customer": None},
        {"email": DORA, "email_signature": "0" * 64},
        {"email": "", "email_signature": "0" * 64},
        {"signature": "é" * 64},
    ],
)
def test_a_wrong_signature_is_refused_and_never_something_less(shop: ChannelAccount, wrong: dict[str, Any]) -> None:
    problem(Widget(shop).ask("POST", "sessions", proof(shop) | wrong), 403, "wrong-signature")
    assert not Visitor.objects.exists()


def test_a_signature_of_another_account_proves_nothing(cast: Cast, shop: ChannelAccount) -> None:
    elsewhere = open_account("webchat", "Elsewhere", cast.brand)
    problem(Widget(shop).ask("POST", "sessions", proof(elsewhere)), 403, "wrong-signature")


def test_one_id_at_two_accounts_is_two_visitors(cast: Cast, shop: ChannelAccount, dora: Widget) -> None:
    elsewhere = open_account("webchat", "Elsewhere", cast.brand)
    assert Widget(elsewhere).begin(**proof(elsewhere)).texts() == []


@pytest.mark.parametrize("told", [{"customer": DORA}, {"email": DORA.upper()}])
def test_a_signed_mail_address_is_the_customer_of_the_mail(cast: Cast, shop: ChannelAccount, told: Any) -> None:
    mailed = dora_writes(cast, message_id="1@example.org")
    name, value = next(iter(told.items()))
    told |= {"signature" if name == "customer" else "email_signature": sign(shop, value.lower())}
    Widget(shop).begin(**told).say("It is me")
    assert {one.customer for one in Conversation.objects.all()} == {mailed.customer}


def test_a_claim_shows_nothing_of_what_was_said_before(cast: Cast, shop: ChannelAccount) -> None:
    dora_writes(cast, message_id="1@example.org", text="My secret")
    proven = Widget(shop).begin(**proof(shop, email=DORA))
    proven.say("Another secret")
    claimed = Widget(shop).begin()
    assert claimed.ask("POST", "address", {"email": DORA, "name": "Dora"}).status_code == 204
    claimed.say("Tell me my secrets")
    assert claimed.texts() == ["Tell me my secrets"]
    customer = Message.objects.get(text="Tell me my secrets").customer
    assert customer.addresses.get(kind="mail").proof == "claimed"
    assert customer.name == "Dora"
    assert claimed.ask("POST", "address", {"email": "erik@example.net", "name": ""}).status_code == 204
    assert customer.addresses.filter(kind="mail", proof="claimed").count() == 2


def test_who_comes_after_somebody_who_signed_out_begins_anew(shop: ChannelAccount, dora: Widget) -> None:
    next_one = Widget(shop, dora.token).begin()
    assert next_one.token != dora.token
    assert next_one.texts() == []
    assert Widget(shop, dora.token).begin(**proof(shop, "erik-3")).texts() == []


def test_the_same_browser_goes_on_and_a_second_one_sees_it_too(shop: ChannelAccount, dora: Widget) -> None:
    token = dora.token
    assert dora.begin(**proof(shop)).token == token
    assert Widget(shop).begin(**proof(shop)).texts() == ["Only for us"]
    nobody = Widget(shop).begin()
    nobody.say("Me")
    token = nobody.token
    assert nobody.begin().token == token
    assert nobody.texts() == ["Me"]


def test_what_else_stands_in_the_conversation_is_not_for_the_visitor(cast: Cast, shop: ChannelAccount, dora: Widget):
    conversation = Conversation.objects.get()
    actions.note(conversation, actor=cast.alice, text="She is difficult", key="1")
    erik = Widget(shop).begin(**proof(shop, "erik-3"))
    erik.say("Mine")
    Message.objects.filter(text="Mine").update(conversation=conversation)
    hers = actions.answer(conversation, actor=cast.alice, text="To Erik", key="2")
    assert hers.recipient.endswith("erik-3")
    sent()
    assert dora.texts() == ["Only for us"]


# What is sent


def test_two_posts_of_one_key_are_one_message(shop: ChannelAccount, dora: Widget) -> None:
    key = dora.say("Once", files=[dora.upload(b"x")])
    dora.say("Once", key)
    Upload.objects.all().delete()
    answer = dora.ask("POST", "messages", {"key": key, "text": "Once", "files": [str(uuid4())]})
    assert (answer.status_code, answer.json()) == (202, {"key": key})
    assert Message.objects.filter(text="Once").count() == 1


def test_posts_of_one_key_at_the_same_moment_are_one_message(shop: ChannelAccount, dora: Widget) -> None:
    key = str(uuid4())

    def post(_number: int) -> int:
        try:
            return Widget(shop, dora.token).ask("POST", "messages", {"key": key, "text": "At once"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(post, range(12))) == {202}
    while take_receipts():
        pass
    assert Message.objects.filter(text="At once").count() == 1


def test_a_key_that_another_used_is_another_message(shop: ChannelAccount, dora: Widget) -> None:
    key = dora.say("The same words")
    erik = Widget(shop).begin()
    erik.say("The same words", key)
    assert erik.texts() == ["The same words"]
    assert Message.objects.filter(text="The same words").count() == 2


def test_messages_stand_in_the_order_in_which_they_were_sent(shop: ChannelAccount) -> None:
    widget = Widget(shop).begin()
    words = [f"Line {number}" for number in range(30)]
    for text in words:
        assert widget.ask("POST", "messages", {"key": str(uuid4()), "text": text}).status_code == 202
    assert widget.texts() == words
    assert {one["status"] for one in widget.page()["messages"]} == {"stored"}
    waiting = [one["id"] for one in widget.page()["messages"]]
    while take_receipts(4):
        pass
    assert widget.texts() == words
    assert [one["id"] for one in widget.page()["messages"]] == waiting
    assert Conversation.objects.count() == 1


def test_what_was_stored_survives_a_worker_that_dies(
    shop: ChannelAccount, dora: Widget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise OperationalError("the worker is gone")

    assert dora.ask("POST", "messages", {"key": str(uuid4()), "text": "Still here"}).status_code == 202
    with monkeypatch.context() as patched:
        patched.setattr(working.pipeline, "process", dies)
        with pytest.raises(OperationalError):
            take_receipts()
    assert dora.texts()[-1] == "Still here"
    while take_receipts():
        pass
    assert Message.objects.filter(text="Still here").count() == 1


@pytest.mark.parametrize(
    "rubbish", [b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"[" * 50_000, b"\0", b'{"text": NaN']
)
@pytest.mark.parametrize("path", ["sessions", "messages", "address", "typing", "seen"])
def test_rubbish_is_said_to_be_rubbish(dora: Widget, path: str, rubbish: bytes) -> None:
    problem(dora.ask("POST", path, rubbish), 400, "malformed")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "no key"},
        {"key": "short", "text": "x"},
        {"key": 5, "text": "x"},
        {"key": "k" * 65, "text": "x"},
        {"key": str(uuid4()), "text": 5},
        {"key": str(uuid4()), "text": ""},
        {"key": str(uuid4()), "text": " \n\0 "},
        {"key": str(uuid4()), "text": "x" * 5001},
        {"key": str(uuid4()), "text": "x", "files": "no list"},
        {"key": str(uuid4()), "text": "x", "files": ["no id"]},
        {"key": str(uuid4()), "text": "x", "files": [str(uuid4())] * 11},
        {"key": str(uuid4()), "text": "x", "files": [{"a": 1}]},
    ],
)
def test_a_message_that_cannot_be_sent_is_refused_in_words(dora: Widget, body: dict[str, Any]) -> None:
    assert problem(dora.ask("POST", "messages", body), 422, "invalid")
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    "told",
    [
        {"name": "x" * 201}, {"email": "no address"}, {"email": f"{'a' * 300}@example.org"}, {"name": {"a": 1}},
        {"customer": "x" * 201}, {"token": "x" * 201},
    ],
)  # fmt: skip
def test_identities_that_cannot_be_are_refused_in_words(shop: ChannelAccount, told: dict[str, Any]) -> None:
    assert problem(Widget(shop).ask("POST", "sessions", told), 422, "invalid")


def test_strange_letters_are_kept_or_left_out_and_never_a_fault(dora: Widget) -> None:
    words = '"text": "a\\u0000b\\ud800c😀", "page": {"url": "\\ud800"}, "context": {"\\u0000": [1]}'
    told = f'{{"key": "{uuid4()}", {words}}}'
    assert dora.ask("POST", "messages", told.encode()).status_code == 202
    while take_receipts():
        pass
    assert dora.texts()[-1] == "ab?c😀"


def test_a_refusal_is_in_the_language_asked_for(shop: ChannelAccount) -> None:
    in_dutch = Widget(shop).ask("GET", "messages?language=nl")
    assert in_dutch.json()["title"] == "Een sessie is nodig"
    by_header = Widget(shop).ask("GET", "messages", headers={"Accept-Language": "nl-BE,en;q=0.5"})
    assert by_header.json()["title"] == "Een sessie is nodig"


# Too much, too often


def test_a_message_too_large_to_be_one_is_refused(dora: Widget) -> None:
    told = json.dumps({"key": str(uuid4()), "text": "x" * 50_000_000}).encode()
    assert "100 kB" in problem(dora.ask("POST", "messages", told), 413, "too-large")


def test_a_file_too_large_is_refused_and_the_limit_told(dora: Widget) -> None:
    answer = dora.ask("POST", "files", b"x" * 20_000_001, content_type="image/png", headers={"X-File-Name": "a.png"})
    assert "20 MB" in problem(answer, 413, "too-large")
    problem(dora.ask("POST", "files", b"", content_type="image/png"), 422, "invalid")
    assert not Upload.objects.exists()


def test_who_is_too_fast_is_told_how_long_to_wait(dora: Widget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing.time, "time", lambda: 1_800_000_030.0)
    for _ in range(120):
        assert dora.ask("POST", "typing", {"is_typing": True}).status_code == 204
    refused = dora.ask("POST", "typing", {"is_typing": True})
    assert problem(refused, 429, "too-many-requests")
    assert refused["Retry-After"] == "30"
    assert dora.ask("GET", "messages").status_code == 200
    monkeypatch.setattr(pacing.time, "time", lambda: 1_800_000_060.0)
    assert dora.ask("POST", "typing", {"is_typing": True}).status_code == 204


def test_one_network_cannot_be_too_fast_under_many_names(shop: ChannelAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    pace = pacing.Pace("test", visitor=100, network=3)
    for number in range(3):
        pacing.spend(pace, visitor=str(number), network="192.0.2.1")
    with pytest.raises(pacing.TooFastError):
        pacing.spend(pace, visitor="another", network="192.0.2.1")
    pacing.spend(pace, visitor="another", network="192.0.2.2")


# From any origin


def test_a_page_of_any_origin_may_ask(shop: ChannelAccount) -> None:
    for path in ("", "sessions", "messages", "files", "typing", "seen", "address", "no/such/thing"):
        asked = Widget(shop).ask("OPTIONS", path, headers={"Origin": "https://shop.example"})
        if path != "no/such/thing":
            assert asked.status_code == 204
            assert asked["Access-Control-Max-Age"] == "86400"
            assert {"Authorization", "Content-Type", "X-File-Name"} <= set(
                asked["Access-Control-Allow-Headers"].split(", ")
            )
        assert asked["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in asked


def test_no_answer_sets_a_cookie(shop: ChannelAccount, dora: Widget) -> None:
    for method, path in [("GET", ""), *CALLS]:
        assert not dora.ask(method, path, {"text": "x"}).cookies
    assert dora.ask("GET", "")["Cache-Control"] == "public, max-age=60"
    assert dora.ask("GET", "messages")["Cache-Control"] == "no-store"


def test_another_method_is_not_one(dora: Widget) -> None:
    refused = dora.ask("DELETE", "messages")
    problem(refused, 405, "method-not-allowed")
    assert refused["Allow"] == "GET, POST, OPTIONS"


# Files


def test_files_go_both_ways_and_open_without_a_token(cast: Cast, shop: ChannelAccount, dora: Widget) -> None:
    dora.say("See", files=[dora.upload(b"\x89PNG", "..%2Fmy%20l%C3%A4mp.png")])
    conversation = Conversation.objects.get()
    actions.attach(conversation, person=cast.alice, name="bill.html", content=b"<script>alert(1)</script>")
    actions.answer(conversation, actor=cast.alice, text="And you", key="1", use_draft=True)
    sent()
    mine, ours = [one["files"][0] for one in dora.page()["messages"] if one["files"]]
    assert (mine["name"], mine["size"], mine["media_type"]) == ("my lämp.png", 4, "image/png")
    picture, page = (Widget(shop).client.get(one["url"]) for one in (mine, ours))
    assert (picture.content, picture["Content-Type"]) == (b"\x89PNG", "image/png")
    assert page["Content-Type"] == "application/octet-stream"
    assert page["Content-Disposition"].startswith("attachment")
    for answer in (picture, page):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_link_that_was_changed_or_is_over_opens_nothing(
    cast: Cast, shop: ChannelAccount, dora: Widget, monkeypatch: pytest.MonkeyPatch
) -> None:
    dora.say("See", files=[dora.upload(b"x")])
    url = dora.page()["messages"][-1]["files"][0]["url"]
    elsewhere = open_account("webchat", "Elsewhere", cast.other_brand)
    client = Widget(shop).client
    problem(client.get(url[:-1] + ("0" if url[-1] != "0" else "1")), 404, "not-found")
    problem(client.get(url.partition("?")[0]), 404, "not-found")
    problem(client.get(url.replace("until=1", "until=2")), 404, "not-found")
    attachment = Attachment.objects.get()
    problem(client.get(url.replace(str(attachment.pk), str(uuid4()))), 404, "not-found")
    told = dora.account.view().settings["key"]
    problem(client.get(url.replace(told, elsewhere.view().settings["key"])), 404, "not-found")
    assert client.get(url).status_code == 200
    later = now().timestamp() + chat_files.OPENS_FOR + 1
    monkeypatch.setattr(chat_files.time, "time", lambda: later)
    problem(client.get(url), 410, "gone")


# Pages
