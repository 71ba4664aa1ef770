"""What every channel must hold to, whoever's it is. A new channel is here by its registry line."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest

from ninelives.channels.protocol import (
    AccountView,
    BadSignature,
    Call,
    Channel,
    Envelope,
    Inbound,
    InboundFile,
    InboundMessage,
    InboundStatus,
    NotConfigured,
    Outbound,
    Page,
    Participant,
    Refused,
    Said,
    SendProblem,
    TryLater,
    Unreadable,
)
from ninelives.channels.registry import CHANNELS, UnknownChannelError, channel
from ninelives.foundation.address import Address

FIXTURES = Path(__file__).parent / "fixtures"
# Of each sample of a provider, by name, what is read in it.
FACTS = "facts.json"

every_channel = pytest.mark.parametrize("speaks", CHANNELS.values(), ids=CHANNELS)


def account(speaks: Channel) -> AccountView:
    told = {setting.name: setting.default or "told" for setting in speaks.settings if setting.required}
    told |= {setting.name: setting.like for setting in speaks.settings if setting.required and setting.pattern}
    # Nobody listens there.
    told |= {"api_base": "http://127.0.0.1:9"} if any(one.name == "api_base" for one in speaks.settings) else {}
    return AccountView("1", "support@example.com", "Support", told, f"https://desk.example.org/in/{speaks.kind}/1")


def samples(speaks: Channel) -> list[bytes]:
    return [path.read_bytes() for path in sample_paths(speaks)]


def sample_paths(speaks: Channel) -> list[Path]:
    folder = FIXTURES / speaks.kind
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".eml", ".json", ".pdf", ".txt") and path.name not in ("SOURCE.txt", FACTS)
    ]


def told(fact: Inbound | str) -> object:
    """A fact as `facts.json` has it: what is not as usual."""
    if isinstance(fact, str):
        return fact
    kept = {one.name: getattr(fact, one.name) for one in fields(fact) if one.name not in LEFT_OUT}
    empty: tuple[object, ...] = ("", (), None, False)
    return {type(fact).__name__: {name: plain(value) for name, value in kept.items() if value not in empty}}


LEFT_OUT = ("fingerprint", "own_text", "distinguishable", "check", "proof")


def plain(value: object) -> object:
    match value:
        case Participant():
            return f"{value.name} <{plain(value.address)}>" if value.name else plain(value.address)
        case StrEnum():
            return str(value)
        case Address():
            return f"{value.kind}:{value.value}"
        case InboundFile():
            return " ".join(part for part in (value.name, value.media_type, value.reference) if part)
        case datetime():
            return value.isoformat()
        case Page():
            return f"{value.title} {value.url}"
        case tuple():
            return [plain(one) for one in value]
    return value


def facts_in(speaks: Channel, raw: bytes) -> list[object]:
    try:
        return [told(fact) for fact in read(speaks, raw)]
    except Unreadable as unreadable:
        return [f"unreadable: {unreadable.reason}"]


def read(speaks: Channel, raw: bytes) -> list[Inbound]:
    return list(speaks.read(raw, Envelope(sender="dora@example.org"), account(speaks)))


@every_channel
def test_there_are_samples(speaks: Channel) -> None:
    assert len(samples(speaks)) >= 3


@pytest.mark.parametrize("kind", sorted(path.parent.name for path in FIXTURES.glob(f"*/{FACTS}")))
def test_samples_say_what_they_say(kind: str) -> None:
    expected = json.loads((FIXTURES / kind / FACTS).read_text())
    found = {path.stem: facts_in(CHANNELS[kind], path.read_bytes()) for path in sample_paths(CHANNELS[kind])}
    assert found == expected


@every_channel
def test_what_is_called_by_a_provider_has_its_samples_told(speaks: Channel) -> None:
    assert (FIXTURES / speaks.kind / FACTS).exists() == (speaks.is_called and speaks.kind != "pretend")


@every_channel
def test_the_same_bytes_are_the_same_facts(speaks: Channel) -> None:
    for raw in samples(speaks):
        try:
            first = read(speaks, raw)
        except Unreadable:
            continue
        assert first == read(speaks, raw)


@every_channel
def test_other_content_has_another_fingerprint(speaks: Channel) -> None:
    facts = [fact for raw in samples(speaks) for fact in _readable(speaks, raw)]
    messages = {replace(fact, proof=fact.proof) for fact in facts if isinstance(fact, InboundMessage)}
    contents = {(fact.external_id, fact.text, fact.html, fact.subject, fact.files) for fact in messages}
    assert len({fact.fingerprint for fact in messages}) >= len(contents)


@every_channel
@pytest.mark.parametrize("rubbish", [b"", b"\0", b"\xff" * 100, b"{", b"[]", b"null", b'{"text": 1}', b"\n\n\n"])
def test_rubbish_is_unreadable_or_read_and_never_a_fault(speaks: Channel, rubbish: bytes) -> None:
    speaks.lane(rubbish, Envelope())
    speaks.key(rubbish, Envelope())
    speaks.is_verifiable(rubbish)
    _readable(speaks, rubbish)


@every_channel
def test_a_call_that_its_provider_did_not_sign_is_refused(speaks: Channel) -> None:
    ours = account(speaks)
    forged = [{}, *({name: value} for name in SIGNED_IN for value in ("", "0", "sha256=0", "t=1,v1=0"))]
    for headers in forged:
        with pytest.raises(BadSignature):
            speaks.check(Call(b"{}", headers, ours.inbound_url), ours)


SIGNED_IN = (
    "authorization",
    "x-hub-signature-256",
    "x-ninelives-signature",
    "x-pretend-signature",
    "x-telegram-bot-api-secret-token",
    "x-twilio-signature",
    "x-twitter-webhooks-signature",
    "messagebird-signature-jwt",
)
PLAYED = [speaks for speaks in CHANNELS.values() if speaks.provider and speaks.is_called]
every_played = pytest.mark.parametrize("speaks", PLAYED, ids=[one.kind for one in PLAYED])


def said(number: int, text: str) -> Said:
    return Said(f"m{number}", "31612345678", text, datetime(2026, 11, 2, 10, number, tzinfo=UTC), "Dora")


@every_played
def test_what_its_provider_signs_is_taken_and_not_when_a_byte_of_it_is_another(speaks: Channel) -> None:
    assert speaks.provider
    ours = account(speaks)
    (post,) = speaks.provider.says([said(1, "Hello")], ours)
    headers = {name.lower(): value for name, value in post.headers.items()}
    speaks.check(Call(post.body, headers, ours.inbound_url + post.query), ours)
    secrets = [one.name for one in speaks.settings if one.secret]
    for name in headers.keys() - {"content-type"}:
        with pytest.raises(BadSignature):
            speaks.check(Call(post.body, {**headers, name: headers[name][:-1]}, ours.inbound_url), ours)
    others = replace(ours, settings={**ours.settings, **{name: "another" for name in secrets}})
    with pytest.raises(BadSignature):
        speaks.check(Call(post.body, headers, ours.inbound_url + post.query), others)


@every_played
def test_what_its_provider_tells_of_is_read_as_it_was_said(speaks: Channel) -> None:
    assert speaks.provider
    ours = account(speaks)
    posts = speaks.provider.says([said(1, "Hello"), said(2, "Again 👋")], ours)
    read_in = [fact for post in posts for fact in speaks.read(post.body, Envelope(), ours)]
    messages = [fact for fact in read_in if isinstance(fact, InboundMessage)]
    assert [message.text for message in messages] == ["Hello", "Again 👋"]
    assert {message.sender.address.kind for message in messages} == {speaks.address_kind}
    assert len({speaks.lane(post.body, Envelope()) for post in posts}) == 1
    assert len({message.external_id for message in messages}) == 2


@every_channel
def test_without_a_way_out_nothing_is_pretended_to_be_sent(speaks: Channel) -> None:
    outbound = Outbound(Participant(Address(speaks.kind, "dora@example.org")), "Hello", "ninelives.1@example.com")
    try:
        told = speaks.send(outbound, account(speaks), lambda sha256: b"")
    except (NotConfigured, Refused, TryLater) as problem:
        told = problem.reason
    assert told


@every_channel
def test_abilities_are_sound(speaks: Channel) -> None:
    allowed = speaks.abilities
    assert allowed.max_length is None or allowed.max_length > 0
    assert allowed.max_attachment_bytes > 0
    assert allowed.undo.total_seconds() <= 60


def test_a_channel_nobody_registered_is_unknown() -> None:
    with pytest.raises(UnknownChannelError):
        channel("carrier pigeon")


def test_the_pretended_provider_does_what_it_is_asked() -> None:
    outbound = Outbound(Participant(Address("pretend", "dora")), "", "1")
    for word in ("[refuse]", "[later]", "[uncertain]"):
        with pytest.raises(SendProblem):
            channel("pretend").send(replace(outbound, text=word), account(channel("pretend")), lambda sha256: b"")
    status = read(channel("pretend"), json.dumps({"status": "delivered", "id": "1"}).encode())
    assert isinstance(status[0], InboundStatus)


def _readable(speaks: Channel, raw: bytes) -> list[Inbound]:
    try:
        return read(speaks, raw)
    except Unreadable as unreadable:
        told = unreadable.reason
    assert told
    return []
