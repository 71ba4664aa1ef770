"""Decisions in the words of people who answer."""

from django.utils import translation

from ninelives.accounts.models import Person
from ninelives.routing.models import Decision
from ninelives.routing.wording import explained


def test_a_queue_that_would_have_been_next_is_told_with_the_channel_as_its_readers_know_it() -> None:
    decision = Decision(person=Person(name="Alice"), guard="none")
    for runner_up, told in (("Heat pumps · webchat", "Heat pumps · Chat"), ("Bob", "Bob"), ("", "")):
        decision.runner_up_name = runner_up
        with translation.override("en"):
            words = explained(decision, {"webchat": "Chat"}.__getitem__)
        assert ("Next would have been" in words) == bool(told)
        assert told in words
