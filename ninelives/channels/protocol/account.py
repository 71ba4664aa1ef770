"""What an adapter is told of the account it works for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing a channel account must be told. `secret` values are encrypted at rest and never shown again.

    Of one that `is_made` a random value is made when the account is opened, unless it is told; shown once, then.
    """

    name: str
    required: bool = False
    secret: bool = False
    default: str = ""
    is_made: bool = False
    # What a value must look like (a regular expression for the whole of it), and how that is told to people.
    pattern: str = ""
    like: str = ""
    # This one is the account's own address, unless it is told another.
    is_address: bool = False


def api_base(default: str) -> Setting:
    """Where the provider's own interface is; another one is a test's, or a provider that speaks the same."""
    return Setting("api_base", default=default, pattern=r"https?://[^\s?#]+", like="https://api.example.org")


# Where customers help themselves, told to whoever waits.
HELP = tuple(Setting(f"help{language}", pattern=r"https?://\S+") for language in ("", "_nl", "_en"))


@dataclass(frozen=True, slots=True)
class AccountView:
    """What an adapter may know of the account it works for."""

    id: str
    address: str
    display_name: str
    settings: Mapping[str, str]
    # Where its provider calls us: the whole address, as the outside world knows it.
    inbound_url: str = ""


class FileOpener(Protocol):
    def __call__(self, sha256: str) -> bytes: ...


class FileKeeper(Protocol):
    """Keeps what comes in pieces; its sha256."""

    def __call__(self, pieces: Iterable[bytes]) -> str: ...
