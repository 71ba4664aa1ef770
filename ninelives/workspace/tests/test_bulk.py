"""What the desk asks to be done with many at once."""

import pytest
from django.test import Client

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Role
from ninelives.conversations.models import BulkAction, Conversation
from ninelives.foundation.ids import new_id
from tests.cast import Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db
URL = "/bulk-actions/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_only_whoever_did_it_undoes_it_and_once(cast: Cast, conversation: Conversation) -> None:
    told = signed_in(cast.alice).post(URL, {"what": "close", "ids": f"{conversation.pk},{new_id()}"}).text
    assert "1 closed" in told
    assert "1 is not there any more." in told
    url = f"{URL}{BulkAction.objects.get().pk}/"
    assert url in told
    assert signed_in(cast.bob).delete(url).status_code == 404
    assert "1 put back" in signed_in(cast.alice).delete(url).text
    again = signed_in(cast.alice).delete(url)
    assert (again.status_code, "undone already" in again.text) == (409, True)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"what": "close"},
        {"what": "explode"},
        {"what": "close", "ids": "x,y"},
        {"what": "close", "ids": ",".join(str(new_id()) for _ in range(201))},
        {"what": "snooze"},
        {"what": "snooze", "until": "yesterday"},
        {"what": "snooze", "until": "2001-01-01T00:00"},
        {"what": "tag"},
        {"what": "tag", "name": "nobody made this"},
    ],
)
def test_rubbish_is_refused_whole(cast: Cast, conversation: Conversation, more: dict[str, str]) -> None:
    asked = {"ids": str(conversation.pk), **more} if more.get("what") != "close" else more
    assert signed_in(cast.alice).post(URL, asked).status_code == 422
    assert not BulkAction.objects.exists()


def test_whoever_only_reads_along_chooses_nothing(cast: Cast, conversation: Conversation) -> None:
    assert "<bulk-bar" in signed_in(cast.bob).get("/desk/all/").text
    cast.bob.role = Role.EDITOR
    cast.bob.save()
    assert "<bulk-bar" not in signed_in(cast.bob).get("/desk/all/").text
    assert signed_in(cast.bob).post(URL, {"what": "close", "ids": str(conversation.pk)}).status_code == 403
