"""Promises at the desk: made, kept and listed, by whom it concerns."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from ninelives.accounts.models import Person
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.promises import actions
from ninelives.promises.models import Promise, Withdrawal
from ninelives.promises.tests.conftest import passes
from tests.cast import Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="The boiler is cold", message_id="1@example.org")


@pytest.fixture
def desk_of() -> Callable[[Person], Client]:
    def sit(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sit


@pytest.fixture
def alice(cast: Cast, desk_of: Callable[[Person], Client]) -> Client:
    return desk_of(cast.alice)


def made(conversation: Conversation, person: Person, **given: object) -> Promise:
    wanted = {"kind": "other", "due_by": now() + 2 * HOUR, "what": "Send the contract", "owner": person, **given}
    return actions.make_in(actions.Wanted(**wanted), conversation, actor=person)  # type: ignore[arg-type]


def address(promise: Promise, noun: str, query: str = "") -> str:
    return reverse(f"workspace:promise_{noun}", args=[promise.pk]) + query


def test_made_from_a_slot_or_at_a_moment(alice: Client, cast: Cast, conversation: Conversation) -> None:
    url = reverse("workspace:promises_in", args=["all", conversation.pk])
    until = (localtime() + 3 * HOUR).replace(microsecond=0)
    slot = {"kind": "callback", "until": f"{(until - HOUR).isoformat()}/{until.isoformat()}", "number": "06-01234567"}
    assert alice.post(url, slot).status_code == 302
    call = Promise.objects.get()
    assert (call.due_by, call.due_from, call.address, call.owner) == (until, until - HOUR, "06-01234567", None)
    own = {"kind": "answer", "until": "at", "at": f"{until:%Y-%m-%dT%H:%M}", "owner": "me", "says": "1"}
    answer = alice.post(url, own, headers=FRAGMENT)
    assert b"Open promises" in answer.content
    told = Promise.objects.get(kind="answer")
    assert (told.due_by, told.owner, told.is_told) == (until.replace(second=0), cast.alice, False)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"kind": "answer", "until": ""},
        {"kind": "answer", "until": "x/y"},
        {"kind": "answer", "until": "at", "at": "2020-01-01T10:00"},
        {"kind": "answer", "until": "at", "at": "2026-99-01T10:00"},
        {"kind": "callback", "until": "at", "at": "2036-01-01T10:00"},
        {"kind": "other", "until": "at", "at": "2030-01-01T10:00"},
    ],
)
def test_what_cannot_be_promised(alice: Client, conversation: Conversation, given: dict[str, str]) -> None:
    url = reverse("workspace:promises_in", args=["all", conversation.pk])
    assert alice.post(url, given).status_code == 422
    assert not Promise.objects.exists()


def test_every_deed_leads_back_to_where_it_was_done(alice: Client, cast: Cast, conversation: Conversation) -> None:
    promise = made(conversation, cast.alice)
    desk = reverse("workspace:conversation", args=["all", conversation.pk])
    assert alice.post(address(promise, "keeping", "?view=all"))["Location"] == desk
    assert alice.post(address(promise, "keeping")).status_code == 409
    reopened = alice.delete(address(promise, "settling", "?state=kept"))
    assert reopened["Location"] == "/promises/?state=kept"
    assert b"Send the contract" in alice.delete(address(promise, "owner"), headers=FRAGMENT).content
    promise.refresh_from_db()
    assert promise.owner is None
    alice.post(address(promise, "owner"))
    at = localtime() + 5 * HOUR
    assert alice.post(address(promise, "window"), {"at": f"{at:%Y-%m-%dT%H:%M}"}).status_code == 302
    promise.refresh_from_db()
    assert (promise.due_by, promise.owner) == (at.replace(second=0, microsecond=0), cast.alice)
    assert alice.post(address(promise, "withdrawal"), {"reason": " "}).status_code == 422
    alice.post(address(promise, "withdrawal"), {"reason": "Solved", "because": "customer"})
    assert Withdrawal.objects.get(undone_at=None).because == "customer"
    assert alice.post(address(promise, "attempts"), {"outcome": "busy"}).status_code == 409


def test_what_came_of_a_call_and_what_did_not(alice: Client, cast: Cast, conversation: Conversation) -> None:
    call = made(conversation, cast.alice, kind="callback", address="06-01234567")
    assert alice.post(address(call, "attempts"), {"outcome": "nothing"}).status_code == 422
    alice.post(address(call, "attempts"), {"outcome": "no_answer", "note": "Rang long"})
    shown = alice.get(reverse("workspace:conversation", args=["all", conversation.pk])).content.decode()
    assert "Alice tried" in shown
    assert "Rang long" in shown
    old = passes(made(conversation, cast.alice), timedelta(minutes=11))
    assert alice.delete(address(old, "making")).status_code == 409
    assert alice.delete(address(call, "making")).status_code == 302
    call.refresh_from_db()
    assert call.outcome == "withdrawn"


def test_listed_by_what_became_of_them(alice: Client, cast: Cast, conversation: Conversation) -> None:
    made(conversation, cast.bob, what="Still to come")
    passes(made(conversation, cast.alice, what="Nearly over"), timedelta(minutes=100))
    passes(made(conversation, cast.alice, what="Long past"), 3 * HOUR)
    actions.keep(made(conversation, cast.alice, what="Was kept"), actor=cast.alice)
    every = {"Still to come", "Nearly over", "Long past", "Was kept"}

    def listed(query: str) -> set[str]:
        shown = alice.get(f"/promises/{query}", headers=FRAGMENT).content.decode()
        return {what for what in every if what in shown}

    assert listed("") == every - {"Was kept"}
    assert listed("?who=mine") == {"Nearly over", "Long past"}
    assert listed("?state=nearly") == {"Nearly over"}
    assert listed("?state=late") == {"Long past"}
    assert listed("?state=kept") == {"Was kept"}
    assert listed("?state=withdrawn") == set()
    assert listed("?state=nonsense&after=nonsense") == every - {"Was kept"}
    assert "50 %" in alice.get("/promises/").content.decode()


def test_a_long_list_is_read_in_pages(
    alice: Client, cast: Cast, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ninelives.workspace.promised.PAGE", 2)
    for number in range(5):
        actions.keep(made(conversation, cast.alice, what=f"Kept {number}"), actor=cast.alice)
        made(conversation, cast.alice, what=f"Open {number}")
    for state in ("kept", "open"):
        seen, url = [], f"/promises/?state={state}"
        while url:
            page = alice.get(url).context["promises"]
            seen += [row.about for row in page.rows]
            url = page.next_url
        assert sorted(seen) == [f"{state.capitalize()} {number}" for number in range(5)]


def test_as_a_table_that_no_spreadsheet_runs(alice: Client, cast: Cast, conversation: Conversation) -> None:
    made(conversation, cast.alice, what='=HYPERLINK("x")')
    answer = alice.get("/promises/export/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, row = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("Reference,Promised,")
    assert "'=HYPERLINK" in row


def test_rows_show_what_is_due_first(alice: Client, cast: Cast, conversation: Conversation) -> None:
    made(conversation, cast.alice)
    passes(made(conversation, cast.alice), 3 * HOUR)
    row = alice.get("/desk/all/").context["desk"].list.rows[0]
    assert row.due.is_late


def test_its_owner_is_told_on_the_desktop(alice: Client, cast: Cast, conversation: Conversation) -> None:
    since = now().isoformat()
    passes(made(conversation, cast.alice), 3 * HOUR)
    passes(made(conversation, cast.bob), 3 * HOUR)
    actions.mark_due()
    (told,) = alice.get("/notices/", {"since": since}).json()["items"]
    assert told["title"].endswith("is late")
    assert "Send the contract" in told["text"]


def test_who_reads_along_and_who_is_elsewhere(
    cast: Cast, conversation: Conversation, desk_of: Callable[[Person], Client]
) -> None:
    promise = made(conversation, cast.alice)
    reader = cast.bob
    reader.role = "editor"
    reader.save()
    shown = desk_of(reader).get("/promises/").content.decode()
    assert "Send the contract" in shown
    assert "More about" not in shown
    assert desk_of(reader).post(address(promise, "keeping")).status_code == 403
    assert desk_of(cast.charlie).post(address(promise, "keeping")).status_code == 404
    for path in ("/promises/", "/promises/export/"):
        assert "Send the contract" not in desk_of(cast.charlie).get(path).content.decode()
        assert desk_of(cast.planner).get(path).status_code == 403
