"""What only Twilio's SMS does: its signature over addresses and forms, and whom it lets a file be asked of."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from ninelives.channels.adapters.twilio_sms import TwilioProvider, TwilioSms, credentials_for, problem
from ninelives.channels.asking import Heard
from ninelives.channels.pretending import Manners, PretendedProvider
from ninelives.channels.protocol import (
    AccountView,
    Answered,
    Asked,
    BadSignature,
    Call,
    Envelope,
    InboundFile,
    InboundMessage,
    InboundNotice,
    NotConfigured,
    Outbound,
    Participant,
    Refused,
    Reply,
    Said,
    SendProblem,
    TryLater,
)
from ninelives.foundation.address import Address

SEEN = "http://127.0.0.1:8000/in/twilio_sms/1"
TWILIO = TwilioSms()


def account(**told: str) -> AccountView:
    settings = {"account_sid": "AC1", "auth_token": "12345", "number": "+15005550006", "api_base": "https://api.test"}
    return AccountView("1", "+15005550006", "Support", {**settings, **told}, SEEN)


def signed(url: str, fields: Mapping[str, str]) -> str:
    """As Twilio's page tells it, apart from how the adapter does it."""
    over = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(b"12345", over.encode(), hashlib.sha1).digest()).decode()


def is_taken(url: str, body: bytes, signature: str, ours: AccountView | None = None) -> bool:
    try:
        TWILIO.check(Call(body, {"x-twilio-signature": signature}, url), ours or account())
    except BadSignature:
        return False
    return True


FIELDS = {"MessageSid": "SM1", "From": "+31612345678", "Body": "Café & thee", "NumMedia": "0"}
FORM = urlencode(FIELDS).encode()


def test_the_signature_that_its_page_shows_is_right() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert is_taken(url, urlencode(fields).encode(), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
    assert not is_taken(url, urlencode({**fields, "Digits": "1235"}).encode(), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
    assert not is_taken(f"{url}&baz=3", urlencode(fields).encode(), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")


@pytest.mark.parametrize(
    ("public_url", "known_as"),
    [
        ("https://desk.example.org", "https://desk.example.org/in/twilio_sms/1"),
        ("https://desk.example.org/", "https://desk.example.org/in/twilio_sms/1"),
        ("https://example.org/desk", "https://example.org/desk/in/twilio_sms/1"),
        ("https://example.org/desk/in/twilio_sms/1", "https://example.org/desk/in/twilio_sms/1"),
    ],
)
def test_behind_a_proxy_the_public_address_is_signed(public_url: str, known_as: str) -> None:
    ours = account(public_url=public_url)
    assert is_taken(SEEN, FORM, signed(known_as, FIELDS), ours)
    assert is_taken(f"{SEEN}?part=2", FORM, signed(f"{known_as}?part=2", FIELDS), ours)
    assert not is_taken(SEEN, FORM, signed(SEEN, FIELDS), ours)
    assert not is_taken(SEEN, FORM, signed(known_as, FIELDS))


@pytest.mark.parametrize(
    ("seen", "known_as"),
    [
        ("https://desk.example.org/in?a=1", "https://desk.example.org:443/in?a=1"),
        ("https://desk.example.org:443/in?a=1", "https://desk.example.org/in?a=1"),
        ("http://desk.example.org/in", "http://desk.example.org:80/in"),
        ("https://desk.example.org:8443/in", "https://desk.example.org/in"),
    ],
)
def test_it_is_signed_with_the_port_or_without(seen: str, known_as: str) -> None:
    assert is_taken(seen, FORM, signed(known_as, FIELDS))
    assert not is_taken(seen, FORM, signed(known_as.replace("/in", "/out"), FIELDS))


def test_of_json_the_address_tells_what_is_in_it() -> None:
    body = b'{"MessageSid": "SM1", "From": "+31612345678", "Body": "Hello"}'
    url = f"{SEEN}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    assert is_taken(url, body, signed(url, {}))
    assert not is_taken(url, body.replace(b"Hello", b"Hallo"), signed(url, {}))
    (said,) = TWILIO.read(body, Envelope(), account())
    assert isinstance(said, InboundMessage)
    assert (said.sender.address, said.text) == (Address("phone", "+31612345678"), "Hello")


def test_what_can_be_no_form_was_not_signed() -> None:
    assert not is_taken(SEEN, b"\xff", signed(SEEN, {}))
    assert not is_taken(SEEN, b"a&" * 1000, signed(SEEN, {}))


def test_nothing_is_said_in_the_answer_as_it_would_be_sent() -> None:
    reply = TWILIO.answer(Call(b""), account())
    assert (reply.media_type, reply.body.endswith(b"<Response/>")) == ("text/xml", True)


@pytest.mark.parametrize("word", ["STOP", " stop", "Unsubscribe"])
def test_a_customer_who_wants_no_more_is_heard(word: str) -> None:
    (said,) = TWILIO.read(urlencode({**FIELDS, "Body": word}).encode(), Envelope(), account())
    assert isinstance(said, InboundMessage)
    assert (said.text, said.remarks) == (word, ("customer_leaves",))


@pytest.mark.parametrize("sender", ["3010", "KPN", "+3010", "0612345678", "whatsapp:+31612345678"])
def test_a_short_number_or_a_name_is_nobodys_telephone(sender: str) -> None:
    (said,) = TWILIO.read(urlencode({**FIELDS, "From": sender}).encode(), Envelope(), account())
    assert isinstance(said, InboundMessage)
    assert (said.sender.address, said.proof) == (Address("sms", sender), "usual")


def test_news_that_says_nothing_yet_is_noted() -> None:
    told = urlencode({"MessageSid": "SM1", "MessageStatus": "queued", "To": "+31612345678"}).encode()
    assert list(TWILIO.read(told, Envelope(), account())) == [InboundNotice("not_used:queued")]
    assert TWILIO.lane(told, Envelope()) == TWILIO.lane(FORM, Envelope()) == "+31612345678"


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (429, 20429, TryLater),
        (400, 14107, TryLater),
        (400, 21610, Refused),
        (400, 21211, Refused),
        (401, 20003, NotConfigured),
        (404, 20404, NotConfigured),
    ],
)
def test_what_it_says_is_told_as_what_it_means(status: int, code: int, expected: type[SendProblem]) -> None:
    told = problem(Heard(status, b'{"code": %d, "message": "Said"}' % code))
    assert type(told) is expected
    assert told.reason in ("customer_leaves", "telephone_unknown", "Said", "not_let_in:Said")


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://elsewhere.example/file", "https://api.twilio.com"),
        ("https://api.twilio.com.elsewhere.example/file", "https://api.twilio.com"),
        ("http://api.twilio.com/file", "https://api.twilio.com"),
        ("https://api.twilio.com:8443/file", "https://api.twilio.com"),
        ("https://api.twilio.com@elsewhere.example/file", "https://api.twilio.com"),
        ("//api.twilio.com/file", "https://api.twilio.com"),
    ],
)
def test_the_token_goes_nowhere_else(url: str, base: str) -> None:
    assert credentials_for(url, account(api_base=base)) == {}
    assert credentials_for(f"{base}/file", account(api_base=base))


