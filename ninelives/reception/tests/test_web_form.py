"""The web form as visitors, other sites, programs and machines that mean no good find it."""

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ninelives.channels.actions import change_account, open_account
from ninelives.channels.models import ChannelAccount, Delivery, Receipt
from ninelives.conversations import actions
from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.foundation.clock import now
from ninelives.reception import forms
from ninelives.reception.queries import forget_accounts
from ninelives.reception.tests.chat_tools import key_of
from ninelives.reception.working import take_receipts
from tests.cast import DORA, Cast, arrives, dora_writes, mail, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
SITE = "https://www.example.org"


@pytest.fixture
def cast() -> Cast:
    forget_accounts()
    return make_cast()


@pytest.fixture
def form(cast: Cast) -> ChannelAccount:
    return open_account("web_form", "Contact", cast.brand, told={"origins": SITE})


def url(form: ChannelAccount) -> str:
    return f"/forms/{key_of(form)}/"


def given_out(form: ChannelAccount, ago: timedelta = timedelta(minutes=1)) -> str:
    return forms.new_form(form, now() - ago)


def filled(account: ChannelAccount, /, **told: Any) -> dict[str, Any]:
    return {
        "form": given_out(account),
        "mail": DORA,
        "name": "Dora de Vries",
        "subject": "Meter",
        "text": "Hello",
        **told,
    }


def send(form: ChannelAccount, told: dict[str, Any], **headers: str) -> Any:
    answer = Client().post(url(form), told, headers={"Accept-Language": "en", **headers})
    take_in()
    return answer


def send_json(form: ChannelAccount, told: Any, **headers: str) -> Any:
    body = told if isinstance(told, str) else json.dumps(told)
    headers = {"Accept-Language": "en", **headers}
    answer = Client().post(url(form), body, content_type="application/json", headers=headers)
    take_in()
    return answer


def take_in() -> None:
    while take_receipts():
        pass


def said() -> list[str]:
    return list(Message.objects.filter(direction="inbound").order_by("occurred_at").values_list("text", flat=True))


def test_what_was_filled_in_is_a_conversation_that_mail_answers(form: ChannelAccount, cast: Cast) -> None:
    answer = send(form, filled(form, files=[SimpleUploadedFile("meter.png", PICTURE, "image/png")]))
    assert answer.status_code == 303

    message = Message.objects.get()
    assert (message.text, message.sender_name, message.proof) == ("Hello", "Dora de Vries", "claimed")
    assert (message.account, message.conversation.account) == (form, cast.mailbox)
    assert message.conversation.subject == "Meter"
    assert Attachment.objects.get().size == len(PICTURE)
    page = Client().get(answer["Location"], headers={"Accept-Language": "en"})
    assert f"#{message.conversation.number}" in page.content.decode()


def test_the_answer_leaves_by_mail_and_what_is_answered_to_it_stands_with_it(form: ChannelAccount, cast: Cast) -> None:
    send(form, filled(form))
    conversation = Conversation.objects.get()
    actions.answer(conversation, actor=cast.alice, text="By mail.", key="1")
    outbound = Delivery.objects.get().outbound
    assert (Delivery.objects.get().account, outbound["to"]["address"]["value"]) == (cast.mailbox, DORA)

    ours = f"service+{outbound['reply_token']}@zonnestroom.example"
    arrives(mail("Re: Meter", "Thank you!", to=ours), cast.mailbox)
    assert [one.text.strip() for one in conversation.messages.order_by("occurred_at")] == [
        "Hello",
        "By mail.",
        "Thank you!",
    ]


def test_who_answers_from_the_address_that_was_typed_has_shown_it_to_be_theirs(
    form: ChannelAccount, cast: Cast
) -> None:
    send(form, filled(form))
    conversation = Conversation.objects.get()
    claimed = CustomerAddress.objects.get(customer=conversation.customer, kind="mail")
    assert (claimed.proof, claimed.proven_at) == ("claimed", None)
    actions.answer(conversation, actor=cast.alice, text="By mail.", key="1")
    token = Delivery.objects.get().outbound["reply_token"]

    arrives(mail("Re: Meter", "Ho!", to="service+1-000000000000@zonnestroom.example"), cast.mailbox)
    claimed.refresh_from_db()
    assert claimed.proven_at is None
    arrives(mail("Re: Meter", "Thank you!", to=f"service+{token}@zonnestroom.example"), cast.mailbox)
    claimed.refresh_from_db()
    assert claimed.proven_at


def test_whoever_types_doras_address_is_not_dora(form: ChannelAccount, cast: Cast) -> None:
    hers = dora_writes(cast)
    send(form, filled(form, text="Give me her money"))
    assert Message.objects.get(text="Give me her money").customer != hers.customer
    assert Conversation.objects.count() == 2
    assert CustomerAddress.objects.filter(kind="mail", value=DORA).values_list("proof", flat=True).count() == 2


