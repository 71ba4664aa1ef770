"""Canned answers: found while somebody types, and a page for those who write them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.permissions import Permission
from ninelives.foundation.text import storable
from ninelives.knowledge import actions, queries
from ninelives.knowledge.models import CannedAnswer
from ninelives.workspace import answers
from ninelives.workspace.forms import Answer
from ninelives.workspace.views.reaching import conversation_of, needs, page, person_of

MOST_SHOWN = 300


@require_GET
@needs(Permission.ANSWER)
def suggestions(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    """Those that fit what was typed, with their fields filled in for this conversation."""
    conversation = conversation_of(request, conversation_id)
    who = conversation.customer_id
    note_viewing(person_of(request), customer=who, subject="conversation", subject_id=conversation.pk)
    found = answers.suggestions(person_of(request), conversation, _asked(request)[:80])
    return page(request, "workspace/_canned.html", {"answers": found})


@require_GET
@needs(Permission.EDIT_KNOWLEDGE)
def all_(request: HttpRequest) -> HttpResponse:
    q = _asked(request)
    found = queries.find(person_of(request), q)[:MOST_SHOWN]
    return page(request, "workspace/answers.html", {"answers": found, "q": q})


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_KNOWLEDGE)
def new(request: HttpRequest) -> HttpResponse:
    return _written(request, None)


@require_http_methods(["GET", "POST", "DELETE"])
@needs(Permission.EDIT_KNOWLEDGE)
def one(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    answer = get_object_or_404(CannedAnswer.objects.visible_to(person_of(request)), pk=answer_id)
    if request.method == "DELETE":
        actions.retire(answer, actor=person_of(request))
        return HttpResponse(status=204, headers={"HX-Redirect": answers.list_url()})
    return _written(request, answer)


def _written(request: HttpRequest, answer: CannedAnswer | None) -> HttpResponse:
    person = person_of(request)
    if request.method != "POST":
        return _form(request, Answer(person, initial=answers.as_initial(answer)), answer)
    form = Answer(person, request.POST)
    if form.is_valid():
        try:
            actions.write_answer(answer, actor=person, **form.cleaned_data)
        except actions.ShortcutTakenError:
            form.add_error("shortcut", _("Another answer has this shortcut already."))
        except actions.UnknownFieldError as unknown:
            form.add_error(
                "text", _("There is no such field: %s.") % ", ".join(f"{{{name}}}" for name in unknown.names)
            )
        else:
            return redirect("workspace:answers")
    return _form(request, form, answer, 422)


def _form(request: HttpRequest, form: Answer, answer: CannedAnswer | None, status: int = 200) -> HttpResponse:
    context = {"form": form, "answer": answer, "fields": answers.fields_shown()}
    return page(request, "workspace/answer.html", context, status)


def _asked(request: HttpRequest) -> str:
    return storable(request.GET.get("q", "")).strip()[:200]
