"""The rows that a list asks for at a signal."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from ninelives.accounts.models import Person
from ninelives.conversations.actions import claim, close, mark_read, mark_unread, snooze
from ninelives.conversations.models import Conversation
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.workspace.lists import MORE_VIEWS, VIEWS, Asked, Place, changes, pane
from ninelives.workspace.rounds import Answer, Question, answer
from tests.cast import Cast, in_view, mail, make_cast, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return Conversation.objects.get(messages__receipt=take_in(cast.mailbox, mail("The zebra")))


def test_only_the_rows_that_were_asked_for(cast: Cast, conversation: Conversation) -> None:
    take_in(cast.mailbox, mail("The giraffe", message_id="other@example.org"))
    told = rows(cast.alice, "unassigned", conversation.pk)
    assert f'id="row-{conversation.pk}"' in told
    assert "The zebra" in told
    assert "The giraffe" not in told
    assert told.count("<li") == 1


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
        told = rows(cast.charlie, view, conversation.pk)
        assert "zebra" not in told
        assert told == rows(cast.charlie, view, nobodys)


def test_counts_come_along(cast: Cast, conversation: Conversation) -> None:
    assert '<span class="tab__count">1</span>' in rows(cast.alice, "unassigned", conversation.pk)
    assert '<span class="tab__count">0</span>' in rows(cast.charlie, "unassigned", conversation.pk)


def test_each_reads_their_own_language(cast: Cast, conversation: Conversation) -> None:
    cast.bob.language = "nl"
    cast.bob.save()
    asked = [Asked(person, Place("unassigned"), frozenset([conversation.pk])) for person in (cast.alice, cast.bob)]
    english, dutch = ([tab.label for tab in (*one.tabs, *one.more_tabs)] for one in changes(asked))
    assert english == ["Mine", "Unassigned", "All", "Closed", "Snoozed"]
    assert dutch == ["Van mij", "Vrij", "Alle", "Afgesloten", "Uitgesteld"]


@pytest.mark.parametrize("garbage", ["", "x", "1,2", "0197c0de-0000-7000-8000-000000000000,<script>", "\x00"])
def test_garbage_is_refused_in_words(cast: Cast, garbage: str) -> None:
    told = ask(cast.alice, "unassigned", garbage)
    assert told.status == 400
    assert told.text == f"These are no ids of conversations: {garbage.replace(',', ', ')}."
    cast.alice.language = "nl"
    cast.alice.save()
    assert "geen id's van gesprekken" in ask(cast.alice, "unassigned", garbage).text


def test_nobody_asks_for_everything_in_this_way(cast: Cast) -> None:
    told = ask(cast.alice, "unassigned", ",".join(str(new_id()) for _ in range(101)))
    assert told == Answer(400, "At most 100 rows can be asked for at once.")


@pytest.mark.parametrize("view", ["", "found", "../mine", "conversation"])
def test_there_are_no_other_views(cast: Cast, view: str) -> None:
    assert ask(cast.alice, view, str(new_id())) == Answer(404, "")


def test_who_may_not_read_is_sent_to_the_door(cast: Cast, conversation: Conversation) -> None:
    refused = Answer(403, "sign in first")
    assert ask(cast.planner, "all", str(conversation.pk)) == refused
    assert answer([Question(key, "all", "", str(conversation.pk)) for key in ("", "guessed")]) == [refused] * 2

    mine = session_of(cast.alice)
    question = Question(mine, "all", "", str(conversation.pk))
    assert answer([question])[0].status == 200
    cast.alice.set_password("another password altogether")
    cast.alice.save()
    assert answer([question]) == [refused]

    theirs = session_of(cast.bob)
    question = Question(theirs, "all", "", str(conversation.pk))
    cast.bob.is_active = False
    cast.bob.save()
    assert answer([question]) == [refused]


def test_whoever_signs_out_is_out(cast: Cast, conversation: Conversation) -> None:
    alice = signed_in(cast.alice)
    question = Question(str(alice.session.session_key), "all", "", str(conversation.pk))
    alice.post("/accounts/logout/")
    assert answer([question])[0].status == 403


def test_in_one_round_each_gets_their_own(cast: Cast) -> None:
    """Many readers in one statement see what each would see alone, in `visible_to` and in the views."""
    ids = various(cast)
    people = [cast.alice, cast.bob, cast.charlie, cast.lead, cast.admin]
    asked = [
        Asked(one, Place(view, q), frozenset(ids))
        for one in people
        for view in (*VIEWS, *MORE_VIEWS)
        for q in ("", "x")
    ]
    for one, told in zip(asked, changes(asked), strict=True):
        visible = Conversation.objects.visible_to(one.person).filter(pk__in=ids)
        there = visible if one.place.q else in_view(one.place.view, one.person)
        assert {row.id for row in told.rows} == {
            str(pk) for pk in there.filter(pk__in=ids).values_list("pk", flat=True)
        }
        assert set(told.rows) == set(changes([one])[0].rows)
        page = pane(one.person, Place(one.place.view))
        for ours, theirs in zip((*told.tabs, *told.more_tabs), (*page.tabs, *page.more_tabs), strict=True):
            assert (ours.key, ours.count, ours.unread) == (theirs.key, theirs.count, theirs.unread)
        if not one.place.q:
            assert set(told.rows) == set(page.rows)


def various(cast: Cast) -> list[UUID]:
    """In both brands, of nobody, Alice and Bob, open and closed, read and unread."""
    made = []
    for number, (brand, mailbox) in enumerate([(cast.brand, cast.mailbox), (cast.other_brand, cast.other_mailbox)]):
        customer = Customer.objects.create(base=brand.base, name=f"Dora {number}")
        for assignee in (None, cast.alice, cast.bob):
            for status in ("open", "closed"):
                for heard_at in (None, now()):
                    made.append(
                        Conversation.objects.create(
                            customer=customer,
                            account=mailbox,
                            brand=brand,
                            assignee=assignee,
                            status=status,
                            heard_at=heard_at,
                        )
                    )
    mark_read(made[1], person=cast.alice, up_to=now())
    mark_unread(made[4], person=cast.alice)
    snooze(made[0], actor=cast.alice, until=now() + timedelta(hours=1))
    snooze(made[5], actor=cast.alice, until=now() + timedelta(hours=2))
    return [one.pk for one in made]


def test_rows_of_the_same_moment_have_an_order(cast: Cast) -> None:
    """The browser places rows by their cursors, and pages go on after one: both are the order of the list."""
    for number in range(3):
        take_in(cast.mailbox, mail(f"Tied {number}", message_id=f"{number}@example.org"))
    moment = Conversation.objects.latest("last_at").last_at
    Conversation.objects.update(last_at=moment)
    in_order = [str(pk) for pk in Conversation.objects.order_by("-last_at", "-id").values_list("pk", flat=True)]

    page = signed_in(cast.alice).get("/desk/all/").text
    cursors = [part.split('"')[0] for part in page.split('data-cursor="')[1:]]
    assert [cursor.split("_")[1] for cursor in cursors] == in_order
    assert cursors == sorted(cursors, reverse=True)
    following = signed_in(cast.alice).get(f"/desk/all/?after={cursors[0]}").text
    assert [pk for pk in in_order if f"row-{pk}" in following] == in_order[1:]


def rows(person: Person, view: str, *ids: object, q: str = "") -> str:
    told = ask(person, view, ",".join(str(one) for one in ids), q)
    assert told.status == 200
    return told.text


def ask(person: Person, view: str, ids: str, q: str = "") -> Answer:
    [told] = answer([Question(session_of(person), view, q, ids)])
    return told


def session_of(person: Person) -> str:
    return str(signed_in(person).session.session_key)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
