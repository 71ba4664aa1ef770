"""Writing, changing and retiring canned answers."""

from django.db import IntegrityError, transaction

from ninelives.accounts.models import Actor, Brand, by
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable
from ninelives.knowledge.filling import unknown_fields
from ninelives.knowledge.models import CannedAnswer


class ShortcutTakenError(Exception):
    """Another answer of this brand and language has this shortcut."""


class UnknownFieldError(Exception):
    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def write_answer(
    answer: CannedAnswer | None,
    *,
    actor: Actor,
    shortcut: str,
    title: str,
    text: str,
    brand: Brand | None = None,
    language: str = "",
) -> CannedAnswer:
    """Write a new one, or change one. Raises ShortcutTakenError, UnknownFieldError."""
    answer = answer or CannedAnswer()
    unknown = unknown_fields(text)
    if unknown:
        raise UnknownFieldError(unknown)
    answer.shortcut, answer.title, answer.text = storable(shortcut).lower(), storable(title), storable(text)
    answer.brand, answer.language, answer.changed_at = brand, language, now()
    for name, value in by(actor).items():
        setattr(answer, name, value)
    try:
        with transaction.atomic():
            answer.save()
    except IntegrityError as taken:
        raise ShortcutTakenError(shortcut) from taken
    return answer


@transaction.atomic
def retire(answer: CannedAnswer, *, actor: Actor) -> None:
    """Nobody finds it any more; its shortcut is free again."""
    CannedAnswer.objects.filter(pk=answer.pk, retired_at=None).update(retired_at=now(), **by(actor))
