"""Addresses of the desk. A page has some forty: each kind is reversed once, and filled in with ids from then on."""

from functools import cache
from uuid import UUID

from django.urls import reverse

_SOME = UUID(int=0)


def link(name: str, *parts: str | UUID) -> str:
    """As `reverse`; ids are given as ids, and the words between them (a view's name) are few."""
    ids = [str(part) for part in parts if isinstance(part, UUID)]
    start, *rest = _pieces(name, *(_SOME if isinstance(part, UUID) else part for part in parts))
    return start + "".join(id_ + piece for id_, piece in zip(ids, rest, strict=True))


@cache
def _pieces(name: str, *parts: str | UUID) -> list[str]:
    return reverse(f"workspace:{name}", args=parts).split(str(_SOME))
