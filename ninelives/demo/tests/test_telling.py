"""The demo's past is told from a seed, and is what one would meet."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import pairwise

import pytest

from ninelives.demo.cast import SERVICE_BOX, WARMTEWACHT, ZONNESTROOM
from ninelives.demo.customers import DORA
from ninelives.demo.playing import CLOSES, OPENS
from ninelives.demo.story import Story
from ninelives.demo.telling import SEED, ZONE, tell, tell_chats, tell_elsewhere

END = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return tell(SEED, END)


def mails(story: Story):
    return [message_from_bytes(arrival.raw, policy=policy.default) for arrival in story.arrivals]


def test_the_same_seed_and_end_tell_the_same_letters(stories: list[Story]) -> None:
    assert tell(SEED, END) == stories
    assert tell(SEED + 1, END) != stories


@pytest.mark.parametrize(
    "end",
    [
        datetime(2026, 11, 22, 20, 0, tzinfo=UTC),  # a Sunday evening
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),  # the night the clock goes forward
        datetime(2028, 2, 29, 6, 0, tzinfo=UTC),
        datetime(2027, 1, 1, 23, 59, tzinfo=UTC),
    ],
)
def test_nothing_happens_after_the_end_whatever_day_it_is(end: datetime) -> None:
    for story in tell(SEED, end):
        deeds = [deed for deed in (story.taken, story.closed, *story.notes) if deed]
        assert max([*(one.at for one in story.arrivals), *(deed.at for deed in deeds)]) <= end
    for chat in tell_chats(SEED, end):
        deeds = [deed for deed in (chat.taken, chat.closed) if deed]
        assert chat.lines[0].by is None
        assert max([*(one.at for one in chat.lines), *(deed.at for deed in deeds)]) <= end


@pytest.mark.parametrize("hour", [0, 6, 12, 23])
def test_what_happens_elsewhere_is_told_alike_and_never_after_the_end(hour: int) -> None:
    end = END.replace(hour=hour)
    talks, on_paper = tell_elsewhere(SEED, end)
    assert (talks, on_paper) == tell_elsewhere(SEED, end)
    deeds = [deed.at for talk in talks for deed in (talk.taken, talk.closed) if deed]
    said = [line for talk in talks for line in talk.lines]
    assert max([*deeds, *(line.at for line in said), on_paper.visit_at]) <= end
    assert not [line for line in said if {"{", "}"} & set(line.text)]
    raw = [talk.raw(number) for talk in talks for number, line in enumerate(talk.lines) if not line.by]
    assert len(set(raw)) == len(raw)


def test_a_day_of_chats_has_those_that_wait_and_those_that_are_done() -> None:
    chats = tell_chats(SEED, END)
    assert tell_chats(SEED, END) == chats
    assert {chat.box.brand for chat in chats} == {ZONNESTROOM, WARMTEWACHT}
    assert sum(chat.lines[-1].by is None and not chat.closed for chat in chats) >= 4
    assert sum(chat.closed is not None for chat in chats) >= 7
    assert all(END - line.at < timedelta(hours=38) for chat in chats for line in chat.lines)
    assert not [line for chat in chats for line in chat.lines if {"{", "}"} & set(line.text)]
    answers = [line.at for chat in chats for line in chat.lines if line.by]
    assert all(7 < at.hour < 23 for at in answers)


def test_the_newest_mail_is_from_today_and_the_oldest_two_months_ago(stories: list[Story]) -> None:
    times = [arrival.at for story in stories for arrival in story.arrivals]
    assert END - max(times) < timedelta(minutes=10)
    assert timedelta(days=55) < END - min(times) < timedelta(days=62)


def test_there_is_something_of_everything(stories: list[Story]) -> None:
    assert 150 <= len(stories) <= 180
    assert 10 <= sum(story.closed is None for story in stories) <= 50
    assert any(story.taken and not story.closed for story in stories)
    assert any(not story.taken for story in stories)
    assert sum(bool(story.notes) for story in stories) > 20
    boxes = Counter(story.arrivals[0].box.name for story in stories)
    assert set(boxes) == {"Service", "Windkracht Zakelijk", "Warmtewacht", "Chat (pretend)"}
    raw = b"".join(arrival.raw for story in stories for arrival in story.arrivals)
    for sign in (
        b"List-Id:",
        b"Auto-Submitted:",
        b"image/png",
        b"application/pdf",
        b"cid:",
        b"<table",
        b"Kind regards",
    ):
        assert sign in raw


def test_dora_has_eight_conversations_and_the_last_is_today(stories: list[Story]) -> None:
    hers = [story for story in stories if f"<{DORA}>".encode() in story.arrivals[0].raw.split(b"\r\nTo:")[0]]
    assert len(hers) == 8
    assert END - hers[-1].arrivals[0].at < timedelta(hours=1)
    assert hers[-1].closed is None


def test_every_letter_answers_the_one_before(stories: list[Story]) -> None:
    for story in stories:
        if story.arrivals[0].box.kind != "mail":
            continue
        for before, after in pairwise(mails(story)):
            assert after["In-Reply-To"] == before["Message-ID"]
            assert after["References"].split()[-1] == before["Message-ID"]
            assert after["Date"].datetime >= before["Date"].datetime


def test_agents_answer_in_office_hours_and_from_our_own_address(stories: list[Story]) -> None:
    for mail in (mail for story in stories for mail in mails(story) if story.arrivals[0].box is SERVICE_BOX):
        at = mail["Date"].datetime.astimezone(ZONE)
        if mail["From"].addresses[0].addr_spec == SERVICE_BOX.address:
            assert at.weekday() < 5
            assert OPENS <= at.time() < CLOSES


def test_no_brace_is_left_unfilled(stories: list[Story]) -> None:
    for story in stories:
        for mail in mails(story) if story.arrivals[0].box.kind == "mail" else ():
            body = mail.get_body(("plain",))
            assert body is not None
            assert not {"{", "}"} & set(body.get_content() + mail["Subject"])


def test_every_address_is_one_that_nobody_has(stories: list[Story]) -> None:
    for story in stories:
        for mail in mails(story) if story.arrivals[0].box.kind == "mail" else ():
            for address in (*mail["From"].addresses, *mail["To"].addresses):
                assert address.domain.endswith((".example", "example.org", "example.net", "example.com"))
