"""What a customer chose stands in the story of a conversation's routing."""

from django.test import Client

from ninelives.conversations.models import Conversation
from ninelives.routing import actions
from tests.cast import Cast


def test_the_story_tells_how_a_customer_wants_to_be_served(
    api: Client, people: Cast, conversation: Conversation
) -> None:
    queue = actions.open_queue(people.brand, "Service")
    actions.following.place_in(conversation, queue)
    story = f"/api/v1/conversations/{conversation.pk}/routing"
    assert api.get(story).json()["placements"][0]["choice"] is None
    made = actions.choose(conversation, actions.Wish("call", phone="+31612345678"))
    told = api.get(story).json()["placements"][0]["choice"]
    assert made
    assert made.promise
    assert (told["what"], told["promise"]["reference"], told["ended_at"]) == ("call", made.promise.reference, None)
    actions.choose(conversation, actions.Wish())
    told = api.get(story).json()["placements"][0]["choice"]
    assert told["ended_at"]
    assert told["has_lapsed"] is False


def test_the_story_names_the_experts_they_wait_for(api: Client, people: Cast, conversation: Conversation) -> None:
    experts = actions.open_queue(people.brand, "Experts", actions.Described(members=[people.bob.pk]))
    fields = {"experts": experts, "lets_choose": True}
    queue = actions.open_queue(people.brand, "Service", actions.Described(fields=fields))
    actions.following.place_in(conversation, queue)
    actions.set_state(people.bob, "busy", actor=people.bob)
    actions.choose(conversation, actions.Wish("expert"))
    told = api.get(f"/api/v1/conversations/{conversation.pk}/routing").json()["placements"][0]
    named = {"id": str(experts.pk), "name": "Experts"}
    assert (told["queue"], told["choice"]["what"], told["choice"]["experts"]) == (named, "expert", named)
    assert actions.switch_off(experts) == 1
    told = api.get(f"/api/v1/conversations/{conversation.pk}/routing").json()["placements"][0]
    assert told["queue"]["name"] == "Service"
    assert told["choice"]["ended_at"]
    assert told["choice"]["has_lapsed"] is True
