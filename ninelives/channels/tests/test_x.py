"""What only X does: its challenge, its way of letting us in, and what goes where everybody reads it."""

import json
from collections.abc import Iterable, Iterator

import pytest

from ninelives.channels.adapters.x import X, XMessages
from ninelives.channels.adapters.x.sending import in_our_name, problem_of
from ninelives.channels.adapters.x.signing import oauth_signature
from ninelives.channels.asking import Heard
from ninelives.channels.pretending import PretendedProvider
from ninelives.channels.protocol import (
    AccountView,
    BadSignature,
    Call,
    InboundFile,
    NotConfigured,
    Outbound,
    Participant,
    Refused,
    SendProblem,
    TryLater,
)
from ninelives.foundation.address import Address

# Those of the example in https://docs.x.com/resources/fundamentals/authentication/oauth-1-0a/creating-a-signature
TOLD = {
    "consumer_key": "xvz1evFS4wEEPTGEFPHBog",
    "consumer_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    "access_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "access_token_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
}
EXAMPLE = {
    "status": "Hello Ladies + Gentlemen, a signed OAuth request!",
    "oauth_consumer_key": TOLD["consumer_key"],
    "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
    "oauth_signature_method": "HMAC-SHA1",
    "oauth_timestamp": "1318622958",
    "oauth_token": TOLD["access_token"],
    "oauth_version": "1.0",
}
DORA = Participant(Address("x", "3000000003"), "Dora")


def account(api_base: str = "http://127.0.0.1:9") -> AccountView:
    return AccountView("1", "", "Zonnestroom", {**TOLD, "api_base": api_base}, "")


@pytest.fixture
def playing() -> Iterator[PretendedProvider]:
    with PretendedProvider(X.provider) as provider:
        provider.account = account(provider.api_base)
        provider.on_taken = lambda sent: None
        yield provider


def keep(pieces: Iterable[bytes]) -> str:
    return b"".join(pieces).decode()


def test_a_request_is_signed_as_in_the_example_of_x() -> None:
    url = "https://api.x.com/1.1/statuses/update.json?include_entities=true"
    assert oauth_signature("POST", url, account(), EXAMPLE) == "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="


def test_the_challenge_is_answered_with_its_signature() -> None:
    reply = X().handshake({"crc_token": "foo"}, account())
    assert reply
    assert reply.media_type == "application/json"
    # From `printf foo | openssl dgst -sha256 -hmac $consumer_secret -binary | base64`.
    assert json.loads(reply.body) == {"response_token": "sha256=KGwPHQJPaVoxk5RWMCZXvu7ppQqe20ugPzzV9ed1O3o="}


@pytest.mark.parametrize("token", ["", '{"for_user_id": "1"}', ' {"a":1}', "[1]", "a\nb", "a" * 501])
def test_nobody_gets_a_call_signed_by_passing_it_for_a_challenge(token: str) -> None:
    assert X().handshake({"crc_token": token}, account()) is None
    assert X().handshake({}, account()) is None


def test_what_signs_a_challenge_signs_no_call() -> None:
    reply = X().handshake({"crc_token": "foo"}, account())
    assert reply
    signed = json.loads(reply.body)["response_token"]
    with pytest.raises(BadSignature):
        X().check(Call(b'{"for_user_id": "1"}', {"x-twitter-webhooks-signature": signed}), account())


def test_in_public_an_answer_is_an_answer_to_a_post(playing: PretendedProvider) -> None:
    outbound = Outbound(DORA, "Morgen om tien uur.", "1", in_reply_to="19846000003000000003")
    X().send(outbound, playing.account, lambda sha256: b"")
    asked = playing.asked[0]
    assert (asked.method, asked.path) == ("POST", "/2/tweets")
    told = {"text": "Morgen om tien uur.", "reply": {"in_reply_to_tweet_id": "19846000003000000003"}}
    assert json.loads(asked.body) == told


def test_in_private_it_is_a_direct_message(playing: PretendedProvider) -> None:
    outbound = Outbound(DORA, "Wat is je klantnummer?", "1", in_reply_to="19846000003000000003", in_private=True)
    for channel, sent in ((X(), outbound), (XMessages(), Outbound(DORA, "Wat is je klantnummer?", "1"))):
        channel.send(sent, playing.account, lambda sha256: b"")
    assert {one.path for one in playing.asked} == {"/2/dm_conversations/with/3000000003/messages"}
    assert [json.loads(one.body) for one in playing.asked] == [{"text": "Wat is je klantnummer?"}] * 2


def test_what_answers_no_post_is_never_put_where_everybody_reads_it(playing: PretendedProvider) -> None:
    with pytest.raises(Refused, match="no_post_to_answer"):
        X().send(Outbound(DORA, "Hallo", "1"), playing.account, lambda sha256: b"")
    assert playing.asked == []


def test_a_wrong_secret_is_told_as_that(playing: PretendedProvider) -> None:
    other = AccountView("1", "", "", {**playing.account.settings, "access_token_secret": "another"}, "")
    with pytest.raises(NotConfigured, match="not_let_in"):
        XMessages().send(Outbound(DORA, "Hallo", "1"), other, lambda sha256: b"")


def test_a_private_file_is_asked_for_in_our_name(playing: PretendedProvider) -> None:
    playing.files["/files/1"] = b"a picture"
    wanted = InboundFile("1.png", "image/png", reference=f"{playing.api_base}/files/1")
    file = XMessages().fetch(wanted, playing.account, keep)
    assert (file.sha256, file.media_type) == ("a picture", "image/png")
    assert playing.asked[0].headers["authorization"].startswith("OAuth ")


@pytest.mark.parametrize(
    ("url", "is_shown"),
    [
        ("https://ton.twitter.com/1.1/ton/data/dm/1/2/meter.jpg", True),
        ("https://api.x.com/files/1", True),
        ("https://pbs.twimg.com/media/G4rAAAA.jpg", False),
        ("https://ton.twitter.com.example.org/meter.jpg", False),
        ("https://ton.twitter.com@example.org/meter.jpg", False),
    ],
)
def test_nobody_but_x_is_shown_who_we_are(url: str, is_shown: bool) -> None:
    assert bool(in_our_name(url, account("https://api.x.com"))) == is_shown


@pytest.mark.parametrize(
    ("status", "told", "problem"),
    [
        (401, {"title": "Unauthorized"}, NotConfigured),
        (403, {"reason": "client-not-enrolled", "detail": "…"}, NotConfigured),
        (403, {"detail": "You are not allowed to create a Tweet with duplicate content."}, Refused),
        (429, {"title": "Too Many Requests"}, TryLater),
        (503, {}, TryLater),
    ],
)
def test_what_x_says_is_told_as_what_it_means(status: int, told: dict[str, str], problem: type[SendProblem]) -> None:
    assert type(problem_of(Heard(status, json.dumps(told).encode()))) is problem
