"""What a customer who waits chose stands on the timeline and on the offer."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from ninelives.routing import actions
from ninelives.routing.actions import Described, Wish
from ninelives.routing.models import Offer
from ninelives.routing.tests.test_offers import available, offer_to, settle
from ninelives.workspace import routed
from ninelives.workspace.presence import offer_shown
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Whatever was shown last in this process."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_an_expert_is_told_and_that_it_is_possible_no_more(cast: Cast) -> None:
    experts = actions.open_queue(cast.brand, "Heat pumps", Described(members=[cast.bob.pk]))
    queue = actions.open_queue(cast.brand, "Service", Described(fields={"experts": experts}, members=[cast.alice.pk]))
    actions.move_queue(queue, up=True)
    conversation = writes(cast.mailbox, "Hello")
    settle()
    available(cast.bob)
    actions.choose(conversation, Wish("expert"))
    settle()
    offer = offer_to(cast.bob)
    assert offer
    assert offer_shown(Offer.objects.get(pk=offer.pk)).promised == "An expert: Heat pumps"
    assert next(str(one.text) for one in routed.lines(conversation)) == "Placed in the queue Service"
    actions.pass_on(offer)
    actions.switch_off(experts)
    told = [str(one.text) for one in routed.lines(conversation)]
    assert "The customer chose: An expert: Heat pumps" in told
    assert "What the customer chose is not possible any more; it waits where it stood" in told
