"""Secrets at rest: AES-256-GCM under a key that is named, so that keys can be changed.

Keys are derived from `SECRET_KEY`; the key's id is a short hash of it and stands before each secret.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class SecretLostError(Exception):
    """The key that sealed this is not here."""


def seal(plain: str) -> str:
    nonce = os.urandom(12)
    sealed = AESGCM(_key()).encrypt(nonce, plain.encode(), None)
    return f"{key_id()}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str) -> str:
    named, _, body = sealed.partition(":")
    raw = base64.b64decode(body)
    try:
        return AESGCM(_key()).decrypt(raw[:12], raw[12:], None).decode()
    except InvalidTag as reason:
        raise SecretLostError(f"sealed under key {named}, the key here is {key_id()}") from reason


def key_id() -> str:
    return hashlib.sha256(_key()).hexdigest()[:8]


def signature(purpose: str, text: str, length: int = 32) -> str:
    """A keyed hash as lower-case hex, `length` characters; only equal for the same purpose."""
    return hmac.new(_key(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()[:length]


def is_signed(purpose: str, text: str, claimed: str, length: int = 32) -> bool:
    return hmac.compare_digest(signature(purpose, text, length).encode(), claimed.encode())


def _key() -> bytes:
    return hashlib.sha256(b"ninelives secrets\0" + settings.SECRET_KEY.encode()).digest()
