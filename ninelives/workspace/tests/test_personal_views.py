"""Views that people make: the list, the rows at a signal and the counts say the same of each."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from django.test import Client

from ninelives.accounts.models import Person
from ninelives.conversations import actions, counting
from ninelives.conversations.models import Conversation, PersonalView, Tag
from ninelives.conversations.personal import views_of
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.workspace.lists import Asked, Place, changes, next_after, pane
from ninelives.workspace.rounds import Question, answer
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def conversations(cast: Cast, tag: Tag) -> list[Conversation]:
    made = []
    for brand, account in (
        (cast.brand, cast.mailbox),
        (cast.brand, cast.pretend),
        (cast.other_brand, cast.other_mailbox),
    ):
        customer = Customer.objects.create(base=brand.base, name="Dora")
        known = {"customer": customer, "account": account, "brand": brand}
        for status, assignee, waits in product(("open", "closed"), (None, cast.alice, cast.bob), (None, now())):
            told = {"status": status, "assignee": assignee, "waiting_since": waits, "heard_at": waits}
            made.append(Conversation.objects.create(**known, **told))
    for number, one in enumerate(made):
        if number % 3 == 0:
            actions.tag(one, tag, actor=cast.lead)
        if number % 4 == 0:
            actions.mark_read(one, person=cast.alice, up_to=now())
        if number % 5 == 0:
            actions.snooze(one, actor=cast.bob, until=now() + timedelta(hours=number + 1))
        if number % 7 == 0:
            actions.mark_unread(one, person=cast.alice)
    return made


def every_view(person: Person, cast: Cast, tag: Tag) -> Iterator[PersonalView]:
    for status, whose, place, tagged, flags in product(
        ("open", "closed", "snoozed"),
        ("anyone", "me", "nobody", "colleague"),
        ({}, {"brand": cast.brand}, {"account": cast.pretend}, {"brand": cast.other_brand}),
        (None, tag),
        ({}, {"is_waiting": True}, {"is_unread": True}),
    ):
        colleague = cast.bob if whose == "colleague" else None
        told = {"status": status, "whose": whose, "colleague": colleague, "tag": tagged, **place, **flags}
        yield PersonalView(person=person, name="x", **told)


def fits(one: Conversation, view: PersonalView, person: Person) -> bool:
    """In plain words."""
    status = "snoozed" if one.snoozed_until else one.status
    owner = {"me": person.pk, "nobody": None, "colleague": view.colleague_id}
    return (
        one.brand_id in person.brand_ids
        and status == view.status
        and (view.whose == "anyone" or one.assignee_id == owner[view.whose])
        and view.brand_id in (None, one.brand_id)
        and view.account_id in (None, one.account_id)
        and (view.tag is None or view.tag.name in one.tags)
        and (not view.is_waiting or one.waiting_since is not None)
        and (not view.is_unread or one.is_unread)
    )


def test_list_rows_and_counts_agree_on_every_view(cast: Cast) -> None:
    tag = actions.tag_named("Refund", actor=cast.lead)
    ids = frozenset(one.pk for one in conversations(cast, tag))
    for person in (cast.alice, cast.admin):
        views = list(every_view(person, cast, tag))
        there = list(Conversation.objects.read_by(person.pk).order_by("pk"))
        asked = [Asked(person, Place(str(view.pk), personal=view), ids, (view,)) for view in views]
        for view, told in zip(views, changes(asked), strict=True):
            fitting = {str(one.pk) for one in there if fits(one, view, person)}
            assert {row.id for row in told.rows} == fitting, vars(view)
            assert told.more_tabs[-1].count == str(len(fitting)), vars(view)
            assert {row.id for row in pane(person, Place(str(view.pk), personal=view)).rows} == fitting, vars(view)


def test_what_is_not_counted_to_the_end_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "WALKED", 2)
    conversations(cast, actions.tag_named("Refund", actor=cast.lead))
    view = actions.save_view(None, person=cast.alice, name="Waiting", is_waiting=True)
    [*_, tab] = pane(cast.alice, Place("all")).more_tabs
    assert (tab.label, tab.count[-1]) == (view.name, "+")


def test_one_goes_on_in_the_order_of_ones_own_view(cast: Cast) -> None:
    customer = Customer.objects.create(base=cast.brand.base, name="Dora")
    told = {"customer": customer, "account": cast.mailbox, "brand": cast.brand}
    first, other, second = (
        Conversation.objects.create(**told, last_at=now() - timedelta(hours=n), waiting_since=None if n == 1 else now())
        for n in range(3)
    )
    view = actions.save_view(None, person=cast.alice, name="Waiting", is_waiting=True)
    following = next_after(cast.alice, Place(str(view.pk), personal=view), first)
    assert str(second.pk) in following
    assert str(other.pk) not in following


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def told(**more: object) -> dict[str, object]:
    return {"name": "Refunds", "status": "open", "whose": "anyone", **more}


def test_it_is_made_changed_removed_and_put_back(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    made = alice.post("/views/new/", told(whose=str(cast.bob.pk), is_waiting="on"))
    view = PersonalView.objects.get()
    assert made["Location"] == f"/desk/{view.pk}/"
    assert (view.colleague, view.whose, view.is_waiting) == (cast.bob, "colleague", True)
    assert "Refunds" in alice.get(f"/desk/{view.pk}/").text
    alice.post(f"/views/{view.pk}/", told(name="  Money   back ", whose="me"))
    view.refresh_from_db()
    assert (view.name, view.whose, view.colleague, view.is_waiting) == ("Money back", "me", None, False)

    alice.delete(f"/views/{view.pk}/")
    assert alice.get(f"/desk/{view.pk}/").status_code == alice.get(f"/views/{view.pk}/").status_code == 404
    assert "Money back" in alice.get("/views/").text
    alice.post(f"/views/{view.pk}/restoration/")
    assert alice.get(f"/desk/{view.pk}/").status_code == 200


def test_it_is_nobody_elses(cast: Cast) -> None:
    view = actions.save_view(None, person=cast.alice, name="Mine alone")
    bob = signed_in(cast.bob)
    for path in (f"/desk/{view.pk}/", f"/views/{view.pk}/", f"/desk/{new_id()}/"):
        assert bob.get(path).status_code == 404
    for path in (f"/views/{view.pk}/", f"/views/{view.pk}/position/", f"/views/{view.pk}/restoration/"):
        assert bob.post(path, told()).status_code == 404
    assert bob.delete(f"/views/{view.pk}/").status_code == 404
    assert "Mine alone" not in bob.get("/desk/all/").text
    keys = [str(signed_in(one).session.session_key) for one in (cast.alice, cast.bob)]
    ours, theirs = answer([Question(key, str(view.pk), "", str(new_id())) for key in keys])
    assert (ours.status, "Mine alone" in ours.text, theirs.status) == (200, True, 404)


@pytest.mark.parametrize(
    "more",
    [
        {"name": " "},
        {"name": "x" * 41},
        {"status": "asleep"},
        {"whose": "everybody"},
        {"whose": str(UUID(int=1))},
        {"tag": "nonsense"},
        {"account": str(UUID(int=1))},
    ],
)
def test_rubbish_is_refused_in_the_form(cast: Cast, more: dict[str, str]) -> None:
    assert signed_in(cast.alice).post("/views/new/", told(**more)).status_code == 422
    assert not PersonalView.objects.exists()


def test_another_brands_address_cannot_be_chosen(cast: Cast) -> None:
    page = signed_in(cast.alice)
    assert page.post("/views/new/", told(account=cast.other_mailbox.pk)).status_code == 422
    assert page.post("/views/new/", told(whose=str(cast.charlie.pk))).status_code == 422
    assert "Windkracht" not in page.get("/views/new/").text


def test_there_are_twenty_at_most_and_they_have_an_order(cast: Cast) -> None:
    views = [actions.save_view(None, person=cast.alice, name=f"{n}") for n in range(20)]
    refused = signed_in(cast.alice).post("/views/new/", told())
    assert (refused.status_code, "20 views" in refused.text) == (422, True)
    actions.move_view(views[2], up=True)
    actions.move_view(views[0], up=True)
    actions.move_view(views[19], up=False)
    names = [view.name for view in views_of([cast.alice.pk])[cast.alice.pk]]
    assert names == ["0", "2", "1", *(str(n) for n in range(3, 20))]