def test_without_a_mailbox_it_is_kept_and_nobody_can_be_answered(form: ChannelAccount, cast: Cast) -> None:
    change_account(cast.mailbox, is_active=False)
    send(form, filled(form))
    conversation = Conversation.objects.get()
    assert conversation.account == form
    with pytest.raises(actions.NoAddressError):
        actions.answer(conversation, actor=cast.alice, text="Hi", key="1")


def test_an_account_can_be_told_which_mailbox_answers(form: ChannelAccount, cast: Cast) -> None:
    other = open_account("mail", "Billing", cast.brand, address="billing@zonnestroom.example")
    change_account(form, told={"answers_from": "billing@zonnestroom.example"})
    send(form, filled(form))
    assert Conversation.objects.get().account == other


def test_two_clicks_are_one_message_and_another_text_is_another(form: ChannelAccount) -> None:
    told = filled(form)
    first, second = send(form, told), send(form, told)
    assert first["Location"] == second["Location"]
    assert said() == ["Hello"]
    third = send(form, told | {"text": "And another thing"})
    assert third["Location"] != first["Location"]
    assert said() == ["Hello", "And another thing"]


def test_the_thank_you_says_no_number_that_we_did_not_give(form: ChannelAccount) -> None:
    for token in ("7-0000000000000000", "7", "", "x-y"):
        assert Client().get(f"{url(form)}thanks/{token or '-'}").status_code == 404


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"mail": ""}, "Without an e-mail address we cannot answer you."),
        ({"mail": "dora"}, "“dora” is not an e-mail address."),
        ({"mail": "service@zonnestroom.example"}, "This is an address of ours."),
        ({"text": "  "}, "There is nothing to send yet."),
        ({"text": "x" * 20_001}, "This is too long: at most 20000 characters can be sent."),
        ({"subject": "x" * 201}, "This is too long: at most 200 characters can be sent."),
        ({"website": "https://buy.example"}, "Leave this field empty: it is here for machines."),
        ({"form": ""}, "This page stood open for long."),
        ({"form": "forged.1.0000"}, "This page stood open for long."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stands_there(
    form: ChannelAccount, told: dict[str, str], words: str
) -> None:
    answer = send(form, filled(form, name="Dora & co", **told))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Dora &amp; co" in page
    assert not Receipt.objects.exists()


def test_what_is_sent_again_after_an_error_is_taken_with_the_form_that_stands_there(form: ChannelAccount) -> None:
    page = send(form, filled(form, form=given_out(form, timedelta(days=2)))).content.decode()
    (fresh,) = re.findall(r'name="form" value="([^"]+)"', page)
    assert "That was very quick" in send(form, filled(form, form=fresh)).content.decode()
    again = forms.new_form(form, now() - timedelta(seconds=4))
    assert send(form, filled(form, form=again)).status_code == 303


def test_a_form_of_another_account_is_none(form: ChannelAccount, cast: Cast) -> None:
    other = open_account("web_form", "Other", cast.other_brand)
    assert send(form, filled(form, form=given_out(other))).status_code == 422


def test_a_form_on_a_site_of_the_list_leads_here_and_on_to_where_it_says(form: ChannelAccount) -> None:
    change_account(form, told={"thanks_url": f"{SITE}/thanks?from=form"})
    forget_accounts()
    told = filled(form)
    del told["form"]
    first = send(form, told, Origin=SITE, Referer=f"{SITE}/contact")
    assert (first.status_code, first["Location"]) == (
        303,
        f"{SITE}/thanks?from=form&reference={Conversation.objects.get().number}",
    )
    assert send(form, told, Origin=SITE)["Location"] == first["Location"]
    assert said() == ["Hello"]
    assert f"form-action 'self' {SITE}" in Client().get(url(form))["Content-Security-Policy"]


def test_a_form_on_another_site_is_shown_here_first(form: ChannelAccount) -> None:
    told = filled(form)
    del told["form"]
    answer = send(form, told, Origin="https://elsewhere.example")
    assert answer.status_code == 422
    assert "This form has to be sent from here." in answer.content.decode()
    assert not said()


def test_only_sites_of_the_list_may_frame_it(form: ChannelAccount) -> None:
    assert f"frame-ancestors 'self' {SITE}" in Client().get(url(form))["Content-Security-Policy"]
    change_account(form, told={"origins": ""})
    forget_accounts()
    assert "frame-ancestors *" in Client().get(url(form))["Content-Security-Policy"]


def test_a_program_sends_json(form: ChannelAccount) -> None:
    told = {
        "key": "order-00017",
        "mail": DORA,
        "text": "Hello",
        "files": [{"name": "meter.png", "content": base64.b64encode(PICTURE).decode()}],
    }
    first, second = send_json(form, told), send_json(form, told)
    number = Conversation.objects.get().number
    assert (first.status_code, first.json()) == (201, {"reference": f"#{number}", "number": number, "is_new": True})
    assert (second.status_code, second.json()) == (200, {"reference": f"#{number}", "number": number, "is_new": False})
    assert (Attachment.objects.get().media_type, Attachment.objects.get().size) == ("image/png", len(PICTURE))


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ("no json", 400, None),
        ("[]", 400, None),
        ({"mail": 7, "text": "x"}, 422, "mail"),
        ({"mail": "dora", "text": "x"}, 422, "mail"),
        ({"mail": DORA}, 422, "text"),
        ({"mail": DORA, "text": "x", "files": [{"name": "a", "content": "!"}]}, 422, "files"),
        ({"mail": DORA, "text": "x", "key": "a b"}, 422, "key"),
        ({"mail": DORA, "text": "x", "website": "x"}, 422, "website"),
        ({"mail": DORA, "text": "x", "files": [{"content": ""}] * 11}, 422, "files"),
    ],
)
def test_a_program_hears_what_is_wrong(form: ChannelAccount, body: Any, status: int, field: str | None) -> None:
    answer = send_json(form, body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert field is None or field in answer.json()["errors"]
    assert not Receipt.objects.exists()


def test_json_comes_from_pages_of_the_list_alone(form: ChannelAccount) -> None:
    told = {"mail": DORA, "text": "Hello"}
    assert send_json(form, told, Origin="https://elsewhere.example").status_code == 403
    answer = send_json(form, told, Origin=SITE)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (201, SITE)
    asked = Client().options(url(form), headers={"Origin": SITE})
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, SITE)
    assert "Access-Control-Allow-Origin" not in Client().options(
        url(form), headers={"Origin": "https://elsewhere.example"}
    )


