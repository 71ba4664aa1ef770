"""What a visitor reads again: pages, what is new, what was taken in meanwhile, and how long it is kept."""

from itertools import count
from uuid import uuid4

import pytest

from ninelives.channels.models import ChannelAccount
from ninelives.conversations import actions
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.clock import now
from ninelives.reception.actions import KEEP_SESSIONS, KEEP_UPLOADS, prune
from ninelives.reception.models import Upload, Visitor, VisitorSession
from ninelives.reception.tests.chat_tools import Widget, problem, proof, sent
from ninelives.reception.working import take_receipts
from tests.cast import Cast
from tests.meanwhile import before_statement

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_long_history_comes_in_pages(shop: ChannelAccount) -> None:
    widget = Widget(shop).begin()
    words = [f"Line {number}" for number in range(120)]
    for text in words:
        widget.ask("POST", "messages", {"key": str(uuid4()), "text": text})
    while take_receipts():
        pass
    pages = [widget.page()]
    while pages[-1]["earlier"]:
        pages.append(widget.page(before=pages[-1]["earlier"]))
    assert [len(page["messages"]) for page in pages] == [50, 50, 20]
    assert [one["text"] for page in reversed(pages) for one in page["messages"]] == words
    assert pages[-1]["earlier"] is None


def test_only_what_is_new_comes_after_a_cursor(cast: Cast, dora: Widget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ninelives.reception.history.OVERLAP", now() - now())
    cursor = dora.page()["cursor"]
    assert dora.page(after=cursor)["messages"] == []
    dora.say("New")
    actions.answer(Conversation.objects.get(), actor=cast.alice, text="Answer", key="1")
    page = dora.page(after=cursor)
    assert [one["text"] for one in page["messages"]] == ["New"]
    assert "earlier" not in page
    sent()
    assert "Answer" in [one["text"] for one in dora.page(after=page["cursor"])["messages"]]


def test_what_waited_is_given_again_once_it_is_processed(dora: Widget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ninelives.reception.history.OVERLAP", now() - now())
    file = dora.upload(b"x")
    dora.ask("POST", "messages", {"key": str(uuid4()), "text": "Waits", "files": [file]})
    waiting = dora.page()
    assert waiting["messages"][-1]["files"] == []
    take_receipts()
    (processed,) = dora.page(after=waiting["cursor"])["messages"]
    assert processed["id"] == waiting["messages"][-1]["id"]
    assert (processed["status"], len(processed["files"])) == ("delivered", 1)


@pytest.mark.parametrize("has_spoken", [False, True])
def test_what_is_taken_in_while_one_reads_is_there_once_and_in_its_place(
    shop: ChannelAccount, monkeypatch: pytest.MonkeyPatch, has_spoken: bool
) -> None:
    monkeypatch.setattr("ninelives.reception.history.OVERLAP", now() - now())
    for place in count():
        widget, asked = Widget(shop).begin(), {}
        if has_spoken:
            widget.say("Hello")
            asked = {"after": widget.page()["cursor"]}
        for text in ("One", "Two"):
            widget.ask("POST", "messages", {"key": str(uuid4()), "text": text})
        with before_statement(place, take_all) as were_taken_in:
            page = widget.page(**asked)
        assert [one["text"] for one in page["messages"]] == ["One", "Two"], place
        if not were_taken_in.is_set():
            return


def take_all() -> None:
    while take_receipts():
        pass


@pytest.mark.parametrize("asked", ["after=x", "after=-1", "before=1", "before=1-x", f"after={'9' * 40}", "after=1e5"])
def test_a_cursor_of_ones_own_making_is_refused(dora: Widget, asked: str) -> None:
    problem(dora.ask("GET", f"messages?{asked}"), 400, "bad-cursor")


def test_a_closed_conversation_says_so_and_goes_on_within_a_week(cast: Cast, dora: Widget) -> None:
    conversation = Conversation.objects.get()
    actions.close(conversation, actor=cast.alice)
    page = dora.page()
    assert (page["status"], page["messages"][-1]["direction"]) == ("closed", "event")
    dora.say("One more thing")
    assert dora.page()["status"] == "open"
    actions.close(conversation, actor=cast.alice)
    conversation.closures.update(at=now() - (KEEP_UPLOADS * 8))
    dora.say("Months later")
    newest = Message.objects.get(text="Months later").conversation
    assert (newest.related_id, newest.status) == (conversation.pk, "open")
    assert dora.texts() == ["Only for us", "One more thing", "Months later"]


# In the end


def test_what_nobody_comes_back_for_is_pruned(shop: ChannelAccount, dora: Widget) -> None:
    gone, stays = Widget(shop).begin(), Widget(shop).begin()
    stays.upload(b"never sent")
    long_ago = now() - KEEP_SESSIONS - KEEP_UPLOADS
    VisitorSession.objects.exclude(visitor__pk=Visitor.objects.latest("created_at").pk).update(last_seen_at=long_ago)
    Visitor.objects.update(created_at=long_ago)
    Upload.objects.update(created_at=long_ago)
    prune()
    problem(gone.ask("GET", "messages"), 401, "unauthorized")
    assert stays.texts() == []
    assert not Upload.objects.exists()
    # Who is proven is known again by the next browser.
    assert Visitor.objects.count() == 2
    assert Widget(shop).begin(**proof(shop)).texts() == ["Only for us"]
