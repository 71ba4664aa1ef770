"""A team lead describes queues, says who can do what, and how much of a person a channel takes."""

import pytest
from django.test import Client
from django.urls import reverse

from ninelives.accounts.models import Person
from ninelives.conversations.actions import tag_named
from ninelives.routing import actions
from ninelives.routing.actions import Described
from ninelives.routing.capacity import loads
from ninelives.routing.models import Placement, Queue, Routing, Skill, SkillLevel
from ninelives.routing.working import follow_facts
from ninelives.workspace.setting_up.words import hours_in_words, rings_in_words, seconds_in_words
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db

QUEUES = reverse("workspace:queues")
NEW = reverse("workspace:new_queue")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def typed(**more: object) -> dict[str, object]:
    return {
        "name": "Heat pumps",
        "outside": "wait",
        "within_0": "2",
        "within_1": "60",
        "value": "1",
        "handling_0": "5",
        "handling_1": "60",
        "patience_0": "180",
        "patience_1": "1",
        "offer_stands_0": "30",
        "offer_stands_1": "1",
        "wrap_up_0": "0",
        "wrap_up_1": "1",
        "who": "all",
        **more,
    }


def rings(*rows: tuple[str, str, str]) -> dict[str, list[str]]:
    skills, levels, afters = zip(*rows, strict=True)
    return {"ring_skill": list(skills), "ring_level": list(levels), "ring_after": list(afters)}


def test_a_queue_is_described_and_shown_in_words(cast: Cast) -> None:
    lead, refund = client_of(cast.lead), tag_named("Refund", actor=cast.lead)
    given = typed(
        kinds=["mail"],
        accounts=[str(cast.mailbox.pk)],
        tags=[str(refund.pk)],
        languages=["nl"],
        hours="ma-vr 9:00-12:30 13:00-17:30, za 22:00-02:00",
        floor="80",
        value="2.5",
        who="some",
        members=[str(cast.alice.pk)],
        **rings(("Dutch", "4", "0"), ("Dutch", "2", "60"), ("Dutch", "0", "300")),
    )
    assert lead.post(NEW, given).status_code == 302
    queue = Queue.objects.get()
    assert (queue.within, queue.floor, queue.value, queue.handling) == (120, 0.8, 2.5, 300)
    assert queue.hours == "mo-fr 09:00-12:30 13:00-17:30, sa 22:00-24:00, su 00:00-02:00"
    assert [(one.skill.name, one.level, one.after) for one in queue.requirements.all()] == [
        ("Dutch", 4, 0),
        ("Dutch", 2, 60),
        ("Dutch", 0, 300),
    ]
    assert [one.person for one in queue.members.filter(ended_at=None)] == [cast.alice]
    shown = lead.get(QUEUES).content.decode()
    for words in (
        "Heat pumps",
        "Monday to Friday 09:00–12:30 and 13:00–17:30",
        "Dutch: 4 or more, after 1 minute 2, after 5 minutes not needed",
        "within 2 minutes, 80%",
        "Alice",
    ):
        assert words in shown
    form = lead.get(reverse("workspace:queue", args=[queue.pk])).content.decode()
    assert 'value="Dutch"' in form


