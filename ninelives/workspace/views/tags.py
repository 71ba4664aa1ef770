"""Tags at the head of a conversation."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ninelives.accounts.permissions import Permission
from ninelives.conversations import actions
from ninelives.conversations.models import MOST_LETTERS, Tag
from ninelives.workspace import tags
from ninelives.workspace.views.deeds import needs_answer, shown
from ninelives.workspace.views.reaching import conversation_of, needs, page, person_of, problem


@require_http_methods(["GET"])
@needs(Permission.ANSWER)
def offered(request: HttpRequest) -> HttpResponse:
    """All there are: few enough to be narrowed down in the browser."""
    return page(
        request, "workspace/_tags_offered.html", {"tags": tags.offered(), "may_make": tags.may_make(person_of(request))}
    )


@require_http_methods(["POST"])
@needs_answer
def on(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    conversation = conversation_of(request, conversation_id)
    named = tag_asked(request)
    if isinstance(named, HttpResponse):
        return named
    actions.tag(conversation, named, actor=person_of(request))
    return shown(request, conversation, view)


@require_http_methods(["DELETE"])
@needs_answer
def off(request: HttpRequest, view: str, conversation_id: UUID, tag_id: UUID) -> HttpResponse:
    conversation = conversation_of(request, conversation_id)
    actions.untag(conversation, tag_id, actor=person_of(request))
    return shown(request, conversation, view)


def tag_asked(request: HttpRequest) -> Tag | HttpResponse:
    """The tag that a form names, or why there is none."""
    name = request.POST.get("name", "")
    try:
        return actions.tag_named(name, actor=person_of(request))
    except actions.NoTagError:
        most = MOST_LETTERS
        return problem(request, _("A tag is one to %(most)s letters, without a /.") % {"most": most})
    except actions.NoSuchTagError:
        return problem(request, _("There is no tag “%s”. Ask a team lead to make it.") % name.strip()[:MOST_LETTERS])
