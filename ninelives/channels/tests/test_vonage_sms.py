"""What only Vonage's SMS does: its token over the hash of the body, and what its answers mean."""

from base64 import urlsafe_b64encode

import pytest

from ninelives.channels.adapters.vonage_sms import VonageSms, problem, signed
from ninelives.channels.asking import Heard
from ninelives.channels.protocol import (
    AccountView,
    BadSignature,
    Call,
    NotConfigured,
    Refused,
    SendProblem,
    TryLater,
    Uncertain,
)

BODY = b'{"channel": "sms", "from": "31612345678", "text": "Hello"}'
VONAGE = VonageSms()


def is_taken(authorization: str, body: bytes = BODY) -> bool:
    ours = AccountView("1", "", "", {"signature_secret": "a secret"})
    try:
        VONAGE.check(Call(body, {"authorization": authorization}), ours)
    except BadSignature:
        return False
    return True


def test_the_token_is_of_this_body_alone() -> None:
    token = signed(BODY, "a secret")
    assert is_taken(f"Bearer {token}")
    assert not is_taken(f"Bearer {token}", BODY.replace(b"Hello", b"Hallo"))
    assert not is_taken(f"Bearer {signed(BODY, 'another')}")
    assert not is_taken(f"Basic {token}")


def test_a_token_that_says_it_needs_no_signature_is_none() -> None:
    _head, claims, _mac = signed(BODY, "a secret").split(".")
    head = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    assert not is_taken(f"Bearer {head}.{claims}.")
    assert not is_taken(f"Bearer {head}.{claims}")


@pytest.mark.parametrize(
    ("status", "told", "expected", "reason"),
    [
        (429, b'{"title": "Rate Limit Hit", "detail": "Wait"}', TryLater, "Wait"),
        (422, b'{"title": "Invalid params", "detail": "to"}', Refused, "to"),
        (422, b'{"type": "https://x/messages#1240", "detail": "Stop"}', Refused, "customer_leaves"),
        (401, b'{"detail": "No"}', NotConfigured, "not_let_in:No"),
        (402, b'{"detail": "No money"}', NotConfigured, "not_let_in:No money"),
        (500, b"", Uncertain, "HTTP 500"),
    ],
)
def test_what_it_says_is_told_as_what_it_means(
    status: int, told: bytes, expected: type[SendProblem], reason: str
) -> None:
    found = problem(Heard(status, told))
    assert (type(found), found.reason) == (expected, reason)
