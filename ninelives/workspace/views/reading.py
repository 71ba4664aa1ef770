"""How far somebody has read, told by their browser when it was on the screen for a moment."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from ninelives.accounts.permissions import Permission
from ninelives.conversations import actions
from ninelives.workspace.views.reaching import conversation_of, needs, person_of


@require_http_methods(["PUT", "DELETE"])
@needs(Permission.READ_CONVERSATIONS)
def read_mark(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    conversation = conversation_of(request, conversation_id)
    if request.method == "DELETE":
        actions.mark_unread(conversation, person=person_of(request))
        return HttpResponse(status=204)
    up_to = parse_datetime(QueryDict(request.body).get("up_to", ""))
    if up_to is None or up_to.tzinfo is None:
        return HttpResponse(status=400)
    actions.mark_read(conversation, person=person_of(request), up_to=up_to)
    return HttpResponse(status=204)
