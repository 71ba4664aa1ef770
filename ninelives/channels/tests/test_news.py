"""News of what we sent, before its time and out of order: it only moves forward, and what is nobody's is forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ninelives.channels import actions, delivering
from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import ChannelAccount, Delivery, EarlyNews
from ninelives.channels.news import KEEP_EARLY, prune_early_news, take_news
from ninelives.channels.protocol import DeliveryNews, InboundStatus, Outbound, Participant
from ninelives.foundation.address import Address
from ninelives.foundation.clock import now
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)

LETTER = Outbound(to=Participant(Address("pretend", "dora")), text="Hello", external_id="one")
READ = InboundStatus("pretend-one", DeliveryNews.READ)


@pytest.fixture
def account() -> ChannelAccount:
    return make_cast().pretend


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


@pytest.mark.parametrize(
    ("told", "becomes"),
    [
        ((DeliveryNews.DELIVERED,), "delivered"),
        ((DeliveryNews.READ, DeliveryNews.DELIVERED), "read"),
        ((DeliveryNews.DELIVERED, DeliveryNews.READ), "read"),
        ((DeliveryNews.FAILED,), "failed"),
    ],
)
def test_what_is_told_before_the_call_has_ended_is_told_again_then(
    account: ChannelAccount, told: tuple[DeliveryNews, ...], becomes: str
) -> None:
    delivery = actions.hand_over(account, LETTER)
    assert [take_news(account, replace(READ, news=one)) for one in told] == [False] * len(told)
    assert state(delivery) == "waiting"
    deliver_due()
    assert state(delivery) == becomes
    assert not EarlyNews.objects.exists()


def test_told_five_times_it_waits_once(account: ChannelAccount) -> None:
    for _again in range(5):
        take_news(account, READ)
    assert EarlyNews.objects.count() == 1


def test_what_is_told_of_another_accounts_is_not_taken_for_ours(account: ChannelAccount) -> None:
    other = actions.open_account("pretend", "Another", account.brand, told={"secret": "another"})
    take_news(other, READ)
    delivery = actions.hand_over(account, LETTER)
    deliver_due()
    assert state(delivery) == "sent"
    assert EarlyNews.objects.get().account == other


def test_while_it_is_uncertain_news_by_our_own_id_settles_it(account: ChannelAccount) -> None:
    delivery = actions.hand_over(account, LETTER)
    delivering._begin(delivery)
    Delivery.objects.update(due_at=now() - timedelta(seconds=1))
    deliver_due()
    assert state(delivery) == "uncertain"
    take_news(account, READ)
    assert state(delivery) == "uncertain"
    # Our own id of it tells which it is; what came early by the provider's is told then too.
    take_news(account, replace(READ, news=DeliveryNews.SENT, told_id="one"))
    assert state(delivery) == "read"


def test_what_is_nobodys_is_forgotten_after_a_day_and_no_sooner(account: ChannelAccount) -> None:
    take_news(account, READ)
    take_news(account, replace(READ, external_id="pretend-two"))
    EarlyNews.objects.filter(provider_id="pretend-one").update(at=now() - KEEP_EARLY - timedelta(minutes=1))
    EarlyNews.objects.filter(provider_id="pretend-two").update(at=now() - KEEP_EARLY + timedelta(minutes=1))
    prune_early_news()
    assert EarlyNews.objects.get().provider_id == "pretend-two"
