"""Making, changing and ending webhooks, and who sees them."""

import pytest

from ninelives.accounts.actions import give_token
from ninelives.accounts.models import Organisation
from ninelives.accounts.queries import forget_organisation
from ninelives.foundation.outgoing import BadAddress, ForbiddenPlace
from ninelives.webhooks import actions
from ninelives.webhooks.models import Webhook
from ninelives.webhooks.tests.conftest import promise
from tests.cast import Cast
from tests.receivers import Receiver


@pytest.mark.parametrize(
    "url", ["http://localhost:8000/", "http://127.0.0.2/", "http://[::1]/", "http://169.254.169.254/"]
)
def test_no_place_inside_can_be_promised_to(cast: Cast, url: str, settings) -> None:
    settings.OUTGOING_ALLOW = ()
    with pytest.raises(ForbiddenPlace):
        actions.promise(url, ["*"], actor=cast.admin)
    assert not Webhook.objects.exists()


def test_the_demo_may_call_its_own_machine(cast: Cast, settings) -> None:
    settings.OUTGOING_ALLOW = ()
    Organisation.objects.update(is_demo=True)
    forget_organisation()
    actions.promise("http://127.0.0.1:9/", ["*"], actor=cast.admin)
    with pytest.raises(ForbiddenPlace):
        actions.promise("http://10.0.0.1/", ["*"], actor=cast.admin)
    forget_organisation()


def test_what_is_no_address_or_no_event_is_refused(cast: Cast, receiver: Receiver) -> None:
    with pytest.raises(BadAddress):
        actions.promise("gopher://example.org/", ["*"], actor=cast.admin)
    with pytest.raises(actions.UnknownEventsError) as told:
        actions.promise(receiver.url, ["message.received", "message.eaten"], actor=cast.admin)
    assert told.value.names == ["message.eaten"]
    with pytest.raises(actions.NoEventsError):
        actions.promise(receiver.url, [], actor=cast.admin)


def test_changing_some_leaves_the_rest(cast: Cast, receiver: Receiver) -> None:
    webhook, _ = promise(receiver, cast, "message.received")
    before = webhook.secret
    actions.change(webhook, events=["note.written", "note.written"])
    assert (webhook.events, webhook.url, webhook.secret) == (["note.written"], receiver.url, before)
    with pytest.raises(ForbiddenPlace):
        actions.change(webhook, url="http://10.0.0.1/")
    webhook.refresh_from_db()
    assert webhook.url == receiver.url
    actions.change(webhook, is_active=False)
    assert (webhook.is_active, webhook.reason) == (False, "paused")
    actions.change(webhook, is_active=True)
    assert (webhook.is_active, webhook.reason) == (True, "")


def test_who_made_it_is_known(cast: Cast, receiver: Receiver) -> None:
    token, _ = give_token("The warehouse")
    assert promise(receiver, cast)[0].by_name == "Iris"
    assert actions.promise(receiver.url, ["*"], actor=token)[0].by_name == "The warehouse"
    assert actions.promise(receiver.url, ["*"], actor=None)[0].by_name == ""


def test_what_is_told_of_every_brand_is_for_those_of_every_brand(cast: Cast, receiver: Receiver) -> None:
    own, _ = promise(receiver, cast, brand=cast.brand)
    other, _ = promise(receiver, cast, brand=cast.other_brand)
    every, _ = promise(receiver, cast)

    def seen(actor: object) -> set[Webhook]:
        return set(Webhook.objects.visible_to(actor))  # type: ignore[arg-type]

    assert seen(cast.admin) == seen(give_token("All")[0]) == {own, other, every}
    assert seen(cast.lead) == seen(give_token("One", brand=cast.brand)[0]) == {own}
