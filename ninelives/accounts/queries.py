"""What other rooms ask of accounts."""

import time

from ninelives.accounts.models import Actor, Organisation, Person
from ninelives.accounts.permissions import Role

_REMEMBER = 30.0
_remembered: tuple[float, Organisation] | None = None


def organisation() -> Organisation:
    """The one organisation; remembered for half a minute, as every page asks for its time zone."""
    global _remembered
    if _remembered is None or time.monotonic() - _remembered[0] > _REMEMBER:
        _remembered = (time.monotonic(), Organisation.objects.first() or Organisation(name="Ninelives"))
    return _remembered[1]


def forget_organisation() -> None:
    global _remembered
    _remembered = None


def works_everywhere(actor: Actor) -> bool:
    """For every brand, those of later too."""
    return actor.role == Role.ADMINISTRATOR if isinstance(actor, Person) else actor.brand_id is None
