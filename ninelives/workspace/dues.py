"""What a row of a list shows of promises: the open one that is due first."""

from collections.abc import Collection
from uuid import UUID

from ninelives.foundation.clock import now
from ninelives.promises import queries
from ninelives.workspace.screens.listed import DueShown


def of(conversation_ids: Collection[UUID]) -> dict[UUID, DueShown]:
    """By conversation; those without open promises are left out."""
    at = now()
    return {
        record: DueShown(one.due_by, one.is_late(at), one.is_nearly_late(at))
        for record, one in queries.badges(conversation_ids).items()
    }
