"""What Messenger, Instagram and comments do beside what every channel does: what is sent, and what its ends mean."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from ninelives.channels.pretending import PretendedProvider
from ninelives.channels.protocol import (
    AccountView,
    Answered,
    Asked,
    NotConfigured,
    Outbound,
    OutboundFile,
    Participant,
    Refused,
    Reply,
    SendProblem,
    TryLater,
)
from ninelives.channels.registry import CHANNELS
from ninelives.channels.tests.test_every_channel import account
from ninelives.foundation.address import Address

Send = Callable[[Outbound], str]


@dataclass
class Meta:
    """Answers each request with the next of what it was given."""

    kind: str
    replies: Sequence[tuple[int, dict[str, object]]]
    asked: list[Asked] = field(default_factory=list)

    def send(self, outbound: Outbound, **told: str) -> str:
        playing = PretendedProvider(self)  # type: ignore[arg-type]
        with playing:
            ours = account(CHANNELS[self.kind])
            view = AccountView(ours.id, ours.address, "", {**ours.settings, "api_base": playing.api_base, **told})
            playing.account = view
            return CHANNELS[self.kind].send(outbound, view, lambda sha256: b"the bytes")

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        self.asked.append(asked)
        status, told = self.replies[len(self.asked) - 1]
        return Answered(Reply(json.dumps(told).encode(), "application/json", status))

    def told(self, number: int = 0) -> dict[str, object]:
        told = json.loads(self.asked[number].body)
        assert isinstance(told, dict)
        return told


def fault(code: int, subcode: int = 0, status: int = 400) -> tuple[int, dict[str, object]]:
    return status, {"error": {"message": "Said by Meta", "code": code, "error_subcode": subcode}}


def answer(to: str = "7412589630123456", **told: object) -> Outbound:
    return Outbound(Participant(Address("messenger", to)), "It is on its way.", "ninelives.1@example.org", **told)  # type: ignore[arg-type]


TAKEN: tuple[int, dict[str, object]] = 200, {"recipient_id": "7412589630123456", "message_id": "m_1", "id": "555_9002"}
LATE = fault(10, 2018278)


def test_an_answer_tells_our_own_id_where_it_is_told_back() -> None:
    messenger, instagram = Meta("messenger", [TAKEN]), Meta("instagram", [TAKEN])
    assert messenger.send(answer()) == instagram.send(answer()) == "m_1"
    assert messenger.told() == {
        "recipient": {"id": "7412589630123456"},
        "messaging_type": "RESPONSE",
        "message": {"text": "It is on its way.", "metadata": "ninelives.1@example.org"},
    }
    assert instagram.told() == {"recipient": {"id": "7412589630123456"}, "message": {"text": "It is on its way."}}


def test_a_file_goes_along_in_the_one_call_that_sends_it() -> None:
    meta = Meta("messenger", [TAKEN])
    meta.send(answer(files=(OutboundFile("invoice.pdf", "application/pdf", "a" * 64, 9),)))
    (asked,) = meta.asked
    assert b'"type": "file"' in asked.body
    assert b'filename="invoice.pdf"' in asked.body
    assert b"the bytes" in asked.body


def test_late_a_person_answers_where_meta_allows_it_and_nobody_else() -> None:
    allowed = Meta("messenger", [LATE, TAKEN])
    assert allowed.send(answer(), human_agent="yes") == "m_1"
    assert (allowed.told(1)["messaging_type"], allowed.told(1)["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    for outbound, told in ((answer(), "no"), (answer(automatic=True), "yes")):
        meta = Meta("messenger", [LATE, TAKEN])
        with pytest.raises(Refused, match="reply_window_closed"):
            meta.send(outbound, human_agent=told)
        assert len(meta.asked) == 1


@pytest.mark.parametrize(
    ("reply", "means", "reason"),
    [
        (fault(551, 1545041), Refused, "person_not_available"),
        (fault(200, 2018108, 403), Refused, "person_not_available"),
        (fault(10, 2534022), Refused, "reply_window_closed"),
        (fault(10900), Refused, "answered_privately_before"),
        (fault(100), Refused, "100: Said by Meta"),
        (fault(10, status=403), NotConfigured, "not_let_in:Said by Meta"),
        (fault(190, 463, 401), NotConfigured, "not_let_in:Said by Meta"),
        (fault(613), TryLater, "613: Said by Meta"),
        (fault(1200, status=500), TryLater, "1200: Said by Meta"),
        ((400, {"error": {"code": [], "error_subcode": {}}}), Refused, "HTTP 400"),
    ],
)
def test_what_meta_says_is_told_as_what_it_means(
    reply: tuple[int, dict[str, object]], means: type[SendProblem], reason: str
) -> None:
    with pytest.raises(means) as raised:
        Meta("messenger", [reply]).send(answer())
    assert raised.value.reason == reason


@pytest.mark.parametrize(("kind", "edge"), [("facebook_comments", "comments"), ("instagram_comments", "replies")])
def test_a_comment_is_answered_under_it_or_to_whoever_wrote_it(kind: str, edge: str) -> None:
    public, private = Meta(kind, [TAKEN]), Meta(kind, [TAKEN])
    assert public.send(answer(in_reply_to="555_9001")) == "555_9002"
    assert public.asked[0].path == f"/555_9001/{edge}"
    assert public.asked[0].body == b"message=It+is+on+its+way."
    assert private.send(answer(in_reply_to="555_9001", in_private=True)) == "m_1"
    assert private.told()["recipient"] == {"comment_id": "555_9001"}


def test_what_a_visitor_posted_is_answered_privately_as_a_post() -> None:
    meta = Meta("facebook_comments", [TAKEN])
    meta.send(answer(in_reply_to="102938475610293_777", in_private=True))
    assert meta.told()["recipient"] == {"post_id": "102938475610293_777"}
