"""DNS, for the slow step that checks a sender ourselves. Reading a mail never comes here."""

_SECONDS = 5.0
_OURS = ("v=DMARC1", "v=DKIM1", "k=", "p=")


def text_record(name: str) -> str | None:
    """The TXT record of a name, None without one. Raise OSError when nobody can tell at the moment."""
    from dns import exception, resolver

    try:
        answer = resolver.resolve(name, "TXT", lifetime=_SECONDS)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return None
    except (exception.DNSException, ValueError) as problem:
        raise OSError(str(problem)) from problem
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    wanted = [text for text in texts if text.startswith(_OURS)]
    # Two policies at one name are none (RFC 7489, 6.6.3).
    return None if len(wanted) > 1 else next(iter(wanted or texts), None)
