"""Making lists of one's own. Each person's own: it concerns no colleague and is no fact."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from ninelives.accounts.models import Person
from ninelives.conversations.models import PersonalView
from ninelives.foundation.clock import now

MOST_VIEWS = 20
KEEP_REMOVED = timedelta(days=7)


class TooManyViewsError(Exception):
    """This person has `MOST_VIEWS` already."""


@transaction.atomic
def save_view(view: PersonalView | None, *, person: Person, **told: Any) -> PersonalView:
    """Make one, or change it. Raises TooManyViewsError."""
    if view is None:
        # Locked, so that two windows do not make the last one both.
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        view = PersonalView(person=person, position=_end_of(person))
    for name, value in told.items():
        setattr(view, name, value)
    view.changed_at = now()
    view.save()
    return view


def remove_view(view: PersonalView) -> None:
    PersonalView.objects.filter(pk=view.pk, removed_at=None).update(removed_at=now())


@transaction.atomic
def put_view_back(view: PersonalView) -> None:
    """At the end. Raises TooManyViewsError."""
    person = Person.objects.select_for_update(no_key=True).get(pk=view.person_id)
    PersonalView.objects.filter(pk=view.pk).exclude(removed_at=None).update(removed_at=None, position=_end_of(person))


@transaction.atomic
def move_view(view: PersonalView, *, up: bool) -> None:
    """Past its neighbour; at the end nothing happens."""
    # Locked: a second click must not give two of them one place.
    views = list(_views(view.person).select_for_update().order_by("position", "id"))
    here = next((n for n, one in enumerate(views) if one.pk == view.pk), 0)
    there = here - 1 if up else here + 1
    if 0 <= there < len(views):
        views[here], views[there] = views[there], views[here]
        for position, one in enumerate(views):
            one.position = position
        PersonalView.objects.bulk_update(views, ["position"])


def prune_views() -> int:
    """Those that were removed and that nobody wants back; how many."""
    return PersonalView.objects.filter(removed_at__lt=now() - KEEP_REMOVED).delete()[0]


def _end_of(person: Person) -> int:
    positions = list(_views(person).values_list("position", flat=True))
    if len(positions) >= MOST_VIEWS:
        raise TooManyViewsError
    return max(positions, default=-1) + 1


def _views(person: Person) -> Any:
    return PersonalView.objects.filter(person=person, removed_at=None)
