"""What can be pressed on the desk."""

import re

import pytest
from django.test import Client

from ninelives.routing import actions
from ninelives.routing.sorting import forget_descriptions
from tests.cast import make_cast, writes

pytestmark = pytest.mark.django_db


def test_no_two_pages_or_menus_are_reached_by_the_same_keys() -> None:
    cast = make_cast()
    actions.open_queue(cast.brand, "Service")
    forget_descriptions()
    conversation = writes(cast.mailbox, "Hello")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast.admin)
    page = client.get(f"/desk/all/{conversation.pk}/").content.decode()
    found = re.findall(r'data-key="(g .)"[^>]*data-key-label="([^"]*)"', page)
    assert {"Your state", "Wall", "All"} <= {label for _, label in found}
    labels: dict[str, set[str]] = {}
    for key, label in found:
        labels.setdefault(key, set()).add(label)
    assert {key: told for key, told in labels.items() if len(told) > 1} == {}
