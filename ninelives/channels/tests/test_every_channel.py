"""What every channel must hold to, whoever's it is. A new channel is here by its registry line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ninelives.channels.protocol import (
    AccountView,
    BadSignature,
    Channel,
    Envelope,
    InboundMessage,
    InboundStatus,
    NotConfigured,
    Outbound,
    Participant,
    Refused,
    SendProblem,
    Unreadable,
)
from ninelives.channels.registry import CHANNELS, UnknownChannelError, channel
from ninelives.foundation.address import Address

FIXTURES = Path(__file__).parent / "fixtures"

every_channel = pytest.mark.parametrize("speaks", CHANNELS.values(), ids=CHANNELS)


def account(speaks: Channel) -> AccountView:
    told = {setting.name: setting.default or "told" for setting in speaks.settings if setting.required}
    return AccountView("1", "support@example.com", "Support", told)


def samples(speaks: Channel) -> list[bytes]:
    folder = FIXTURES / speaks.kind
    return [
        path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".eml", ".json", ".txt") and path.name != "SOURCE.txt"
    ]


def read(speaks: Channel, raw: bytes) -> list[InboundMessage | InboundStatus]:
    return list(speaks.read(raw, Envelope(sender="dora@example.org"), account(speaks)))


@every_channel
def test_there_are_samples(speaks: Channel) -> None:
    assert len(samples(speaks)) >= 3


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
    contents = {(fact.external_id, fact.text, fact.html, fact.subject, fact.sender, fact.files) for fact in messages}
    assert len({fact.fingerprint for fact in messages}) >= len(contents)


@every_channel
@pytest.mark.parametrize("rubbish", [b"", b"\0", b"\xff" * 100, b"{", b"[]", b"null", b'{"text": 1}', b"\n\n\n"])
def test_rubbish_is_unreadable_or_read_and_never_a_fault(speaks: Channel, rubbish: bytes) -> None:
    speaks.lane(rubbish, Envelope())
    speaks.key(rubbish, Envelope())
    speaks.is_verifiable(rubbish)
    _readable(speaks, rubbish)


@every_channel
def test_a_forged_call_is_refused_where_calls_are_signed(speaks: Channel) -> None:
    if not any(setting.secret and setting.required for setting in speaks.settings):
        pytest.skip("nothing is signed on this channel")
    with pytest.raises(BadSignature):
        speaks.check({"x-pretend-signature": "sha256=0"}, b"{}", account(speaks))


@every_channel
def test_without_a_way_out_nothing_is_pretended_to_be_sent(speaks: Channel) -> None:
    outbound = Outbound(Participant(Address(speaks.kind, "dora@example.org")), "Hello", "ninelives.1@example.com")
    try:
        told = speaks.send(outbound, account(speaks), lambda sha256: b"")
    except (NotConfigured, Refused) as problem:
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


def _readable(speaks: Channel, raw: bytes) -> list[InboundMessage | InboundStatus]:
    try:
        return read(speaks, raw)
    except Unreadable as unreadable:
        told = unreadable.reason
    assert told
    return []