def test_a_file_that_lies_elsewhere_is_fetched_there_without_the_token() -> None:
    with PretendedProvider(TwilioSms.provider) as there, PretendedProvider(_Elsewhere(there.api_base)) as played:
        played.account = there.account = account(api_base=played.api_base)
        there.files["/files/SM1"] = b"picture"
        file = InboundFile("1.png", "image/png", reference=f"{played.api_base}/Media/SM1")
        assert TWILIO.fetch(file, played.account, lambda pieces: b"".join(pieces).decode()).sha256 == "picture"
        assert ["authorization" in one.headers for one in (*played.asked, *there.asked)] == [True, False]


class _Elsewhere(TwilioProvider):
    def __init__(self, place: str) -> None:
        self._place = place

    def hears(self, asked: Asked, account: AccountView, new_id: str) -> Answered:
        return Answered(Reply(status=307, headers={"Location": f"{self._place}/files/SM1"}))


def test_a_whole_round_tells_where_news_is_to_go_and_asks_for_files_with_the_token() -> None:
    kept: list[bytes] = []

    def keep(pieces: Iterable[bytes]) -> str:
        kept.append(b"".join(pieces))
        return "hash"

    with PretendedProvider(TwilioSms.provider) as played:
        ours = account(api_base=played.api_base, public_url="https://desk.example.org")
        # What it sends goes to nobody here: only what it is asked is of interest.
        played.account = replace(ours, inbound_url="")
        played.files["/files/SM1"] = b"picture"
        played.manners = Manners(news=())
        sid = TWILIO.send(Outbound(Participant(Address("phone", "+31612345678")), "Hello", "1"), ours, lambda _: b"")
        said = Said("SM1", "31612345678", "Look", datetime(2026, 11, 2, tzinfo=UTC), file=b"picture")
        (post,) = TwilioSms.provider.says([said], played.account)
        (message,) = TWILIO.read(post.body, Envelope(), ours)
        assert isinstance(message, InboundMessage)
        assert TWILIO.fetch(message.files[0], ours, keep).sha256 == "hash"
        asked = [*played.asked]
    assert sid == played.taken[0].id
    assert kept == [b"picture"]
    assert b"StatusCallback=https%3A%2F%2Fdesk.example.org%2Fin%2Ftwilio_sms%2F1" in asked[0].body
    assert [one.headers["authorization"] for one in asked] == ["Basic QUMxOjEyMzQ1"] * 2
