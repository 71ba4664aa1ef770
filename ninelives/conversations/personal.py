"""The views that people made for themselves."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from ninelives.conversations.filtering import Filter
from ninelives.conversations.models import PersonalView
from ninelives.foundation.compiling import compiled


def views_of(people: Collection[UUID]) -> dict[UUID, list[PersonalView]]:
    """In the order that each of them chose."""
    found: defaultdict[UUID, list[PersonalView]] = defaultdict(list)
    for view in _views([*people]):
        found[view.person_id].append(view)
    return found


@compiled
def _views(people: Collection[UUID]) -> QuerySet[PersonalView]:
    return PersonalView.objects.filter(person__in=people, removed_at=None).order_by("position", "id")


def filter_of(view: PersonalView) -> Filter:
    return Filter(
        status=view.status,
        whose=view.whose,
        colleague=view.colleague_id,
        brand=view.brand_id,
        account=view.account_id,
        tag=view.tag_id,
        is_waiting=view.is_waiting,
        is_unread=view.is_unread,
    )
