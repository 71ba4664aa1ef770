"""Only our own mail server's word, or a signature of the sender's own domain, proves a sender."""

import base64
from collections.abc import Callable

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ninelives.channels.protocol import Envelope, SenderCheck
from ninelives.channels.registry import channel
from ninelives.channels.tests.mail_tools import ACCOUNT, account, mail, read
from ninelives.foundation.address import Proof

TRUSTING = account(trusted_authserv="mx.example.com")


def proof_of(results: str, **fields: str) -> Proof:
    return read(mail(authentication_results=results, **fields), of=TRUSTING).proof


@pytest.mark.parametrize(
    ("results", "proof"),
    [
        ("mx.example.com; dkim=pass header.d=example.org", Proof.PROVEN),
        ("mx.example.com; dkim=pass header.i=@example.org header.s=s1 header.b=abc", Proof.PROVEN),
        ("mx.example.com; dkim=pass header.d=mail.example.org", Proof.PROVEN),
        ("mx.example.com; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.org", Proof.PROVEN),
        ("MX.example.com; dkim=fail header.d=example.org; dkim=pass header.d=example.org", Proof.PROVEN),
        ("mx.example.com; dkim=pass header.d=evil.example", Proof.USUAL),
        ("mx.example.com; dkim=pass header.d=notexample.org", Proof.USUAL),
        ("mx.example.com; dkim=pass header.d=org", Proof.USUAL),
        ("mx.example.com; dkim=pass", Proof.USUAL),
        ("mx.example.com; dmarc=pass header.from=evil.example", Proof.USUAL),
        ("mx.example.com; dmarc=fail header.from=example.org; dkim=pass header.d=mail.example.org", Proof.USUAL),
        ("mx.example.com; spf=pass smtp.mailfrom=dora@example.org", Proof.USUAL),
        ("mx.example.com; dkim=none", Proof.USUAL),
        ("mx.example.com", Proof.USUAL),
        ("mx.evil.example; dkim=pass header.d=example.org", Proof.USUAL),
        ("mx.example.com.evil.example; dkim=pass header.d=example.org", Proof.USUAL),
        ('mx.example.com; spf=fail reason="x; dkim=pass header.d=example.org"', Proof.USUAL),
        ("mx.example.com; spf=fail (x; dkim=pass header.d=example.org) smtp.mailfrom=x", Proof.USUAL),
        ('mx.example.com; spf=pass smtp.mailfrom="a;dkim=pass header.d=example.org;"@evil.example', Proof.USUAL),
        ("mx.example.com; ((((;;;===", Proof.USUAL),
        ("", Proof.USUAL),
    ],
)
def test_only_a_trusted_result_for_the_senders_own_domain_proves(results: str, proof: Proof) -> None:
    assert proof_of(results) is proof


def test_a_strangers_results_below_our_own_do_not_count() -> None:
    ours = "Authentication-Results: mx.example.com; dkim=none\r\n"
    forged = "Authentication-Results: mx.example.com; dkim=pass header.d=example.org\r\n"
    assert read((ours + forged).encode() + mail(), of=TRUSTING).proof is Proof.USUAL
    assert read((forged + ours).encode() + mail(), of=TRUSTING).proof is Proof.PROVEN


def test_without_a_trusted_server_nothing_is_believed() -> None:
    raw = mail(authentication_results="mx.example.com; dkim=pass header.d=example.org")
    assert read(raw).proof is Proof.USUAL
    assert read(raw).check == SenderCheck()


@pytest.mark.parametrize(
    "head",
    [
        "From: Dora <dora@example.org>, Eve <eve@evil.example>\r\n",
        "From: dora@example.org\r\nFrom: eve@evil.example\r\n",
    ],
)
def test_a_mail_of_two_authors_proves_neither(head: str) -> None:
    raw = f"Authentication-Results: mx.example.com; dkim=pass header.d=example.org\r\n{head}\r\nx".encode()
    assert read(raw, of=TRUSTING).proof is Proof.USUAL


# --- checked by ourselves, offline


def key_pair(bits: int) -> tuple[bytes, str]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


KEYS = {bits: key_pair(bits) for bits in (1024, 2048)}
RAW = mail("Goedemorgen", subject="Vraag", date="Fri, 20 Nov 2026 10:00:00 +0100")
POLICY = {"_dmarc.example.org": "v=DMARC1; p=reject"}


def signed(domain: str, bits: int = 2048, raw: bytes = RAW, **options: object) -> bytes:
    return (
        bytes(dkim.sign(raw, b"s1", domain.encode(), KEYS[bits][0], include_headers=[b"from", b"subject"], **options))
        + raw
    )


def records(domain: str, bits: int = 2048, **more: str) -> Callable[[str], str | None]:
    known = {f"s1._domainkey.{domain}": KEYS[bits][1], **POLICY, **more}
    return known.get


def check(raw: bytes, lookup: Callable[[str], str | None]) -> SenderCheck:
    found = channel("mail").verify_sender(raw, Envelope(), ACCOUNT, lookup)  # type: ignore[attr-defined]
    assert isinstance(found, SenderCheck)
    return found


@pytest.mark.parametrize("bits", [1024, 2048])
@pytest.mark.parametrize("domain", ["example.org", "mail.example.org"])
def test_a_signature_of_the_senders_domain_proves(bits: int, domain: str) -> None:
    found = check(signed(domain, bits), records(domain, bits))
    assert (found.dkim, found.dmarc, found.aligned) == ("pass", "pass", True)
    assert found.checked_by == "example.com"


def test_a_good_signature_of_another_domain_proves_nothing() -> None:
    found = check(signed("evil.example"), records("evil.example"))
    assert (found.dkim, found.dmarc, found.aligned) == ("policy", "fail", False)


def test_without_a_policy_an_own_signature_still_proves() -> None:
    lookup = {"s1._domainkey.example.org": KEYS[2048][1]}.get
    found = check(signed("example.org"), lookup)
    assert (found.dkim, found.dmarc, found.aligned) == ("pass", "none", True)


def test_a_strict_policy_wants_the_very_same_domain() -> None:
    strict = {"_dmarc.example.org": "v=DMARC1; p=reject; adkim=s"}
    assert not check(signed("mail.example.org"), records("mail.example.org", **strict)).aligned
    assert check(signed("example.org"), records("example.org", **strict)).aligned


@pytest.mark.parametrize(
    "forged",
    [
        signed("example.org").replace(b"Goedemorgen", b"Geef geld"),
        signed("example.org").replace(b"subject: Vraag", b"subject: Andere"),
        b"From: eve@example.org\r\n" + signed("example.org"),
        signed("example.org", length=True) + b"en nog iets\r\n",
        RAW,
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from; bh=x; b=x\r\n" + RAW,
        b"DKIM-Signature: \xff\x00onzin\r\n" + RAW,
    ],
)
def test_what_was_changed_after_signing_proves_nothing(forged: bytes) -> None:
    assert not check(forged, records("example.org")).aligned


def test_an_ed25519_signature_beside_another_does_no_harm() -> None:
    ed25519 = b"DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=e1; h=from; bh=eA==; b=eA==\r\n"
    lookup = records(
        "example.org",
        **{"e1._domainkey.example.org": "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="},
    )
    assert check(ed25519 + signed("example.org"), lookup).dkim == "pass"
    assert check(ed25519 + RAW, lookup).aligned is False


def test_when_nobody_answers_it_is_to_be_asked_again() -> None:
    def silent(name: str) -> str | None:
        raise OSError("time-out")

    found = check(signed("example.org"), silent)
    assert (found.dkim, found.dmarc, found.aligned) == ("temperror", "temperror", False)