def test_everything_that_was_typed_stays_while_rows_come_and_go_and_nothing_is_saved(cast: Cast) -> None:
    lead = client_of(cast.lead)
    answer = lead.post(NEW, typed(name="", hours="whenever", add_ring="1", **rings(("Dutch", "4", "0"))))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert shown.count('name="ring_skill"') == 2
    assert 'value="whenever"' in shown
    assert "field__error" not in shown
    gone = lead.post(NEW, typed(remove_ring="0", **rings(("Dutch", "4", "0"), ("Gas", "2", "0")))).content.decode()
    assert 'value="Dutch" list' not in gone
    assert 'value="Gas" list' in gone
    assert not Queue.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"hours": "mo-fr 9-17"}, "is not understood. Write it as"),
        ({"within_0": "0"}, "From 1 to"),
        ({"offer_stands_0": "2"}, "From 5 to 3600 seconds"),
        ({"floor": "101"}, "100"),
        ({"value": "0"}, "0.01"),
        ({"who": "some"}, "Choose at least one"),
        ({"name": "service"}, "Another queue of this brand has this name"),
        (rings(("Dutch", "4", "60")), "after 0 seconds"),
        (rings(("Dutch", "4", "0"), ("dutch", "2", "0")), "same moment already"),
        (rings(("Dutch", "4", "soon")), "whole number"),
        (rings(("Dutch", "6", "0")), "from 1 to 5"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_saved(
    cast: Cast, wrong: dict[str, object], told: str
) -> None:
    actions.open_queue(cast.brand, "Service")
    answer = client_of(cast.lead).post(NEW, typed(**wrong))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Queue.objects.count() == 1
    assert not Skill.objects.exists()


def test_accounts_and_people_of_another_brand_are_no_choice(cast: Cast) -> None:
    lead = client_of(cast.lead)
    for more in ({"accounts": [str(cast.other_mailbox.pk)]}, {"who": "some", "members": [str(cast.charlie.pk)]}):
        assert lead.post(NEW, typed(**more)).status_code == 422
    assert lead.post(NEW, typed(brand=str(cast.other_brand.pk))).status_code == 404
    assert not Queue.objects.exists()


def test_experts_and_whether_who_writes_may_choose(cast: Cast) -> None:
    lead, experts = client_of(cast.lead), actions.open_queue(cast.brand, "Experts")
    elsewhere = actions.open_queue(cast.other_brand, "Elsewhere")
    assert str(elsewhere.pk) not in lead.get(NEW).content.decode()
    assert lead.post(NEW, typed(experts=str(elsewhere.pk))).status_code == 422
    assert lead.post(NEW, typed(experts=str(experts.pk), lets_choose="on")).status_code == 302
    queue = Queue.objects.get(name="Heat pumps")
    assert (queue.experts, queue.lets_choose) == (experts, True)
    listed = lead.get(QUEUES).content.decode()
    assert "Experts: Experts" in listed
    assert "Who writes may choose" in listed
    page = reverse("workspace:queue", args=[queue.pk])
    shown = lead.get(page).content.decode()
    assert f'<option value="{experts.pk}" selected>' in shown
    assert f'<option value="{queue.pk}"' not in shown
    assert 'name="lets_choose" id="id_lets_choose" checked' in shown
    told = lead.post(reverse("workspace:queue", args=[experts.pk]), typed(name="Experts", experts=str(queue.pk)))
    assert (told.status_code, "round in circles" in told.content.decode()) == (422, True)
    lead.post(page, typed())
    queue.refresh_from_db()
    assert (queue.experts, queue.lets_choose) == (None, False)


def test_everybody_works_in_it_again_after_some_did(cast: Cast) -> None:
    lead = client_of(cast.lead)
    lead.post(NEW, typed(who="some", members=[str(cast.alice.pk)]))
    queue = Queue.objects.get()
    lead.post(reverse("workspace:queue", args=[queue.pk]), typed())
    assert "everybody of the brand" in lead.get(QUEUES).content.decode()


def test_queues_change_their_order(cast: Cast) -> None:
    first, second = (actions.open_queue(cast.brand, name) for name in ("First", "Second"))
    other = actions.open_queue(cast.other_brand, "Other")
    client_of(cast.lead).post(reverse("workspace:queue_position", args=[second.pk]), {"to": "up"})
    assert list(Queue.objects.filter(brand=cast.brand).order_by("position")) == [second, first]
    other.refresh_from_db()
    assert other.position == 0


def test_what_waits_in_a_queue_that_is_switched_off_waits_in_the_next_that_takes_it(cast: Cast) -> None:
    first, second = (actions.open_queue(cast.brand, name) for name in ("First", "Second"))
    conversation = writes(cast.mailbox, "Hello")
    follow_facts()
    lead = client_of(cast.lead)
    told = lead.post(reverse("workspace:queue_activity", args=[first.pk]), {"active": "0"}, follow=True)
    assert "1 conversation waited in it" in told.content.decode()
    placement = Placement.objects.get(conversation=conversation)
    assert (placement.queue, placement.state) == (second, "waiting")
    lead.post(reverse("workspace:queue_activity", args=[second.pk]), {"active": "0"})
    assert Placement.objects.get(conversation=conversation).why == "withdrawn"
    lead.post(reverse("workspace:queue_activity", args=[second.pk]), {"active": "1"})
    second.refresh_from_db()
    assert second.is_active


def test_who_can_do_what_is_a_table(cast: Cast) -> None:
    lead = client_of(cast.lead)
    lead.post(reverse("workspace:new_skill"), {"skill": "Dutch"})
    skill = Skill.objects.get()
    actions.set_levels(cast.charlie, [(skill, 5)])
    table = lead.get(reverse("workspace:skills")).content.decode()
    assert "Alice" in table
    assert "Charlie" not in table
    lead.post(
        reverse("workspace:skills"),
        {
            f"level-{cast.alice.pk}-{skill.pk}": "4",
            f"level-{cast.bob.pk}-{skill.pk}": "9",
            f"level-{cast.charlie.pk}-{skill.pk}": "1",
        },
    )
    assert dict(SkillLevel.objects.values_list("person", "level")) == {cast.alice.pk: 4, cast.charlie.pk: 5}
    # Somebody of another brand has it: not theirs to remove.
    assert lead.post(reverse("workspace:skill_ending", args=[skill.pk])).status_code == 404
    actions.set_levels(cast.charlie, [])
    assert lead.post(reverse("workspace:skill_ending", args=[skill.pk])).status_code == 302
    assert not SkillLevel.objects.exists()


def test_how_much_of_a_person_a_channel_takes(cast: Cast) -> None:
    lead, page = client_of(cast.lead), reverse("workspace:channel_loads")
    refused = lead.post(page, {"most-mail": "3", "weight-mail": "0", "most-pretend": "3", "weight-pretend": "33"})
    assert refused.status_code == 422
    assert "from 1 to 100" in refused.content.decode()
    lead.post(page, {"most-mail": "3", "weight-mail": "20", "most-pretend": "3", "weight-pretend": "33"})
    assert (loads({"mail"})["mail"].most, loads({"mail"})["mail"].weight) == (3, 20)


def test_an_agent_may_not(cast: Cast) -> None:
    agent = client_of(cast.alice)
    for name in ("queues", "new_queue", "skills", "channel_loads", "hours_told"):
        assert agent.get(reverse(f"workspace:{name}")).status_code == 403
    assert "/queues/" not in agent.get("/", follow=True).content.decode()
    assert "/queues/" in client_of(cast.lead).get("/", follow=True).content.decode()


def test_hours_are_told_in_words_while_they_are_typed(cast: Cast) -> None:
    lead, told = client_of(cast.lead), reverse("workspace:hours_told")
    assert "Monday to Friday 09:00–17:00" in lead.get(told, {"hours": "mo-fr 09:00-17:00"}).content.decode()
    assert "“half nine”" in lead.get(told, {"hours": "half nine"}).content.decode()
    assert "hours of the brand" in lead.get(told, {"hours": ""}).content.decode()


def test_words() -> None:
    assert [seconds_in_words(some) for some in (1, 90, 120, 7200)] == ["1 second", "90 seconds", "2 minutes", "2 hours"]
    assert hours_in_words({}) == []
    assert rings_in_words([]) == []


def test_the_floor_that_was_rehearsed_is_shown_while_there_is_none_of_its_own(cast: Cast) -> None:
    queue = actions.open_queue(cast.brand, "Service", Described(fields={"kinds": ["mail"]}))
    client = client_of(cast.lead)
    page = reverse("workspace:queue", args=[queue.pk])
    assert "Rehearsed" not in client.get(page).content.decode()
    Routing.objects.update_or_create(pk=1, defaults={"floors": {f"{queue.pk}:mail": 0.784, "other:mail": 0.1}})
    assert "Rehearsed: 78%." in client.get(page).content.decode()
    Routing.objects.update(floors={f"{queue.pk}:mail": 0.784, f"{queue.pk}:webchat": 0.6})
    assert "Rehearsed: Chat on the site 60%, Mail 78%." in client.get(page).content.decode()
    actions.change_queue(queue, Described(fields={"floor": 0.9}), actor=cast.lead)
    assert "Rehearsed" not in client.get(page).content.decode()
