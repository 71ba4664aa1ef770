"""A visit is registered from the customer's pane, which is filled often: what it offers takes no secret."""

import base64

import pytest
from django.test import Client

from ninelives.channels.actions import open_account
from ninelives.channels.models import AccountSetting, ChannelAccount
from ninelives.channels.queries import choices_to_register
from ninelives.customers.models import Customer
from ninelives.foundation.ids import new_id
from ninelives.foundation.secrets import SecretLostError
from ninelives.reception.working import take_receipts
from ninelives.workspace.visits import choices
from tests.cast import Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def counter(cast: Cast) -> ChannelAccount:
    return open_account("visit", "Counter", cast.brand, told={"subjects": "Moving house; Bill", "secret": "s"})


@pytest.fixture
def dora(cast: Cast) -> Customer:
    return dora_writes(cast, message_id="1@example.org").customer


def test_what_is_offered_is_that_of_ones_own_brands(cast: Cast, counter: ChannelAccount, dora: Customer) -> None:
    assert [(one.what, one.place) for one in choices(cast.alice, dora)] == [
        ("Moving house", "Counter"),
        ("Bill", "Counter"),
    ]
    assert choices(cast.charlie, dora) == ()


def test_no_secret_is_unsealed_for_it(cast: Cast, counter: ChannelAccount) -> None:
    sealed = f"another:{base64.b64encode(bytes(40)).decode()}"
    AccountSetting.objects.filter(account=counter, name="secret").update(value=sealed)
    with pytest.raises(SecretLostError):
        counter.view()
    assert "secret" not in counter.open_view().settings
    assert [what for _account, what in choices_to_register([cast.brand.pk])] == ["Moving house", "Bill"]


def test_what_is_chosen_stands_on_the_timeline_once(cast: Cast, counter: ChannelAccount, dora: Customer) -> None:
    client = Client()
    client.force_login(cast.alice)
    told = {"choice": choices(cast.alice, dora)[0].value, "key": str(new_id())}
    for _twice in range(2):
        assert client.post(f"/customers/{dora.pk}/visits/", told).status_code in (200, 302)
    while take_receipts():
        pass
    assert [one.text.splitlines()[0] for one in dora.messages.filter(account=counter)] == ["Moving house"]
