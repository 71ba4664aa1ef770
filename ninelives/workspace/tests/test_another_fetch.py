"""A file that could not be had from its provider: the desk says why, and somebody may ask for it again."""

import pytest
from django.test import Client

from ninelives.accounts.models import Person
from ninelives.channels.gathering import GIVE_UP_AFTER, fetch_due
from ninelives.channels.models import MediaFetch
from ninelives.conversations.actions import take_fetched
from ninelives.conversations.models import Attachment
from tests.cast import Cast, arrives, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def picture(cast: Cast) -> Attachment:
    """It was tried for long enough."""
    from ninelives.channels.actions import open_account

    told = {"bot_token": "1:a", "secret_token": "s", "api_base": "http://127.0.0.1:9"}
    account = open_account("telegram", "Telegram", cast.brand, told=told)
    arrives(PHOTO, account)
    MediaFetch.objects.update(attempts=GIVE_UP_AFTER - 1)
    fetch_due()
    take_fetched(MediaFetch.objects.get().pk)
    return Attachment.objects.select_related("fetch").get()


PHOTO = b"""{"update_id": 1, "message": {"message_id": 5, "date": 1790000000, "caption": "My meter",
    "from": {"id": 17, "first_name": "Dora"}, "chat": {"id": 17, "type": "private"},
    "photo": [{"file_id": "abc", "file_unique_id": "u", "file_size": 5, "width": 1, "height": 1}]}}"""


def asks_again(person: Person, file: Attachment) -> int:
    client = Client()
    client.force_login(person)
    return client.post(f"/desk/all/files/{file.pk}/fetch/").status_code


def shown(person: Person, file: Attachment) -> str:
    client = Client()
    client.force_login(person)
    return client.get(f"/desk/all/{file.message.conversation_id}/").content.decode()


def test_the_desk_says_why_and_offers_another_try(cast: Cast, picture: Attachment) -> None:
    assert picture.state == "failed"
    page = shown(cast.alice, picture)
    assert "The provider cannot be reached." in page
    assert f"/desk/all/files/{picture.pk}/fetch/" in page


def test_it_is_tried_again_from_the_beginning(cast: Cast, picture: Attachment) -> None:
    assert asks_again(cast.alice, picture) in (200, 302)
    asked = MediaFetch.objects.get()
    assert (asked.state, asked.attempts, asked.reason, asked.settled_at) == ("waiting", 0, "", None)
    assert fetch_due() == 1
    assert f"/desk/all/files/{picture.pk}/fetch/" not in shown(cast.alice, picture)


def test_twice_at_once_is_one_more_try(cast: Cast, picture: Attachment) -> None:
    assert {asks_again(cast.alice, picture), asks_again(cast.alice, picture)} <= {200, 302}
    assert (fetch_due(), fetch_due()) == (1, 0)


def test_another_brands_agent_and_who_only_reads_ask_nothing(cast: Cast, picture: Attachment) -> None:
    cast.bob.role = "editor"
    cast.bob.save()
    assert (asks_again(cast.charlie, picture), asks_again(cast.bob, picture)) == (404, 403)
    assert MediaFetch.objects.get().state == "failed"
