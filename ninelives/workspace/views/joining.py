"""Two customers that are one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from ninelives.accounts.permissions import Permission
from ninelives.customers import actions
from ninelives.customers.models import CustomerMerge
from ninelives.workspace.views.desk import panes
from ninelives.workspace.views.reaching import conversation_of, needs, person_of, place_of


@require_http_methods(["DELETE"])
@needs(Permission.ANSWER)
def merge(request: HttpRequest, view: str, conversation_id: UUID, merge_id: UUID) -> HttpResponse:
    """Undone on the timeline of a conversation."""
    place, found = place_of(request, view), conversation_of(request, conversation_id)
    actions.unmerge(_merge(request, merge_id), actor=person_of(request))
    return panes(request, conversation_of(request, found.pk), place)


def _merge(request: HttpRequest, merge_id: UUID) -> CustomerMerge:
    return get_object_or_404(CustomerMerge.objects.visible_to(person_of(request)), pk=merge_id)
