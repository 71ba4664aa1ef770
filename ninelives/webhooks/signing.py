"""Signatures of Standard Webhooks 1.0.0, https://github.com/standard-webhooks/standard-webhooks (symmetric, v1)."""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(os.urandom(_BYTES)).decode()


def headers(call_id: str, timestamp: int, body: bytes, secrets: Iterable[str]) -> Mapping[str, str]:
    """One signature for each secret that is good: during a rotation the receiver may still have the earlier one."""
    signed = f"{call_id}.{timestamp}.".encode() + body
    signatures = (hmac.new(_key(secret), signed, hashlib.sha256).digest() for secret in secrets)
    return {
        "webhook-id": call_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures),
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
