"""Text records of the domain name system, asked of the server that `NINELIVES_DNS` names."""

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from dns.resolver import Resolver

_PATIENCE = 8.0
# Records of sender policies; other texts of the same name (site verifications and such) are not meant.
_POLICIES = ("v=DMARC1", "v=DKIM1", "k=", "p=")


def text_record(name: str) -> str | None:
    """The sender policy in the TXT records of a name; None when there is none. Raises OSError: ask again later."""
    from dns import exception, resolver

    try:
        answer = _resolver().resolve(name, "TXT", lifetime=_PATIENCE)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return None
    except (exception.DNSException, ValueError) as problem:
        raise OSError(f"{type(problem).__name__} for {name}") from problem
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    policies = [text for text in texts if text.startswith(_POLICIES)]
    # Two policies at one name are none (RFC 7489, 6.6.3).
    return None if len(policies) > 1 else next(iter(policies or texts), None)


def _resolver() -> "Resolver":
    from dns.resolver import Resolver

    if not settings.DNS_SERVER:
        return Resolver()
    host, port = settings.DNS_SERVER
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], port
    return resolver
