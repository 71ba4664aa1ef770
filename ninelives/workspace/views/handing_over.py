"""Handing over, and asking somebody in."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations.models import Conversation
from ninelives.routing import actions, queries
from ninelives.routing.models import Queue
from ninelives.routing.sorting import queue_for
from ninelives.workspace import handing_over as screens
from ninelives.workspace.views.deeds import shown
from ninelives.workspace.views.reaching import conversation_of, needs, page, person_of, place_of, problem

needs_answer = needs(Permission.ANSWER)


@require_http_methods(["GET", "POST"])
@needs_answer
def hand_over(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    """POST `queue` or `person`; `deed` is `ask_in` where the conversation stays with whoever has it."""
    place, conversation = place_of(request, view), conversation_of(request, conversation_id)
    if request.method == "GET":
        note_viewing(
            person_of(request), customer=conversation.customer_id, subject="conversation", subject_id=conversation.pk
        )
        found = screens.handing_over(person_of(request), conversation, place)
        return page(request, "workspace/hand_over.html", {"page": found})
    queue, person = _queue(request, conversation), _person(request)
    if request.POST.get("deed") == "ask_in":
        return _ask_in(request, view, conversation, queue, person)
    try:
        made = actions.hand_over(conversation, actor=person_of(request), queue=queue, person=person)
    except actions.NoQueueError:
        return problem(request, _("No queue takes this conversation. Choose one."))
    messages.success(request, _("Handed over to %s.") % (person.name if person else made.queue.name))
    return redirect(place.url())


def _ask_in(
    request: HttpRequest, view: str, conversation: Conversation, queue: Queue | None, person: Person | None
) -> HttpResponse:
    into = queue or queue_for(conversation)
    if into is None:
        return problem(request, _("No queue takes this conversation. Choose one."))
    actions.ask_in(conversation, actor=person_of(request), queue=into, person=person)
    messages.success(request, _("%s is asked in.") % (person.name if person else into.name))
    return redirect(place_of(request, view).url(conversation.pk))


@require_http_methods(["DELETE"])
@needs_answer
def consult(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    conversation = conversation_of(request, conversation_id)
    actions.end_consult(conversation)
    return shown(request, conversation, view)


def _queue(request: HttpRequest, conversation: Conversation) -> Queue | None:
    chosen = _id(request.POST.get("queue", ""))
    return get_object_or_404(Queue.objects.in_use(), pk=chosen, brand=conversation.brand_id) if chosen else None


def _person(request: HttpRequest) -> Person | None:
    chosen = _id(request.POST.get("person", ""))
    return get_object_or_404(queries.agents(person_of(request)), pk=chosen) if chosen else None


def _id(given: str) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError as nobody:
        raise Http404 from nobody
