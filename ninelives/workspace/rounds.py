"""What desks ask for at a signal. They ask all at once, so they are answered together: a few statements for a round of
two hundred, where each by itself would cost as much as a page.

Nothing is kept between rounds: each answer is as fresh, and as well guarded, as that of a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.accounts.queries import organisation
from ninelives.accounts.sessions import people_of
from ninelives.conversations.filtering import BUILT_IN
from ninelives.conversations.models import PersonalView
from ninelives.conversations.personal import views_of
from ninelives.foundation.text import storable
from ninelives.ui.templatetags.ui import remembered
from ninelives.workspace.lists import Asked, Place, changes
from ninelives.workspace.screens.listed import ListChanges

# More than one screen shows: a browser that missed so much fetches its list.
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Question:
    """As it came, from whoever sent it."""

    session_key: str
    view: str
    q: str
    rows: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str


def answer(questions: Sequence[Question]) -> list[Answer]:
    people = people_of({question.session_key for question in questions})
    timezone.activate(ZoneInfo(organisation().time_zone))
    views = views_of([person.pk for person in people.values()])
    read = [_read(question, people.get(question.session_key), views) for question in questions]
    told = iter(changes([one for one in read if isinstance(one, Asked)]))
    return [_laid_out(next(told), one.person) if isinstance(one, Asked) else one for one in read]


def _read(question: Question, person: Person | None, views: Mapping[UUID, list[PersonalView]]) -> Asked | Answer:
    if person is None or not person.may(Permission.READ_CONVERSATIONS):
        return Answer(403, "sign in first")
    own = {str(view.pk): view for view in views.get(person.pk, ())}
    if question.view not in BUILT_IN and question.view not in own:
        return Answer(404, "")
    with translation.override(person.language):
        ids = _ids(question.rows)
        if isinstance(ids, str):
            return Answer(400, ids)
    place = Place(question.view, storable(question.q).strip()[:200], personal=own.get(question.view))
    return Asked(person, place, ids, tuple(own.values()))


def _ids(rows: str) -> frozenset[UUID] | str:
    words = rows.split(",")
    if len(words) > MOST_ROWS:
        return _("At most %(most)s rows can be asked for at once.") % {"most": MOST_ROWS}
    try:
        return frozenset(UUID(word) for word in words)
    except ValueError:
        return _("These are no ids of conversations: %(rows)s.") % {"rows": ", ".join(words)[:200]}


def _laid_out(told: ListChanges, person: Person) -> Answer:
    with translation.override(person.language):
        return Answer(200, remembered("workspace/changes.html", changes=told))