def test_files_are_bounded(form: ChannelAccount) -> None:
    many = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(11)]
    assert "At most 10 files" in send(form, filled(form, files=many)).content.decode()
    large = SimpleUploadedFile("large.bin", b"x" * 20_000_001)
    answer = send(form, filled(form, files=[large]))
    assert (answer.status_code, "“large.bin” is larger than 20 MB." in answer.content.decode()) == (413, True)
    assert "Add your files again" in answer.content.decode()
    assert not Receipt.objects.exists()


def test_more_than_anybody_may_send_is_told_on_the_form(form: ChannelAccount) -> None:
    assert send(form, filled(form, text="x" * 6_000_000)).status_code == 413
    answer = Client().post(url(form), b"x" * 42_000_001, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, b"<form" in answer.content) == (413, True)
    assert send_json(form, {"mail": DORA, "text": "x" * 5_100_000}).status_code == 413


def test_what_no_form_ever_held_is_no_fault_of_ours(form: ChannelAccount) -> None:
    assert send(form, {"form": "\0", "mail": "a\0@b.c", "text": "\0"}).status_code == 422
    assert send_json(form, '{"mail": "a@b.nl", "text": "\\ud800\\u0000"}').status_code in (201, 422)
    answer = Client().post(url(form), b"--x\r\nrubbish", content_type="multipart/form-data; boundary=x")
    assert answer.status_code in (413, 422)
    assert Client().put(url(form)).status_code == 405
    assert Client().get("/forms/nobody/").status_code == 404
    assert Client().post("/forms/nobody/", "{}", content_type="application/json").status_code == 404


def test_nobodys_mailbox_is_filled_by_who_types_its_address(form: ChannelAccount) -> None:
    answers = [send(form, filled(form, text=f"Number {number}")) for number in range(21)]
    assert [one.status_code for one in answers] == [303] * 20 + [429]
    assert answers[-1]["Retry-After"]
    assert "Number 20" in answers[-1].content.decode()


def test_it_speaks_the_readers_language(form: ChannelAccount) -> None:
    change_account(form, told={"intro_nl": "Stel je vraag."})
    forget_accounts()
    dutch = Client().get(url(form), headers={"Accept-Language": "nl"}).content.decode()
    assert '<html lang="nl">' in dutch
    assert "Stel je vraag." in dutch
    assert (
        '<html lang="en">'
        in Client().get(f"{url(form)}?language=en", headers={"Accept-Language": "nl"}).content.decode()
    )


def test_where_it_stood_is_told(form: ChannelAccount) -> None:
    page = Client().get(url(form), headers={"Referer": f"{SITE}/contact"}).content.decode()
    assert f'name="page" value="{SITE}/contact"' in page
    send(form, filled(form, page=f"{SITE}/contact"))
    assert Message.objects.get().page["url"] == f"{SITE}/contact"


def test_a_confirmation_goes_to_who_asked_for_it(cast: Cast) -> None:
    form = open_account("web_form", "Contact", cast.brand, confirms=True)
    send(form, filled(form))
    confirmation = Message.objects.get(is_automatic=True)
    assert (confirmation.recipient, confirmation.account) == (DORA, cast.mailbox)
    assert Customer.objects.count() == 1
