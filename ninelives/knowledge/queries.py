"""Finding canned answers as somebody types."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from ninelives.knowledge.models import CannedAnswer, CannedAnswers

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

MOST_WORDS = 8
# A team has dozens to hundreds; beyond this the best are still found by their shortcut.
LOOKED_AT = 500


def find(actor: "Actor", q: str = "") -> CannedAnswers:
    """Every word stands in the shortcut, the title or the text."""
    found = CannedAnswer.objects.visible_to(actor)
    for word in q.split()[:MOST_WORDS]:
        found = found.filter(Q(shortcut__icontains=word) | Q(title__icontains=word) | Q(text__icontains=word))
    return found.select_related("brand").order_by("title", "id")


def suggest(actor: "Actor", *, brand_id: UUID, language: str, q: str, most: int) -> Sequence[CannedAnswer]:
    """For a conversation of this brand: the customer's language first, then what begins so, then by title."""
    found = find(actor, q).filter(Q(brand=None) | Q(brand=brand_id))[:LOOKED_AT]
    return sorted(found, key=lambda one: _rank(one, language, q.strip().lower()))[:most]


def _rank(one: CannedAnswer, language: str, q: str) -> tuple[bool, bool, bool, bool]:
    return (
        one.shortcut.lower() != q,
        bool(language and one.language and one.language != language),
        not one.shortcut.lower().startswith(q),
        not one.title.lower().startswith(q),
    )
