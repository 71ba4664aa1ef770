"""Addresses of the desk. A page has some forty: each kind is reversed once, and filled in with ids from then on."""

from functools import cache
from uuid import UUID

from django.urls import reverse

_SOME = UUID(int=0)
_LETTERS = len(str(_SOME))


def link(name: str, *parts: str | UUID) -> str:
    """As `reverse`; the words between ids (a view's name) are few, and a view that somebody made is an id."""
    parts = tuple(UUID(part) if isinstance(part, str) and len(part) == _LETTERS else part for part in parts)
    ids = [str(part) for part in parts if isinstance(part, UUID)]
    start, *rest = _pieces(name, *(_SOME if isinstance(part, UUID) else part for part in parts))
    return start + "".join(id_ + piece for id_, piece in zip(ids, rest, strict=True))


@cache
def _pieces(name: str, *parts: str | UUID) -> list[str]:
    return reverse(f"workspace:{name}", args=parts).split(str(_SOME))
