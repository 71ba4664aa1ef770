"""What people are called, which Meta tells of those who wrote to us and only when it is asked
(https://developers.facebook.com/docs/messenger-platform/identity/user-profile,
https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api/user-profile)."""

from collections.abc import Sequence

from ninelives.channels.bodies import text
from ninelives.channels.protocol import AccountView, Asked, Reply, Said
from ninelives.foundation.address import Address

from .graph import answered, interface, problem

MESSENGER, INSTAGRAM = ("first_name", "last_name"), ("name", "username")


def told_by_messenger(address: Address, account: AccountView) -> str:
    return " ".join(part for part in _told(address, account, MESSENGER) if part)


def told_by_instagram(address: Address, account: AccountView) -> str:
    """Not everybody has given a name; a name to go by, all have."""
    return next((part for part in _told(address, account, INSTAGRAM) if part), "")


def _told(address: Address, account: AccountView, fields: Sequence[str]) -> list[str]:
    heard = interface(account).get(address.value, {"fields": ",".join(fields)})
    if not heard.is_well:
        raise problem(heard)
    return [text(heard.told, field).strip() for field in fields]


def played(said: Sequence[Said], asked: Asked) -> Reply | None:
    """As Meta answers; None: it is asked for something else."""
    if asked.method != "GET" or "fields" not in asked.query:
        return None
    who = asked.path.rpartition("/")[2]
    name = next((one.name for one in said if one.sender == who and one.name), "")
    first, _space, last = name.partition(" ")
    known = {"first_name": first, "last_name": last, "name": name, "username": name.lower().replace(" ", ".")}
    fields = {field: known[field] for field in asked.query["fields"].split(",") if known.get(field)}
    return answered({**fields, "id": who})
