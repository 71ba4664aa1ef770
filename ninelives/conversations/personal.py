"""The views that people made for themselves."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from ninelives.conversations.filtering import Filter
from ninelives.conversations.models import PersonalView


def views_of(people: Collection[UUID]) -> dict[UUID, list[PersonalView]]:
    """In the order that each of them chose."""
    found: defaultdict[UUID, list[PersonalView]] = defaultdict(list)
    rows = PersonalView.objects.filter(person__in=people, removed_at=None)
    for view in rows.order_by("position", "id"):
        found[view.person_id].append(view)
    return found


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
