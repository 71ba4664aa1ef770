"""A shop with a chat, and Dora, who has said something there."""

import pytest

from ninelives.channels.models import ChannelAccount
from ninelives.reception.tests.chat_tools import Widget, open_chat, proof
from tests.cast import Cast, make_cast


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def shop(cast: Cast) -> ChannelAccount:
    return open_chat(cast)


@pytest.fixture
def dora(shop: ChannelAccount) -> Widget:
    widget = Widget(shop).begin(**proof(shop))
    widget.say("Only for us")
    return widget
