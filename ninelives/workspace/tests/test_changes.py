"""The rows that a list asks for at a signal."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from ninelives.accounts.models import Person
from ninelives.conversations.actions import claim, close, snooze
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from tests.cast import Cast, mail, make_cast, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return Conversation.objects.get(messages__receipt=take_in(cast.mailbox, mail("The zebra")))


def test_only_the_rows_that_were_asked_for(cast: Cast, conversation: Conversation) -> None:
    take_in(cast.mailbox, mail("The giraffe", message_id="other@example.org"))
    answer = rows(cast.alice, "unassigned", conversation.pk)
    assert f'id="row-{conversation.pk}"' in answer
    assert "The zebra" in answer
    assert "The giraffe" not in answer
    assert answer.count("<li") == 1


def test_a_row_belongs_to_the_views_that_it_would_be_found_in(cast: Cast, conversation: Conversation) -> None:
    def views(person: Person) -> set[str]:
        every = ("mine", "unassigned", "all", "closed", "snoozed")
        return {view for view in every if "<li" in rows(person, view, conversation.pk)}

    assert views(cast.alice) == views(cast.bob) == {"unassigned", "all"}
    claim(conversation, person=cast.alice)
    assert views(cast.alice) == {"mine", "all"}
    assert views(cast.bob) == {"all"}
    snooze(conversation, actor=cast.alice, until=now() + timedelta(hours=1))
    assert views(cast.alice) == views(cast.bob) == {"snoozed"}
    close(conversation, actor=cast.alice)
    assert views(cast.alice) == views(cast.bob) == {"closed"}


def test_what_was_found_is_followed_wherever_it_goes(cast: Cast, conversation: Conversation) -> None:
    close(conversation, actor=cast.alice)
    assert "<li" in rows(cast.alice, "unassigned", conversation.pk, q="zebra")
    assert "<li" not in rows(cast.charlie, "unassigned", conversation.pk, q="zebra")


def test_for_another_brand_there_is_no_such_row(cast: Cast, conversation: Conversation) -> None:
    nobodys = new_id()
    for view in ("mine", "unassigned", "all", "closed"):
        answer = rows(cast.charlie, view, conversation.pk)
        assert "zebra" not in answer
        assert answer == rows(cast.charlie, view, nobodys)


def test_counts_come_along(cast: Cast, conversation: Conversation) -> None:
    assert '<span class="tab__count">1</span>' in rows(cast.alice, "unassigned", conversation.pk)
    assert '<span class="tab__count">0</span>' in rows(cast.charlie, "unassigned", conversation.pk)


@pytest.mark.parametrize("garbage", ["", "x", "1,2", "0197c0de-0000-7000-8000-000000000000,<script>", "\x00"])
def test_garbage_is_refused_in_words(cast: Cast, garbage: str) -> None:
    answer = ask(cast.alice, "unassigned", garbage)
    assert answer.status_code == 400
    assert "no ids of conversations" in answer.text
    assert "<script" not in answer.text


def test_nobody_asks_for_everything_in_this_way(cast: Cast) -> None:
    answer = ask(cast.alice, "unassigned", ",".join(str(new_id()) for _ in range(101)))
    assert answer.status_code == 400
    assert "At most 100 rows" in answer.text


def test_rows_of_the_same_moment_have_an_order(cast: Cast) -> None:
    """The browser places rows by their cursors, and pages go on after one: both are the order of the list."""
    for number in range(3):
        take_in(cast.mailbox, mail(f"Tied {number}", message_id=f"{number}@example.org"))
    moment = Conversation.objects.latest("last_at").last_at
    Conversation.objects.update(last_at=moment)
    in_order = [str(pk) for pk in Conversation.objects.order_by("-last_at", "-id").values_list("pk", flat=True)]

    page = get(cast.alice, "/desk/all/").text
    cursors = [part.split('"')[0] for part in page.split('data-cursor="')[1:]]
    assert [cursor.split("_")[1] for cursor in cursors] == in_order
    assert cursors == sorted(cursors, reverse=True)
    following = get(cast.alice, f"/desk/all/?after={cursors[0]}").text
    assert [pk for pk in in_order if f"row-{pk}" in following] == in_order[1:]


def rows(person: Person, view: str, *ids: object, q: str = "") -> str:
    answer = ask(person, view, ",".join(str(one) for one in ids), q)
    assert answer.status_code == 200
    return answer.text


def ask(person: Person, view: str, ids: str, q: str = "") -> HttpResponse:
    return get(person, f"/desk/{view}/", rows=ids, **({"q": q} if q else {}))


def get(person: Person, path: str, **query: str) -> HttpResponse:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(person)
    return client.get(path, query)
