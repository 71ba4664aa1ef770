"""Killed at whatever step of the road, or cut off from the database there: it stands there once, and is sent once."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from ninelives.channels import actions as channels
from ninelives.channels.adapters import pretend
from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import ChannelAccount, Delivery, Receipt
from ninelives.channels.protocol import Envelope, Outbound
from ninelives.conversations import actions
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from ninelives.reception.views import providers
from ninelives.reception.working import take_receipts
from tests.cast import Cast, arrives, mail, make_cast, newest_message
from tests.dying import Fate, cut_off, killed, steps
from tests.servers import PostOffice

pytestmark = pytest.mark.django_db(transaction=True)

FATES = pytest.mark.parametrize("fate", [killed, cut_off])
ROADS = pytest.mark.parametrize("road", ["mail", "pretend"])


@pytest.fixture
def cast() -> Cast:
    return make_cast(confirms=True)


@pytest.fixture
def post_office(settings: Any) -> Iterator[PostOffice]:
    with PostOffice() as office:
        settings.CHANNEL_DEFAULTS = {"mail": {"outgoing": office.address}}
        yield office


def raw_of(road: str, number: int) -> bytes:
    """Of a customer who wrote never before."""
    if road == "mail":
        return mail(text=f"Mail {number}", sender=f"s{number}@example.org", message_id=f"{number}@example.org")
    told = {"call": f"call-{number}", "id": f"{number}@example.org", "from": f"s{number}", "text": f"Call {number}"}
    return json.dumps(told).encode()


def work_all() -> None:
    while take_receipts():
        pass


def stands_once(number: int) -> Message:
    message = Message.objects.get(external_id=f"{number}@example.org")
    assert Fact.objects.filter(name="MessageReceived", told__message_id=str(message.pk)).count() == 1
    assert message.conversation.messages.filter(direction="inbound").count() == 1
    assert not Receipt.objects.filter(state__in=["stored", "quarantined"]).exists()
    return message


@FATES
@ROADS
def test_a_worker_that_ends_at_any_step_leaves_each_message_once(cast: Cast, fate: Fate, road: str) -> None:
    account = cast.mailbox if road == "mail" else cast.pretend
    for step in steps():
        channels.store(account, raw_of(road, step), Envelope(f"s{step}@example.org", (account.address,)))
        was_ended = fate(take_receipts, step)
        work_all()
        confirmations = stands_once(step).conversation.messages.filter(is_automatic=True)
        assert confirmations.count() == (1 if road == "mail" else 0)
        if not was_ended:
            break
    assert step > 6
    assert Delivery.objects.count() == (step if road == "mail" else 0)


def calls(cast: Cast, number: int, heard: list[int]) -> None:
    """The provider's call, over the whole of Django, to a server that remembers no account; the status it hears."""
    providers.forget()
    body = raw_of("pretend", number)
    headers = {"X-Pretend-Signature": pretend.sign(body, "open sesame")}
    url = f"/in/pretend/{cast.pretend.pk}"
    heard.append(Client().post(url, body, content_type="application/json", headers=headers).status_code)


@FATES
def test_a_webhook_that_ends_at_any_step_is_called_again_and_stands_once(cast: Cast, fate: Fate) -> None:
    for step in steps():
        heard: list[int] = []
        was_ended = fate(partial(calls, cast, step, heard), step)
        if 200 in heard:
            assert Receipt.objects.filter(key=f"call-{step}").exists()
        else:
            assert heard in ([], [503])
            calls(cast, step, heard)
            assert heard[-1] == 200
        work_all()
        stands_once(step)
        if not was_ended:
            break
    assert step > 4


def answered(cast: Cast, account: ChannelAccount, number: int) -> Delivery:
    arrives(raw_of(account.kind, number), account, sender=f"s{number}@example.org")
    Delivery.objects.filter(state="waiting").update(state="held")  # The confirmation is another story.
    message = actions.answer(newest_message().conversation, actor=cast.alice, text=f"Answer {number}", key="")
    assert message.delivery
    Delivery.objects.filter(pk=message.delivery.pk).update(due_at=now())
    return message.delivery


def after_the_lease(delivery: Delivery) -> Delivery:
    Delivery.objects.filter(pk=delivery.pk, state="sending").update(due_at=now() - timedelta(seconds=1))
    for _ in range(2):
        deliver_due()
    delivery.refresh_from_db()
    return delivery


@FATES
def test_a_mail_whose_sender_ends_at_any_step_arrives_under_one_id(cast, fate: Fate, post_office: PostOffice) -> None:
    twice = 0
    for step in steps():
        delivery = answered(cast, cast.mailbox, step)
        was_ended = fate(deliver_due, step)
        assert after_the_lease(delivery).state == "sent"
        letters = post_office.letters_to(f"s{step}@example.org")
        assert {letter["Message-ID"] for letter in letters} == {f"<{delivery.external_id}>"}
        assert 1 <= len(letters) <= 2
        twice += len(letters) == 2
        if not was_ended:
            break
    assert step > 6
    assert twice > 0  # Between the call and its end nobody can know: that is what the one id is for.


@pytest.fixture
def taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """What the pretended provider has taken, also from a process that is no more."""
    ledger, honest = tmp_path / "taken", pretend.Pretend.send

    def send(self: pretend.Pretend, outbound: Outbound, *given: Any) -> str:
        provider_id = honest(self, outbound, *given)
        with ledger.open("a") as book:
            book.write(f"{outbound.external_id}\n")
        return provider_id

    monkeypatch.setattr(pretend.Pretend, "send", send)
    ledger.touch()
    return lambda: ledger.read_text().split()


@FATES
def test_where_a_second_copy_would_be_seen_none_is_sent_and_a_person_is_asked(cast, fate: Fate, taken) -> None:
    uncertain = 0
    for step in steps():
        delivery = answered(cast, cast.pretend, step)
        was_ended = fate(deliver_due, step)
        state = after_the_lease(delivery).state
        times = taken().count(delivery.external_id)
        assert (state, times) in {("sent", 1), ("uncertain", 1), ("uncertain", 0)}
        uncertain += state == "uncertain"
        if not was_ended:
            break
    assert state == "sent"
    assert step > 6
    assert uncertain == 2  # After the commit before the call, and before the commit after it.


@FATES
@ROADS
def test_an_answer_that_ends_at_any_step_is_one_answer_after_a_second_click(cast: Cast, fate: Fate, road: str) -> None:
    account = cast.mailbox if road == "mail" else cast.pretend
    arrives(raw_of(road, 0), account)
    conversation = Conversation.objects.get()
    before = Delivery.objects.count()
    for step in steps():

        def click(step: int = step) -> None:
            actions.answer(conversation, actor=cast.alice, text=f"Answer {step}", key=f"click-{step}")

        was_ended = fate(click, step)
        click()
        assert conversation.messages.filter(text=f"Answer {step}").count() == 1
        assert Delivery.objects.count() == before + step
        if not was_ended:
            break
    assert step > 2
