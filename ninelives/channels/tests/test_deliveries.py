"""Out: once, in the open, and never silently twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ninelives.channels import actions, delivering
from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import ChannelAccount, Delivery, DeliveryAttempt
from ninelives.channels.news import take_news
from ninelives.channels.protocol import DeliveryNews, InboundStatus, Outbound, Participant
from ninelives.foundation.address import Address
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)

LETTER = Outbound(to=Participant(Address("pretend", "dora")), text="Hello", external_id="one")


@pytest.fixture
def account() -> ChannelAccount:
    return make_cast().pretend


def sent(account: ChannelAccount, text: str = "Hello") -> Delivery:
    delivery = actions.hand_over(account, replace(LETTER, text=text))
    deliver_due()
    delivery.refresh_from_db()
    return delivery


def test_what_is_taken_is_sent_with_the_providers_id(account: ChannelAccount) -> None:
    delivery = sent(account)
    assert (delivery.state, delivery.provider_id, delivery.attempts) == ("sent", "pretend-one", 1)
    assert Fact.objects.get(name="DeliverySettled").told == {"delivery_id": str(delivery.pk), "state": "sent"}


def test_what_is_refused_is_told_with_the_reason(account: ChannelAccount) -> None:
    delivery = sent(account, "[refuse]")
    assert (delivery.state, delivery.reason) == ("failed", "the message says [refuse]")


def test_what_may_come_later_is_tried_again_after_a_pause(account: ChannelAccount) -> None:
    delivery = sent(account, "[later]")
    assert delivery.state == "waiting"
    assert delivery.due_at > now() + timedelta(seconds=10)
    assert deliver_due() == 0


def test_after_many_tries_it_is_given_up_and_said(account: ChannelAccount) -> None:
    delivery = sent(account, "[later]")
    Delivery.objects.update(due_at=now(), attempts=delivering.GIVE_UP_AFTER - 1)
    deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == "failed"


def test_what_may_have_arrived_is_not_sent_again_by_itself(account: ChannelAccount) -> None:
    delivery = sent(account, "[uncertain]")
    assert delivery.state == "uncertain"
    assert deliver_due() == 0


def test_a_sender_killed_in_the_middle_leaves_it_uncertain(account: ChannelAccount) -> None:
    delivery = actions.hand_over(account, LETTER)
    delivering._begin(delivery)
    Delivery.objects.update(due_at=now() - timedelta(seconds=1))
    deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == "uncertain"
    assert DeliveryAttempt.objects.get().ended_at is None


def test_mail_killed_in_the_middle_goes_again_under_the_same_id(settings) -> None:
    mailbox = make_cast().mailbox
    delivery = actions.hand_over(mailbox, replace(LETTER, to=Participant(Address("mail", "dora@example.org"))))
    Delivery.objects.update(due_at=now())
    delivering._begin(Delivery.objects.get())
    Delivery.objects.update(due_at=now() - timedelta(seconds=1))
    deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("held", 2)


def test_of_two_senders_one_has_it(account: ChannelAccount) -> None:
    delivery = actions.hand_over(account, LETTER)
    assert delivering.deliver(delivery)
    assert not delivering.deliver(delivery)
    assert DeliveryAttempt.objects.count() == 1


def test_a_fault_in_an_adapter_stops_no_other_delivery(account, monkeypatch: pytest.MonkeyPatch) -> None:
    from ninelives.channels.registry import channel

    pretend = channel("pretend")
    honest = type(pretend).send

    def faulty(self: object, outbound: Outbound, *given: object) -> str:
        if outbound.text == "boom":
            raise ZeroDivisionError("boom")
        return honest(self, outbound, *given)

    monkeypatch.setattr(type(pretend), "send", faulty)
    first = actions.hand_over(account, replace(LETTER, text="boom"))
    second = actions.hand_over(account, replace(LETTER, external_id="two"))
    deliver_due()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("uncertain", "sent")


def test_status_only_moves_forward(account: ChannelAccount) -> None:
    delivery = sent(account)
    for news in (DeliveryNews.READ, DeliveryNews.DELIVERED, DeliveryNews.FAILED):
        assert take_news(account, InboundStatus("pretend-one", news))
    delivery.refresh_from_db()
    assert delivery.state == "read"


def test_news_of_what_is_not_ours_is_not_ours(account: ChannelAccount) -> None:
    sent(account)
    assert not take_news(account, InboundStatus("", DeliveryNews.FAILED))
    assert not take_news(account, InboundStatus("other", DeliveryNews.FAILED))


def test_an_account_must_be_told_what_it_needs_and_nothing_else() -> None:
    brand = make_cast().brand
    with pytest.raises(actions.BadSettingError) as wrong:
        actions.open_account("pretend", "Second", brand, told={"colour": "blue"})
    assert wrong.value.names == ["colour", "secret"]


def test_secrets_are_sealed_at_rest(account: ChannelAccount) -> None:
    kept = account.settings.get(name="secret")
    assert "open sesame" not in kept.value
    assert account.view().settings["secret"] == "open sesame"


def test_large_input_stands_in_a_file_and_reads_the_same(account: ChannelAccount) -> None:
    from ninelives.channels.models import Receipt
    from ninelives.channels.protocol import Envelope

    raw = b'{"from": "dora", "text": "' + b"x" * actions.INTO_A_FILE + b'"}'
    assert actions.store(account, raw, Envelope())
    receipt = Receipt.objects.get()
    assert receipt.raw is None
    assert receipt.content == raw


def test_a_call_that_comes_twice_is_stored_once(account: ChannelAccount) -> None:
    from ninelives.channels.protocol import Envelope

    raw = b'{"call": "c-1", "from": "dora", "text": "hello"}'
    assert actions.store(account, raw, Envelope())
    assert not actions.store(account, raw, Envelope())


def test_what_could_not_be_stored_is_never_taken_for_stored(account, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the doors' own transaction a swallowed error would roll back in silence after "stored"."""
    from django.db import IntegrityError, transaction

    from ninelives.channels.protocol import Envelope

    same = actions.new_id()
    monkeypatch.setattr(actions, "new_id", lambda: same)
    raw = b'{"from": "dora", "text": "hello"}'
    assert actions.store(account, raw, Envelope())
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.store(account, raw, Envelope())
