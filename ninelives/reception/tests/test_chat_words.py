"""What the organisation says in the chat before anybody has said anything."""

import pytest

from ninelives.channels.actions import open_account
from ninelives.reception.tests.chat_tools import Widget
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_visitors_are_greeted_in_their_language_where_there_are_words_for_it() -> None:
    told = {"greeting": "Hoi!", "greeting_en": "Hello!"}
    account = open_account("webchat", "Shop", make_cast().brand, told=told)
    greetings = {
        language: Widget(account)
        .client.get(f"/chat/{account.view().settings['key']}/?language={language}")
        .json()["greeting"]
        for language in ("nl", "en", "fr")
    }
    assert (greetings["nl"], greetings["en"]) == ("Hoi!", "Hello!")
    assert greetings["fr"] in told.values()
