"""The left pane: the views, page after page, for each reader."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from ninelives.accounts import actions as accounts
from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Role
from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.workspace.lists import PAGE
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
_ROW = re.compile(r'<li id="row-([0-9a-f-]{36})"')
_MORE = re.compile(r'<li class="rows__more" id="rows-more"><a[^>]+hx-get="([^"]+after=[^"]+)"')


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def conversations(cast: Cast, count: int, **more: object) -> list[Conversation]:
    """The newest first; two at each moment."""
    customer = Customer.objects.create(base=cast.brand.base, name="Dora")
    at = now()
    return [
        Conversation.objects.create(
            customer=customer, account=cast.mailbox, brand=cast.brand, last_at=at - timedelta(hours=n // 2), **more
        )
        for n in range(count)
    ]


def pages(person: Person, url: str) -> list[list[str]]:
    client, found = Client(), []
    client.force_login(person)
    while url:
        html = client.get(url).content.decode()
        found.append(_ROW.findall(html))
        more = _MORE.search(html)
        url = more[1].replace("&amp;", "&") if more else ""
    return found


def test_each_view_is_whole_over_its_pages_and_in_order(cast: Cast) -> None:
    for view, more in {
        "mine": {"assignee": cast.alice},
        "unassigned": {},
        "closed": {"status": "closed"},
    }.items():
        there = sorted(conversations(cast, PAGE + 5, **more), key=lambda one: (one.last_at, one.pk), reverse=True)
        first, second = pages(cast.alice, f"/desk/{view}/")
        assert len(first) == PAGE
        assert first + second == [str(one.pk) for one in there], view
    soon = now() + timedelta(days=1)
    later = conversations(cast, PAGE + 5, snoozed_until=soon)
    Conversation.objects.filter(pk=later[0].pk).update(snoozed_until=soon + timedelta(hours=1))
    there = [str(one.pk) for one in sorted(later[1:], key=lambda one: one.pk)] + [str(later[0].pk)]
    assert [row for page in pages(cast.alice, "/desk/snoozed/") for row in page] == there
    assert [len(page) for page in pages(cast.alice, "/desk/all/")] == [PAGE, PAGE, 10]
    assert pages(cast.bob, "/desk/mine/") == [[]]
    assert pages(cast.charlie, "/desk/all/") == [[]]


def test_who_works_for_no_brand_sees_an_empty_desk(cast: Cast) -> None:
    conversations(cast, 1)
    nobody = accounts.take_on("nobody@zonnestroom.example", "Nobody", Role.AGENT, password=None)
    assert pages(nobody, "/desk/all/") == pages(nobody, "/desk/all/?q=dora") == [[]]
