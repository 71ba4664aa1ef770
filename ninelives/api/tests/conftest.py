"""A cast with one conversation each, and clients that speak for a token."""

from collections.abc import Callable

import pytest
from django.test import Client

from ninelives.conversations.models import Conversation
from tests.cast import Cast, bearer, make_cast, writes


@pytest.fixture
def people(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def conversation(people: Cast) -> Conversation:
    return writes(people.mailbox, "Why is my bill so high?", message_id="1@example.org")


@pytest.fixture
def client_with(db: None) -> Callable[..., Client]:
    return lambda *scopes, brand=None: Client(headers=bearer(*scopes, brand=brand))


@pytest.fixture
def api(client_with: Callable[..., Client]) -> Client:
    """A token with full rights."""
    return client_with()
