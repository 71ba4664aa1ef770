"""Cases at the desk: what is told over a conversation, on its timeline and on the page of a case."""

import pytest
from django.test import Client
from django.urls import reverse

from ninelives.conversations import actions
from ninelives.conversations.models import Case, Conversation
from ninelives.workspace import cases
from tests.cast import Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="The boiler is cold", message_id="1@example.org")


@pytest.fixture
def alice(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.alice)
    return client


def address(conversation: Conversation) -> str:
    return reverse("workspace:case_of", args=["all", conversation.pk])


def test_a_request_that_was_broken_off_begins_nothing(alice: Client, conversation: Conversation) -> None:
    assert alice.post(address(conversation)).status_code == 422
    assert alice.post(address(conversation), {"title": "  "}).status_code == 422
    assert not Case.objects.exists()
    assert alice.post(address(conversation), {"title": "The boiler"}).status_code == 302
    assert Case.objects.get().title == "The boiler"


def test_who_reads_along_changes_nothing(cast: Cast, conversation: Conversation) -> None:
    made = actions.open_case(conversation, actor=cast.alice)
    cast.bob.role = "editor"
    cast.bob.save()
    client = Client()
    client.force_login(cast.bob)
    page = reverse("workspace:case", args=[made.case_id])
    assert b"The boiler is cold" in client.get(page).content
    assert b"Close the case" not in client.get(page).content
    for method, url in (
        ("post", page),
        ("post", reverse("workspace:case_closure", args=[made.case_id])),
        ("delete", reverse("workspace:case_conversation", args=[made.case_id, conversation.pk])),
        ("post", address(conversation)),
        ("delete", address(conversation)),
    ):
        assert getattr(client, method)(url).status_code == 403
    assert Case.objects.get().conversations.get() == conversation


@pytest.mark.parametrize(
    ("contacts", "told"),
    [
        (2, ""),
        (3, "Third contact about this: what would solve it for good?"),
        (4, "Contact 4 about this: what would solve it for good?"),
    ],
)
def test_the_warning_begins_at_the_third(contacts: int, told: str) -> None:
    assert cases.warning(Case(title="The boiler", contacts=contacts)) == told
    assert cases.warning(Case(title="The boiler", contacts=contacts, status="closed")) == ""


def test_the_list_shows_it_while_the_case_is_open(cast: Cast, alice: Client, conversation: Conversation) -> None:
    case = actions.open_case(conversation, actor=cast.alice).case
    Case.objects.update(contacts=3)
    assert "3×" in alice.get("/desk/all/").content.decode()
    actions.close_case(case, actor=cast.alice)
    assert "3×" not in alice.get("/desk/all/").content.decode()


def test_undone_ones_stay_on_the_timeline(cast: Cast, alice: Client, conversation: Conversation) -> None:
    made = actions.open_case(conversation, actor=cast.alice)
    undo = reverse("workspace:case_membership", args=["all", conversation.pk, made.pk])
    assert alice.delete(undo).status_code == 200
    shown = alice.get(reverse("workspace:messages", args=["all", conversation.pk])).content.decode()
    assert "Alice put this in a case" in shown
    assert "Alice took this out of case" in shown
    assert undo not in shown
