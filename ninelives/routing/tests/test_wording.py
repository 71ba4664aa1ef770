"""Decisions in the words of people who answer."""

from django.utils import translation

from ninelives.accounts.models import Person
from ninelives.routing.models import Decision
from ninelives.routing.wording import explained, passed_because


def test_a_queue_that_would_have_been_next_is_told_with_the_channel_as_its_readers_know_it() -> None:
    decision = Decision(person=Person(name="Alice"), guard="none")
    for runner_up, told in (("Heat pumps · webchat", "Heat pumps · Chat"), ("Bob", "Bob"), ("", "")):
        decision.runner_up_name = runner_up
        with translation.override("en"):
            words = explained(decision, {"webchat": "Chat"}.__getitem__)
        assert ("Next would have been" in words) == bool(told)
        assert told in words


def test_why_an_offer_was_passed_on_is_read_in_the_readers_language_and_own_words_as_they_are() -> None:
    for language, told in (("en", "Not my field"), ("nl", "Niet mijn vak")):
        with translation.override(language):
            assert passed_because("field") == told
            assert passed_because("Ik ga naar huis") == "Ik ga naar huis"
