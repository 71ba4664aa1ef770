"""Who was merged is one customer wherever the desk shows one."""

import pytest
from django.test import Client

from ninelives.conversations.models import Conversation
from ninelives.customers.actions import merge, unmerge
from ninelives.customers.models import CustomerMerge
from tests.cast import Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
HX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def hers(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="My bill", message_id="1@example.org")


@pytest.fixture
def also_hers(cast: Cast) -> Conversation:
    sender = "D. Vries <dvries@example.net>"
    return dora_writes(cast, sender=sender, subject="My meter", message_id="2@example.net")


@pytest.fixture
def made(cast: Cast, hers: Conversation, also_hers: Conversation) -> CustomerMerge:
    return merge(hers.customer, also_hers.customer, actor=cast.alice)


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(cast: Cast, path: str) -> str:
    return signed_in(cast.alice).get(path, headers=HX).content.decode()


def test_the_list_names_the_kept_one(cast: Cast, made: CustomerMerge) -> None:
    assert shown(cast, "/desk/all/").count('<span class="row__who">Dora de Vries</span>') == 2
    unmerge(made, actor=cast.alice)
    assert '<span class="row__who">D. Vries</span>' in shown(cast, "/desk/all/")


def test_a_conversation_of_either_shows_the_whole_story(
    cast: Cast, made: CustomerMerge, hers: Conversation, also_hers: Conversation
) -> None:
    for one, other in ((hers, also_hers), (also_hers, hers)):
        page = shown(cast, f"/desk/all/{one.pk}/")
        assert '<span class="thread__customer">Dora de Vries</span>' in page
        assert "dora@example.org" in page
        assert "dvries@example.net" in page
        assert f'id="earlier-{other.pk}"' in page
        assert "Alice joined Dora de Vries and D. Vries: one customer" in page
        assert f'hx-delete="/desk/all/{one.pk}/merges/{made.pk}/"' in page


def test_the_search_finds_all_of_a_customer_by_either_address(cast: Cast, made: CustomerMerge) -> None:
    for q in ("dvries@example", "dora@example", "de vries"):
        assert shown(cast, f"/desk/all/?q={q}").count('class="row__who"') == 2, q


def test_it_is_undone_on_the_timeline(cast: Cast, made: CustomerMerge, also_hers: Conversation) -> None:
    address = f"/desk/all/{also_hers.pk}/merges/{made.pk}/"
    page = signed_in(cast.bob).delete(address, headers=HX).content.decode()
    assert '<span class="thread__customer">D. Vries</span>' in page
    assert "dora@example.org" not in page
    assert "Bob took Dora de Vries and D. Vries apart again" in page
    assert f"/merges/{made.pk}/" not in page

    assert signed_in(cast.bob).delete(address, headers=HX).status_code == 200
    assert CustomerMerge.objects.get().undone_by == cast.bob


@pytest.mark.parametrize(("who", "status"), [("charlie", 404), ("planner", 403), ("editor", 403)])
def test_only_who_may_answer_here_undoes_it(
    cast: Cast, made: CustomerMerge, hers: Conversation, who: str, status: int
) -> None:
    cast.bob.role = "editor"
    cast.bob.save()
    person = {"charlie": cast.charlie, "planner": cast.planner, "editor": cast.bob}[who]
    address = f"/desk/all/{hers.pk}/merges/{made.pk}/"
    assert signed_in(person).delete(address).status_code == status
    assert CustomerMerge.objects.get().undone_at is None
    if who == "editor":
        shown_to_them = signed_in(person).get(f"/desk/all/{hers.pk}/").content.decode()
        assert "joined Dora de Vries" in shown_to_them
        assert "/merges/" not in shown_to_them


def test_a_confirmation_speaks_the_language_of_the_kept_one(cast: Cast, hers: Conversation) -> None:
    cast.mailbox.confirms = True
    cast.mailbox.save()
    hers.customer.language = "en"
    hers.customer.save()
    other = dora_writes(cast, sender="D. Vries <dvries@example.net>", message_id="2@example.net")
    merge(hers.customer, other.customer, actor=cast.alice)
    again = dora_writes(cast, sender="D. Vries <dvries@example.net>", message_id="3@example.net")
    assert "Thank you" in again.messages.get(is_automatic=True).text
    assert "Thank you" not in other.messages.get(is_automatic=True).text
