"""The wall, and what a team lead does from it: states of others, moves between queues, taking over."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations import actions as conversations
from ninelives.routing import actions, queries
from ninelives.routing.models import Presence, Queue
from ninelives.workspace import wall as screens
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place
from ninelives.workspace.views.reaching import conversation_of, is_fragment, needs, page, person_of, problem

needs_watch = needs(Permission.WATCH)


@require_GET
@needs_watch
def wall(request: HttpRequest) -> HttpResponse:
    shown = {"wall": screens.wall(person_of(request)), "moved": _moved(request), "src": request.get_full_path()}
    return page(request, "workspace/wall.html" + ("#now" if is_fragment(request) else ""), shown)


def _moved(request: HttpRequest) -> dict[str, object] | None:
    """What was moved a moment ago, and how it is undone."""
    moved = _id(request.GET.get("moved", ""))
    person = queries.agents(person_of(request)).filter(pk=moved).first() if moved else None
    if person is None:
        return None
    into, out_of = (_queue(request, request.GET.get(name, "")) for name in ("to", "from"))
    return {"person": person, "into": into, "out_of": out_of}


@require_POST
@needs_watch
def state(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    person, wanted = _agent(request, agent_id), request.POST.get("state", "")
    if wanted not in (Presence.State.AVAILABLE, Presence.State.BREAK, Presence.State.BUSY, Presence.State.AWAY):
        return problem(request, _("Choose one of the states."))
    before = queries.presence_of(person)
    actions.set_state(person, wanted, actor=person_of(request), without=before.without if before else ())
    return redirect("workspace:wall")


@require_POST
@needs_watch
def move(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """Out of `from` and into `to`, either of which may be empty."""
    person = _agent(request, agent_id)
    into, out_of = (_queue(request, request.POST.get(name, "")) for name in ("to", "from"))
    if into is None and out_of is None:
        return problem(request, _("Choose a queue."))
    actions.move_member(person, from_queue=out_of, to_queue=into, actor=person_of(request))
    # The other way round undoes it.
    told = {"moved": str(person.pk), "to": str(out_of.pk) if out_of else "", "from": str(into.pk) if into else ""}
    return redirect(f"{link('wall')}?{urlencode(told)}")


@require_POST
@needs(Permission.WATCH)
def take_over(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """From whoever has it."""
    person, conversation = person_of(request), conversation_of(request, conversation_id)
    if not person.may(Permission.ANSWER):
        raise Http404
    conversations.release(conversation, actor=person)
    if not conversations.claim(conversation, person=person):
        return problem(request, _("Somebody else was just before you."), 409)
    return redirect(Place("mine").url(conversation.pk))


def _agent(request: HttpRequest, person_id: UUID) -> Person:
    return get_object_or_404(queries.agents(person_of(request)), pk=person_id)


def _queue(request: HttpRequest, given: str) -> Queue | None:
    chosen = _id(given)
    return get_object_or_404(Queue.objects.visible_to(person_of(request)), pk=chosen) if chosen else None


def _id(given: str) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError as nobody:
        raise Http404 from nobody
