"""Providers that are asked by the clock: how each look ended is kept, worded for the reader, and no look waits for
another's trouble."""

import base64

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from ninelives.accounts.models import Person
from ninelives.channels.actions import change_account, open_account
from ninelives.channels.looking import fetch_all_templates, look_around, look_at
from ninelives.channels.looks import SILENCE, What, looks
from ninelives.channels.models import AccountLook, AccountSetting, ChannelAccount, MessageTemplate
from ninelives.channels.pretending import PretendedProvider
from ninelives.channels.protocol import InboundTemplate
from ninelives.channels.registry import CHANNELS
from ninelives.channels.templates import take_template
from ninelives.cli import doctor
from ninelives.foundation.clock import now
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def whatsapp(cast: Cast, name: str = "WhatsApp", **more: str) -> ChannelAccount:
    told = {"app_secret": "s", "verify_token": "v", "phone_number_id": "1", "access_token": "t", "api_base": NOBODY}
    return open_account("whatsapp", name, cast.brand, told={**told, "business_account_id": "7", **more})


def youtube(cast: Cast, name: str = "YouTube", **more: str) -> ChannelAccount:
    told = {"channel_id": "UC_x5XG1OV2P6uZZ5FSM9Ttw", "api_key": "k", "api_base": NOBODY}
    return open_account("youtube", name, cast.brand, told={**told, **more})


def played(kind: str) -> PretendedProvider:
    provider = CHANNELS[kind].provider
    assert provider
    return PretendedProvider(provider)


def states() -> dict[str, str]:
    return {one.name: one.state for one in looks()}


def asked_for(account: ChannelAccount) -> int:
    jobs = ProcrastinateJob.objects.filter(task_name="channels.look_at")
    return jobs.filter(args__account_id=str(account.pk)).count()


def page(person: Person, path: str = "/ledger/mailboxes/") -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def test_what_failed_is_kept_since_when_and_forgotten_when_it_goes_well(cast: Cast) -> None:
    account = youtube(cast)
    look_around(is_thorough=False)
    first = AccountLook.objects.get()
    assert (first.problem, first.last_success_at) == ("provider_away", None)
    look_around(is_thorough=False)
    again = AccountLook.objects.get()
    assert again.failing_since == first.failing_since
    assert again.tried_at > first.tried_at
    with played("youtube") as provider:
        provider.account = change_account(account, told={"api_base": provider.api_base}).view()
        look_around(is_thorough=False)
    well = AccountLook.objects.get()
    assert (well.problem, well.failing_since, well.last_success_at is not None) == ("", None, True)
    assert states() == {"YouTube": "watching"}


def test_where_one_cannot_be_asked_the_others_are(cast: Cast) -> None:
    whatsapp(cast, "Away")
    lost = whatsapp(cast, "Lost", phone_number_id="2")
    AccountSetting.objects.filter(account=lost, name="access_token").update(
        value=f"gone:{base64.b64encode(bytes(40)).decode()}"
    )
    whatsapp(cast, "Unset", phone_number_id="3", business_account_id="")
    with played("whatsapp") as provider:
        provider.account = whatsapp(cast, "Well", api_base=provider.api_base, phone_number_id="4").view()
        assert fetch_all_templates() == 1
    assert states() == {"Away": "failing", "Lost": "failing", "Unset": "unset", "Well": "watching"}
    assert AccountLook.objects.get(account=lost).problem == "account_secret_lost"


def test_templates_that_cannot_be_fetched_anew_stay(cast: Cast) -> None:
    account = whatsapp(cast)
    MessageTemplate.objects.create(account=account, name="hello", language="nl", text="Hallo")
    fetch_all_templates()
    assert account.templates.count() == 1


def test_an_account_is_looked_at_when_it_is_opened_and_when_it_is_changed(cast: Cast) -> None:
    account = whatsapp(cast)
    change_account(account, name="Renamed")
    never = open_account("pretend", "Never asked", cast.brand, told={"secret": "s"})
    assert asked_for(account) == 2
    assert not ProcrastinateJob.objects.filter(args__account_id=str(never.pk)).exists()
    with played("whatsapp") as provider:
        provider.account = change_account(account, told={"api_base": provider.api_base}).view()
        look_at(account.pk)
    assert account.templates.get().name == "order_on_its_way"


def test_of_a_template_that_we_did_not_know_the_text_is_fetched(cast: Cast) -> None:
    account = whatsapp(cast)
    MessageTemplate.objects.create(account=account, name="known", language="nl", text="Hallo", is_approved=False)
    before = asked_for(account)
    take_template(account, InboundTemplate("known", "nl", is_approved=True))
    assert (account.templates.get().is_approved, asked_for(account)) == (True, before)
    take_template(account, InboundTemplate("new", "nl", is_approved=True))
    assert asked_for(account) == before + 1


def test_where_nobody_looks_that_is_said(cast: Cast) -> None:
    account = youtube(cast)
    assert states() == {"YouTube": "new"}
    AccountLook.objects.create(account=account, what="input", tried_at=now() - SILENCE[What.INPUT] * 2)
    assert states() == {"YouTube": "unwatched"}
    change_account(account, is_active=False)
    assert states() == {"YouTube": "closed"}


def test_it_is_read_on_the_screen_in_ones_own_language_and_of_ones_own_brands(cast: Cast) -> None:
    youtube(cast, "Our films")
    look_around(is_thorough=False)
    shown = page(cast.lead)
    assert "The provider cannot be reached." in shown
    assert "Cannot be asked" in shown
    assert "1 needs a look" in page(cast.lead, "/ledger/")
    cast.lead.language = "nl"
    cast.lead.save()
    assert "De aanbieder is niet bereikbaar." in page(cast.lead)
    assert looks(cast.charlie.brand_ids) == []


def test_what_was_never_set_up_asks_for_nobodys_attention(cast: Cast) -> None:
    whatsapp(cast, business_account_id="")
    fetch_all_templates()
    assert "Not set up" in page(cast.lead)
    assert "needs a look" not in page(cast.lead, "/ledger/")


def test_the_doctor_tells_of_it(cast: Cast) -> None:
    youtube(cast)
    look_around(is_thorough=False)
    (ill,) = doctor._looks()
    assert (ill.state, "cannot be reached" in ill.found) == ("fail", True)
