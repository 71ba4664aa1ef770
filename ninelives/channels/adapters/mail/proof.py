"""Whether the sender's address is really the sender's."""

from ninelives.channels.protocol import SenderCheck

from .headers import Headers


def read_results(headers: Headers, trusted_authserv: str, sender: str) -> SenderCheck:
    return SenderCheck()
