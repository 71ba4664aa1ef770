"""What stands beside messages: what they point at, and what became of them since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import prefetch_related_objects

from ninelives.conversations.models import Message, MessageChange, preview
from ninelives.conversations.models.change import reactions
from ninelives.workspace.screens.timeline import Changed, Quote


@dataclass(frozen=True, slots=True)
class Beside:
    """Of many messages, read together; nothing is read where none has any."""

    pointed_at: Mapping[UUID, Message]
    here: frozenset[UUID]

    @classmethod
    def of(cls, told: Sequence[Message]) -> "Beside":
        prefetch_related_objects([one for one in told if one.has_changes], "changes__customer__root")
        here = {one.pk: one for one in told}
        wanted = {one.answers_id for one in told if one.answers_id} - here.keys()
        elsewhere = Message.objects.defer("words", "html", "own_html").in_bulk(wanted) if wanted else {}
        return cls({**here, **elsewhere}, frozenset(here))

    def quote(self, message: Message) -> Quote | None:
        whole = self.pointed_at.get(message.answers_id) if message.answers_id else None
        if whole is None:
            return None
        author = whole.sender_name or whole.sender_address
        text = "" if whole.deleted_at else preview(whole.shown_text)
        return Quote(author, text, str(whole.pk) if whole.pk in self.here else "")

    def changed(self, message: Message) -> Changed | None:
        if not message.has_changes:
            return None
        made = sorted(message.changes.all(), key=lambda one: (one.at, one.pk))
        edits = [one for one in made if one.kind == MessageChange.Kind.EDITED]
        return Changed(
            edits=tuple(one.before for one in edits if one.before),
            edited_at=max((one.at for one in edits), default=None),
            deleted_at=message.deleted_at,
            signs=tuple((one.text, one.customer.record.name) for one in reactions(made)),
        )
