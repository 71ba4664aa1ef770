"""How long a visitor waits, how else they can be served, and what they choose, at the customers' door."""

from typing import Any

import pytest

from ninelives.channels.models import ChannelAccount
from ninelives.customers.models import CustomerAddress
from ninelives.promises.models import Promise
from ninelives.reception import chat_stream
from ninelives.reception.tests.chat_tools import Widget, key_of, open_chat
from ninelives.routing import actions
from ninelives.routing.models import Choice, Placement, Queue
from ninelives.routing.sorting import forget_descriptions
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "+31612345678"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def shop(cast: Cast) -> ChannelAccount:
    return open_chat(cast, help="https://example.org/help")


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return actions.open_queue(cast.brand, "Service")


@pytest.fixture
def dora(shop: ChannelAccount, queue: Queue) -> Widget:
    widget = Widget(shop).begin()
    widget.say("Is anybody there?")
    return widget


def waiting(widget: Widget) -> Any:
    answer = widget.ask("GET", "waiting")
    assert answer.status_code == 200
    return answer.json()["waiting"]


def choose(widget: Widget, status: int = 201, **body: Any) -> Any:
    answer = widget.ask("POST", "choice", body)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_who_waits_is_told_how_long(dora: Widget) -> None:
    told = waiting(dora)
    assert told["ahead"] == 0
    assert (told["is_offered"], told["opens_at"], told["choice"]) == (False, None, None)


def test_those_before_are_counted_and_not_who_seems_to_have_gone(shop: ChannelAccount, dora: Widget) -> None:
    frits = Widget(shop).begin()
    frits.say("Hello")
    assert waiting(frits)["ahead"] == 1
    Placement.objects.filter(conversation__preview__startswith="Is anybody").update(parked_at="2026-11-29T12:00Z")
    assert waiting(frits)["ahead"] == 0


def test_where_nothing_waits_nothing_is_told(shop: ChannelAccount) -> None:
    nobody = Widget(shop).begin()
    assert waiting(nobody) is None
    forget_descriptions()
    nobody.say("There is no queue")
    assert waiting(nobody) is None
    assert nobody.ask("GET", "choice").json()["type"].endswith("not-waiting")
    assert choose(nobody, 409, what="call", phone=NUMBER)["type"].endswith("not-waiting")


def test_what_is_possible(dora: Widget) -> None:
    ways = dora.ask("GET", "choice").json()
    assert len(ways["slots"]) == 6
    assert ways["answer_by"]
    assert (ways["slot_minutes"], ways["known"], ways["experts"], ways["email"]) == (30, None, None, "")
    assert dora.ask("GET", "").json()["help"] == "https://example.org/help"


def test_called_when_it_is_their_turn_however_often_they_click(dora: Widget) -> None:
    for phone in ("+31 6 1234 5678", NUMBER):
        chosen = choose(dora, what="call", phone=phone)["waiting"]["choice"]
        assert (chosen["what"], chosen["address"]) == ("call", NUMBER)
    assert (Choice.objects.count(), Promise.objects.count()) == (1, 1)
    assert waiting(dora)["choice"] == chosen


def test_in_a_slot_and_then_not(dora: Widget) -> None:
    slot = dora.ask("GET", "choice").json()["slots"][2]
    chosen = choose(dora, what="slot", phone=NUMBER, slot=slot)["waiting"]
    assert chosen["choice"]["starts"] == Placement.objects.get().not_before.isoformat()  # type: ignore[union-attr]
    assert chosen["opens_at"] is None
    assert choose(dora, what="")["waiting"]["choice"] is None
    assert Placement.objects.get().not_before is None


def test_by_mail_to_an_address_they_claim(dora: Widget) -> None:
    chosen = choose(dora, what="message", email="Dora@example.org")["waiting"]["choice"]
    assert (chosen["what"], chosen["address"]) == ("message", "dora@example.org")
    assert CustomerAddress.objects.get(kind="mail").proof == "claimed"
    assert Promise.objects.get().channel == "mail"


def test_an_expert_while_one_is_at_work(cast: Cast, dora: Widget, queue: Queue) -> None:
    experts = actions.open_queue(cast.brand, "Experts", actions.Described(members=[cast.bob.pk]))
    actions.change_queue(queue, actions.Described(fields={"experts": experts}), actor=None)
    assert choose(dora, 422, what="expert")["detail"].startswith("That is not possible any more")
    actions.set_state(cast.bob, "busy", actor=cast.bob)
    assert dora.ask("GET", "choice").json()["experts"] == {"low": None, "high": None}
    chosen = choose(dora, what="expert")["waiting"]
    assert (chosen["choice"]["what"], chosen["choice"]["address"], chosen["ahead"]) == ("expert", "", 0)
    assert Placement.objects.get().queue == experts
    actions.switch_off(experts)
    assert waiting(dora)["choice"] is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"what": "call", "phone": "mine"}, "telephone number"),
        ({"what": "call"}, "telephone number"),
        ({"what": "slot", "phone": NUMBER, "slot": "2020-01-01T10:00:00+00:00"}, "That time has gone"),
        ({"what": "slot", "phone": NUMBER, "slot": "2020-01-01T10:00:00"}, "slot"),
        ({"what": "slot", "phone": NUMBER, "slot": "soon"}, "slot"),
        ({"what": "slot", "phone": NUMBER}, "That time has gone"),
        ({"what": "known"}, "not possible any more"),
        ({"what": "magic"}, "magic"),
        ({"what": "message", "email": "nobody"}, "nobody"),
        ({"what": 7}, "what"),
    ],
)
def test_what_cannot_be_chosen_is_told(dora: Widget, body: dict[str, Any], words: str) -> None:
    assert words in choose(dora, 422, **body)["detail"]
    assert not Choice.objects.exists()
    assert not Promise.objects.exists()


def test_another_sees_and_chooses_nothing(shop: ChannelAccount, dora: Widget) -> None:
    choose(dora, what="call", phone=NUMBER)
    charlie = Widget(shop).begin()
    assert waiting(charlie) is None
    choose(charlie, 409, what="")
    assert Widget(shop).ask("GET", "waiting").status_code == 401
    assert Choice.objects.get().ended_at is None


def test_a_stream_tells_that_its_visitor_is_there(shop: ChannelAccount, dora: Widget) -> None:
    Placement.objects.update(listened_at=None)
    chat_stream.note(key_of(shop), dora.token)
    assert Placement.objects.get().listened_at
    chat_stream.note(key_of(shop), "nlv_nobody")
