"""Messenger and Instagram tell no names with a message: they are asked for, and nobody's message waits for one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from ninelives.channels.pretending import Manners, PretendedProvider
from ninelives.channels.protocol import Said, TryLater
from ninelives.channels.registry import CHANNELS, NAMING
from ninelives.conversations.models import Message
from ninelives.customers.actions import describe
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.reception.tasks import fetch_name
from ninelives.reception.tests.test_played_providers import DORA, account_of, process
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

Play = Callable[[str], PretendedProvider]


@pytest.fixture
def play(live_server: Any, settings: Any) -> Iterator[Play]:
    settings.BASE_URL = live_server.url
    cast: Cast = make_cast()
    with ExitStack() as stack:

        def played(kind: str) -> PretendedProvider:
            provider = CHANNELS[kind].provider
            assert provider
            playing = stack.enter_context(PretendedProvider(provider, Manners(news=())))
            playing.account = account_of(kind, cast, playing).view()
            return playing

        yield played


def says(played: PretendedProvider, number: int = 1, name: str = "Dora de Vries") -> Message:
    at = now() - timedelta(minutes=5) + timedelta(seconds=number)
    played.say([Said(f"m{number}", DORA, "Hello", at, name)])
    process()
    return Message.objects.latest("occurred_at")


def asked_for(message: Message) -> bool:
    jobs = ProcrastinateJob.objects.filter(task_name="reception.fetch_name")
    return jobs.filter(args__message_id=str(message.pk)).exists()


@pytest.mark.parametrize("kind", sorted(NAMING))
def test_a_customer_is_called_by_the_name_that_the_provider_tells(kind: str, play: Play) -> None:
    message = says(play(kind))
    assert Customer.objects.get().name == message.author == DORA
    assert asked_for(message)
    fetch_name(str(message.pk))
    message.refresh_from_db()
    assert Customer.objects.get().name == message.author == "Dora de Vries"


def test_who_gave_no_name_is_called_as_they_go_by(play: Play) -> None:
    played = play("instagram")
    # Of a name of one word, Instagram's played side tells both alike.
    message = says(played, name="dora.devries")
    fetch_name(str(message.pk))
    assert Customer.objects.get().name == "dora.devries"


def test_of_whom_no_name_is_told_the_next_message_asks_again(play: Play) -> None:
    played = play("messenger")
    fetch_name(str(says(played, name="").pk))
    assert Customer.objects.get().name == DORA
    again = says(played, 2)
    assert asked_for(again)
    fetch_name(str(again.pk))
    assert Customer.objects.get().name == "Dora de Vries"
    assert not asked_for(says(played, 3))


def test_a_name_that_a_colleague_gave_stays(play: Play) -> None:
    message = says(play("messenger"))
    describe(Customer.objects.get(), name="Mevrouw De Vries", kind="person", language="nl")
    fetch_name(str(message.pk))
    assert Customer.objects.get().name == "Mevrouw De Vries"


def test_while_the_provider_is_away_it_is_tried_again_and_who_lets_us_not_in_is_asked_no_more(play: Play) -> None:
    played = play("messenger")
    message = says(played)
    settings = message.account.settings
    settings.filter(name="api_base").update(value="http://127.0.0.1:9")
    with pytest.raises(TryLater):
        fetch_name(str(message.pk))
    settings.filter(name="api_base").update(value=played.api_base)
    played.account = replace(played.account, settings={**played.account.settings, "access_token": "another"})
    fetch_name(str(message.pk))
    assert Customer.objects.get().name == DORA


def test_where_names_come_along_nobody_is_asked(play: Play) -> None:
    message = says(play("whatsapp"))
    assert Customer.objects.get().name == "Dora de Vries"
    assert not asked_for(message)
