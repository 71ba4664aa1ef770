"""Whether a mail comes from where it says: read from what our own mail server noted (RFC 8601), or checked ourselves.

A domain proves a sender only when it is the sender's own: the domain of the From address, or one under the same
registered domain (relaxed alignment, RFC 7489 3.1). A result that passes for another domain is reported as `policy`.
"""

import importlib.util
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from ninelives.channels.protocol import Envelope, SenderCheck

from .addresses import parse
from .headers import Headers
from .parsing import parse_head
from .remarks import Remarks

if TYPE_CHECKING:
    from authres import AuthenticationResultsHeader  # type: ignore[import-untyped]
    from publicsuffix2 import PublicSuffixList  # type: ignore[import-untyped]

# The TXT record of a name, None without; several strings of one record are joined.
TextLookup = Callable[[str], str | None]

_MAX_SIGNATURES = 5
_DMARC = re.compile(r"\s*v\s*=\s*DMARC1\s*;(?:.*;)?\s*p\s*=", re.DOTALL)
_STRICT = re.compile(r";\s*adkim\s*=\s*s\b")
_STRENGTH = ("", "none", "neutral", "temperror", "permerror", "fail", "softfail", "policy", "pass")


def read_results(headers: Headers, trusted_authserv: str) -> SenderCheck:
    """What the mail server that we trust found. Only the topmost field counts, and only under that server's name:
    anything below, or under another name, may have been written by the sender."""
    fields = headers.raw_all("authentication-results")
    domain = author_domain(headers)
    if not trusted_authserv or not fields or not domain:
        return SenderCheck()
    parsed = _parsed(fields[0])
    if parsed is None or str(parsed.authserv_id).lower() != trusted_authserv.strip().lower():
        return SenderCheck()
    return SenderCheck(
        dkim=_strongest(parsed, "dkim", domain),
        spf=_strongest(parsed, "spf", domain),
        dmarc=_strongest(parsed, "dmarc", domain),
        checked_by=trusted_authserv,
    )


def verify(raw: bytes, envelope: Envelope, lookup: TextLookup, checked_by: str) -> SenderCheck:
    """Check DKIM and DMARC ourselves. `lookup` is the only way out; it may raise OSError for "ask again later".

    SPF is not looked at: it speaks for the server that delivers, which mostly is our own forwarding mail server, and
    never for the From address alone.
    """
    headers = parse_head(raw).headers
    author = author_domain(headers)
    if not author:
        return SenderCheck(dkim="none", dmarc="none", checked_by=checked_by)
    count = min(len(headers.raw_all("dkim-signature")), _MAX_SIGNATURES)
    signatures = [_verify_signature(raw, number, lookup) for number in range(count)]
    results = [_aligned(result, domain, author) for result, domain in signatures]
    signers = {domain for result, domain in signatures if result == "pass"}
    dkim = max(results, key=_STRENGTH.index, default="none")
    return SenderCheck(dkim=dkim, dmarc=_dmarc(author, signers, lookup), checked_by=checked_by)


def author_domain(headers: Headers) -> str:
    """The domain of the one author; "" when there is none, or more than one to choose from."""
    fields = headers.raw_all("from")
    authors = [found.address.value for field in fields for found in parse(field, Remarks())]
    return authors[0].rpartition("@")[2] if len(fields) == 1 and len(authors) == 1 else ""


def is_aligned(domain: str, author: str) -> bool:
    domain = domain.rpartition("@")[2].strip().rstrip(".").lower()
    registered = _registered(author)
    return bool(domain) and (domain == author or (registered is not None and _registered(domain) == registered))


def _parsed(field: str) -> "AuthenticationResultsHeader | None":
    # A parser that knows comments and quoted strings: a sender's words may stand in either.
    import authres
    import authres.dmarc  # type: ignore[import-untyped]

    try:
        context = authres.FeatureContext(authres.dmarc)
        return context.parse_value(field)
    except (authres.AuthResError, ValueError, AttributeError):
        return None


def _strongest(parsed: "AuthenticationResultsHeader", method: str, author: str) -> str:
    found = [_aligned_result(result, method, author) for result in parsed.results if result.method == method]
    known = [result for result in found if result in _STRENGTH]
    return max(known, key=_STRENGTH.index, default="")


def _aligned_result(result: object, method: str, author: str) -> str:
    said = str(getattr(result, "result", "")).lower()
    names = {"dkim": ("header_d", "header_i"), "spf": ("smtp_mailfrom",), "dmarc": ("header_from",)}[method]
    domain = next((str(value) for name in names if (value := getattr(result, name, None))), "")
    return _aligned(said, domain, author)


def _aligned(result: str, domain: str, author: str) -> str:
    return "policy" if result == "pass" and not is_aligned(domain, author) else result


def _verify_signature(raw: bytes, number: int, lookup: TextLookup) -> tuple[str, str]:
    """The result of one signature, and the domain that signed."""
    import dkim

    try:
        checker = dkim.DKIM(raw, minkey=1024)
        passed = checker.verify(idx=number, dnsfunc=partial(_record, lookup))
    except OSError:
        return "temperror", ""
    except dkim.NaClNotFoundError:
        return "neutral", ""  # An Ed25519 signature is left aside where PyNaCl is not installed (RFC 6376, 6.1).
    except (dkim.DKIMException, ValueError, IndexError, KeyError, TypeError, AttributeError):
        return "permerror", ""
    domain = checker.signature_fields.get(b"d", b"").decode("ascii", "replace").lower()
    if passed and b"l" in checker.signature_fields:
        return "policy", domain  # Anybody may add to a body that is signed only in part.
    return "pass" if passed else "fail", domain


def _record(lookup: TextLookup, name: bytes, timeout: int = 5) -> bytes | None:
    found = lookup(name.decode("ascii", "replace").rstrip("."))
    return None if found is None else found.encode("ascii", "replace")


def _dmarc(author: str, signers: set[str], lookup: TextLookup) -> str:
    try:
        policy = _policy(author, lookup) or _policy(_registered(author) or author, lookup)
    except OSError:
        return "temperror"
    if not policy:
        return "none"
    strict = _STRICT.search(policy) is not None
    passed = author in signers if strict else any(is_aligned(signer, author) for signer in signers)
    return "pass" if passed else "fail"


def _policy(domain: str, lookup: TextLookup) -> str:
    found = lookup(f"_dmarc.{domain}") or ""
    return found if _DMARC.match(found) else ""


def _registered(domain: str) -> str | None:
    """The part of a domain that somebody registered (`example.co.uk` of `mail.example.co.uk`), None when the rules of
    its top-level domain are not known: then nothing but the same domain is aligned."""
    found = _suffixes().get_sld(domain, strict=True)
    return found if found and "." in found else None


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffix2 import PublicSuffixList

    # The list that comes with authheaders is years newer than the one inside publicsuffix2.
    found = importlib.util.find_spec("authheaders")
    places = found.submodule_search_locations if found and found.submodule_search_locations else []
    newer = next((path for place in places if (path := Path(place) / "public_suffix_list.txt").exists()), None)
    if newer is None:
        return PublicSuffixList()
    with newer.open(encoding="utf-8") as lines:
        return PublicSuffixList(psl_file=lines)
