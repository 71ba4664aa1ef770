"""Conversations that have to do with each other name each other, and stay what they are."""

from threading import Thread

import pytest
from django.db import connection

from ninelives.conversations import tied
from ninelives.conversations.actions import AlreadyLinkedError, ItselfError, link, merge, unlink
from ninelives.conversations.models import Conversation, ConversationLink
from ninelives.foundation.models import Fact
from tests.cast import Cast, arrives, dora_writes, mail, make_cast, newest_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def hers(cast: Cast) -> Conversation:
    return dora_writes(cast, message_id="1@example.org")


@pytest.fixture
def his(cast: Cast) -> Conversation:
    arrives(mail(sender="Erik <erik@example.net>", message_id="2@example.net"), cast.mailbox, sender="erik@example.net")
    return newest_message().conversation


def linked(cast: Cast, conversation: Conversation) -> list[Conversation]:
    now = Conversation.objects.get(pk=conversation.pk)
    standing = tied.links_of(cast.alice, now).filter(undone_at=None)
    return [tied.other_end(one, now).record for one in standing]


def test_either_names_the_other(cast: Cast, hers: Conversation, his: Conversation) -> None:
    made = link(his, hers, actor=cast.alice)
    assert (linked(cast, hers), linked(cast, his)) == ([his], [hers])
    assert unlink(made, actor=cast.bob)
    assert (linked(cast, hers), linked(cast, his)) == ([], [])
    assert not unlink(made, actor=cast.bob)
    told = [fact.name for fact in Fact.objects.filter(name__icontains="linked").order_by("id")]
    assert told == ["ConversationsLinked", "ConversationsUnlinked"]
    link(hers, his, actor=cast.alice)
    assert linked(cast, his) == [hers]


def test_what_was_merged_takes_its_links_along(cast: Cast, hers: Conversation, his: Conversation) -> None:
    more = dora_writes(cast, message_id="3@example.org", subject="More")
    link(more, his, actor=cast.alice)
    merge(hers, more, actor=cast.alice)
    assert (linked(cast, hers), linked(cast, his)) == ([his], [hers])


def test_what_cannot_be_linked(cast: Cast, hers: Conversation, his: Conversation) -> None:
    with pytest.raises(ItselfError):
        link(hers, hers, actor=cast.alice)
    made = link(hers, his, actor=cast.alice)
    with pytest.raises(AlreadyLinkedError) as refused:
        link(his, hers, actor=cast.bob)
    assert refused.value.link == made


def test_nobody_who_may_not_see_both_ends_knows_of_it(cast: Cast, hers: Conversation) -> None:
    arrives(mail(message_id="8@example.org", to=cast.other_mailbox.address), cast.other_mailbox)
    elsewhere = newest_message().conversation
    link(hers, elsewhere, actor=cast.admin)
    assert linked(cast, hers) == []
    assert ConversationLink.objects.visible_to(cast.admin).count() == 1
    assert not ConversationLink.objects.visible_to(cast.charlie).exists()


def test_two_at_once_make_one(cast: Cast, hers: Conversation, his: Conversation) -> None:
    told: list[str] = []

    def race(one: Conversation, other: Conversation) -> None:
        try:
            link(one, other, actor=cast.alice)
            told.append("linked")
        except AlreadyLinkedError:
            told.append("known")
        finally:
            connection.close()

    racers = [Thread(target=race, args=pair) for pair in ((hers, his), (his, hers), (hers, his))]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(told) == ["known", "known", "linked"]
