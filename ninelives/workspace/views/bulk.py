"""One deed with many conversations, and its undoing."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ninelives.conversations import actions
from ninelives.conversations.models import BulkAction, Tag
from ninelives.workspace import bulk, snoozes
from ninelives.workspace.screens.listed import Done
from ninelives.workspace.views.deeds import needs_answer
from ninelives.workspace.views.reaching import page, person_of, problem
from ninelives.workspace.views.tags import tag_asked


@require_POST
@needs_answer
def bulk_actions(request: HttpRequest) -> HttpResponse:
    what, ids = request.POST.get("what", ""), _ids(request)
    if what not in BulkAction.What.values or not ids:
        return problem(request, _("Choose some conversations, and what to do with them."))
    tag = tag_asked(request) if what == BulkAction.What.TAG else None
    if isinstance(tag, HttpResponse):
        return tag
    try:
        return _told(request, bulk.done(_do(request, ids, what, tag)))
    except actions.TooManyError:
        most = actions.MOST_AT_ONCE
        return problem(request, _("At most %(most)s at once. Nothing was changed.") % {"most": most})
    except actions.NoSuchMomentError:
        return problem(request, _("Choose a moment still to come."))


@require_http_methods(["DELETE"])
@needs_answer
def bulk_action(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Only whoever did it undoes it."""
    action = get_object_or_404(BulkAction, pk=bulk_id, person=person_of(request))
    outcome = actions.undo(action)
    if outcome is None:
        return problem(request, _("That was undone already."), 409, _("Too late"))
    return _told(request, bulk.undone(outcome))


def _do(request: HttpRequest, ids: frozenset[UUID], what: str, tag: Tag | None) -> actions.Outcome:
    until = snoozes.moment(request.POST.get("until", ""), localtime()) if what == BulkAction.What.SNOOZE else None
    return actions.do_with_many(ids, what, person=person_of(request), until=until, tag=tag)


def _ids(request: HttpRequest) -> frozenset[UUID]:
    try:
        return frozenset(UUID(one) for one in request.POST.get("ids", "").split(",") if one)
    except ValueError:
        return frozenset()


def _told(request: HttpRequest, done: Done) -> HttpResponse:
    return page(request, "workspace/_done.html", {"done": done})
