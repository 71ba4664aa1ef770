"""Tags: the organisation's words, on a conversation from a moment until a moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from ninelives.accounts.models import Person
from ninelives.conversations.actions import NoSuchTagError, NoTagError, tag, tag_named, untag
from ninelives.conversations.models import Conversation, Tag, Tagging
from ninelives.conversations.tagged import tags_of
from ninelives.foundation.models import Fact
from tests.cast import Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast)


def put_on(conversation: Conversation, name: str, person: Person) -> Tagging | None:
    return tag(conversation, tag_named(name, actor=person), actor=person)


def test_a_tag_is_made_by_a_team_lead_and_used_by_everybody(cast: Cast, conversation: Conversation) -> None:
    with pytest.raises(NoSuchTagError):
        put_on(conversation, "Refund", cast.alice)
    put_on(conversation, "  Late   delivery ", cast.lead)
    assert untag(conversation, Tag.objects.get().pk, actor=cast.bob)
    assert put_on(conversation, "LATE delivery", cast.alice)
    [(_, name, who, _at)] = tags_of(conversation)
    assert (name, who, conversation.tags) == ("Late delivery", "Alice", ["Late delivery"])
    assert Tag.objects.count() == 1


def test_it_is_on_or_off_and_all_of_it_is_kept(cast: Cast, conversation: Conversation) -> None:
    assert put_on(conversation, "Refund", cast.lead)
    assert put_on(conversation, "refund", cast.alice) is None
    pk = Tag.objects.get().pk
    assert untag(conversation, pk, actor=cast.alice)
    assert not untag(conversation, pk, actor=cast.alice)
    assert put_on(conversation, "Refund", cast.bob)
    told = Tagging.objects.order_by("at").values_list("by_person__name", "ended_by__name")
    assert list(told) == [("Eva", "Alice"), ("Bob", None)]
    told = Fact.objects.filter(name__endswith="agged").order_by("pk").values_list("name", "told__tag")
    assert list(told) == [
        ("ConversationTagged", "Refund"),
        ("ConversationUntagged", "Refund"),
        ("ConversationTagged", "Refund"),
    ]


@pytest.mark.parametrize("name", ["", "   ", "\0", "a/b", "x" * 41])
def test_what_is_no_name_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(NoTagError):
        tag_named(name, actor=cast.lead)
    assert not Tag.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_put_it_on_at_once_one_does(cast: Cast, conversation: Conversation) -> None:
    def by_somebody(person: Person) -> bool:
        try:
            return put_on(conversation, "Refund", person) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        did = list(pool.map(by_somebody, [cast.lead, cast.admin] * 4))
    assert did.count(True) == 1
    assert Tagging.objects.count() == Tag.objects.count() == 1
