"""One app at Meta has one webhook for all its numbers, pages and accounts: each account gets what names it, and nobody
takes in what is another's."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ninelives.channels.actions import change_account, open_account
from ninelives.channels.adapters.meta.signing import signed
from ninelives.channels.bodies import loaded
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.channels.pretending import Manners, PretendedProvider
from ninelives.channels.protocol import Post
from ninelives.channels.registry import CHANNELS, SHARED
from ninelives.conversations.models import Message
from ninelives.reception.tests.test_played_providers import account_of, process, said
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

OTHERS_ID = "4455667788"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(params=sorted(SHARED))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def played(kind: str, cast: Cast, live_server: Any, settings: Any) -> Iterator[PretendedProvider]:
    settings.BASE_URL = live_server.url
    provider = CHANNELS[kind].provider
    assert provider
    with PretendedProvider(provider, Manners(news=())) as playing:
        playing.account = account_of(kind, cast, playing).view()
        yield playing


@pytest.fixture
def first(played: PretendedProvider) -> ChannelAccount:
    return ChannelAccount.objects.get(name="Tried")


def other_of(first: ChannelAccount, **told: str) -> ChannelAccount:
    given = {**first.view().settings, SHARED[first.kind].own: OTHERS_ID, **told}
    return open_account(first.kind, "The other", first.brand, told=given)


def call_about(played: PretendedProvider, own: str, *texts: str) -> Post:
    """As the provider would tell of the account with this id, signed by the first one's secret."""
    told = replace(played.account, settings={**played.account.settings, own: OTHERS_ID})
    return played.provider.says([said(number, text) for number, text in enumerate(texts)], told)[0]


def post(played: PretendedProvider, kind: str, *texts: str) -> list[tuple[str, str, str]]:
    """To the first account's webhook, about the other one; what stands in the ledger then."""
    assert played.post(call_about(played, SHARED[kind].own, *texts)) == 200
    process()
    return [*Receipt.objects.order_by("id").values_list("account__name", "state", "reason")]


def test_what_is_anothers_goes_to_that_account(played: PretendedProvider, first: ChannelAccount, kind: str) -> None:
    other = other_of(first)
    assert post(played, kind, "Hello") == [("The other", "processed", "")]
    assert Message.objects.get().conversation.account == other


def test_what_is_nobodys_is_not_taken_in_and_the_ledger_says_so(played: PretendedProvider, kind: str) -> None:
    ledger = post(played, kind, "Hello")
    assert ledger == [("Tried", "processed", f"for_another_account:{OTHERS_ID}")]
    assert not Message.objects.exists()


def test_another_apps_account_gets_nothing(played: PretendedProvider, first: ChannelAccount, kind: str) -> None:
    other_of(first, app_secret="another app's")
    assert [account for account, _state, _reason in post(played, kind, "Hello")] == ["Tried"]
    assert not Message.objects.exists()


def test_a_closed_account_gets_nothing(played: PretendedProvider, first: ChannelAccount, kind: str) -> None:
    change_account(other_of(first), is_active=False)
    assert [account for account, _state, _reason in post(played, kind, "Hello")] == ["Tried"]
    assert not Message.objects.exists()


def test_what_is_ones_own_stays(played: PretendedProvider, first: ChannelAccount) -> None:
    other_of(first)
    played.say([said(1, "Hello")])
    process()
    assert Message.objects.get().conversation.account == first
    assert Receipt.objects.count() == 1


def test_a_batch_of_both_is_each_ones_own(played: PretendedProvider, first: ChannelAccount, kind: str) -> None:
    other = other_of(first)
    theirs = loaded(call_about(played, SHARED[kind].own, "Theirs").body)
    ours = loaded(played.provider.says([said(9, "Ours")], played.account)[0].body)
    both = signed({**ours, "entry": ours["entry"] + theirs["entry"]}, played.account)
    for _again in range(2):
        assert played.post(both) == 200
        process()
    found = {one.text: one.conversation.account for one in Message.objects.all()}
    assert (found, Message.objects.count()) == ({"Ours": first, "Theirs": other}, 2)
