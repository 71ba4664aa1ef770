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
    assert api.get(story).json()["placements"][0]["choice"]["ended_at"]
