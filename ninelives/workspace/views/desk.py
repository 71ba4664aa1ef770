"""The desk: list, conversation, customer; whole as a page, in part as a fragment."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.permissions import Permission
from ninelives.conversations.models import Conversation
from ninelives.foundation import asking
from ninelives.workspace import bulk, customers, lists, threads
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place, next_after
from ninelives.workspace.screens.panes import Desk
from ninelives.workspace.views.reaching import (
    conversation_of,
    is_fragment,
    needs,
    page,
    person_of,
    place_of,
)


@require_GET
def home(request: HttpRequest) -> HttpResponse | HttpResponseRedirect:
    if person_of(request).may(Permission.READ_CONVERSATIONS):
        return redirect("workspace:list", "unassigned")
    return page(request, "workspace/home.html", {})


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def list_(request: HttpRequest, view: str) -> HttpResponse:
    place = place_of(request, view)
    person = person_of(request)
    listed = lists.pane(person, place)
    if is_fragment(request):
        return page(request, "workspace/desk.html#list", {"desk": {"list": listed}})
    return page(request, "workspace/desk.html", {"desk": Desk(listed, None, None, bulk.shown(person))})


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def conversation(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    found = conversation_of(request, conversation_id)
    _note(request, found)
    place = place_of(request, view)
    if found.pk == conversation_id:
        return panes(request, found, place, came_from=came_from(request, found))
    # It was merged: its address leads to where it is read, with a word.
    merged = Conversation.objects.get(pk=conversation_id).number
    if is_fragment(request):
        return panes(request, found, place, came_from=f"#{merged}")
    return redirect(place.url(found.pk, merged=str(merged)))


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def messages(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    found = conversation_of(request, conversation_id)
    _note(request, found)
    place = place_of(request, view)
    thread = {
        # As it was asked for: the page may still show one that was merged a moment ago.
        "id": str(conversation_id),
        "customer_id": str(found.customer.record.pk),
        "bubbles": threads.bubbles(found, person_of(request), place),
        "unread": threads.unread(found, place),
        "messages_url": link("messages", place.view, conversation_id),
    }
    return page(request, "workspace/desk.html#timeline", {"desk": {"thread": thread}})


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def typing(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    found = conversation_of(request, conversation_id)
    thread = {"id": str(found.pk), "typing": threads.typing(found, place_of(request, view))}
    return page(request, "workspace/desk.html#typing", {"desk": {"thread": thread}})


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def head(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    found = conversation_of(request, conversation_id)
    _note(request, found)
    place, person = place_of(request, view), person_of(request)
    if found.pk != conversation_id:
        told = {"merged_id": str(conversation_id), "reference": found.reference, "url": place.url(found.pk)}
        return page(request, "workspace/_merged_head.html", {**told, "head_url": request.path})
    thread = threads.head(person, found, place, "" if found.is_open else next_after(person, place, found))
    context = {"thread": thread, "customer": found.customer, "desk": {"list": {"url": place.url()}}}
    return page(request, "workspace/desk.html#head", context)


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def customer_beside(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    found = conversation_of(request, conversation_id)
    _note(request, found)
    pane = customers.beside(person_of(request), found, place_of(request, view))
    context = {"customer": pane, "desk": {"thread": {"id": str(found.pk)}}}
    return page(request, "workspace/_customer.html", context)


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def earlier(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    found = conversation_of(request, conversation_id)
    _note(request, found)
    return page(request, "workspace/earlier.html", {"bubbles": threads.bubbles(found, None, Place("all"))})


def came_from(request: HttpRequest, found: Conversation) -> str:
    number = asking.read(request.GET.get("merged", "")).reference
    if number is None or not Conversation.objects.one_with(found).filter(number=number).exclude(pk=found.pk).exists():
        return ""
    return f"#{number}"


def panes(
    request: HttpRequest, found: Conversation, place: Place, status: int = 200, *, came_from: str = ""
) -> HttpResponse:
    """The open conversation: as a page with its list, or as the two panes beside it."""
    person = person_of(request)
    record = found.customer.record
    story = threads.story_of(person, record, place)
    customer = customers.pane(person, record, story, place, found)
    if is_fragment(request):
        thread = threads.pane(person, found, place, story, next_after(person, place, found), came_from)
        parts = {"thread": thread, "customer": customer, "list": {"view": place.view, "q": place.q, "url": place.url()}}
        return page(request, "workspace/desk.html#panes", {"desk": parts}, status)
    listed = lists.pane(person, place, found.pk)
    thread = threads.pane(person, found, place, story, lists.next_in(listed), came_from)
    desk = Desk(listed, thread, customer, bulk.shown(person))
    return page(request, "workspace/desk.html", {"desk": desk}, status)


def _note(request: HttpRequest, found: Conversation) -> None:
    note_viewing(person_of(request), customer=found.customer_id, subject="conversation", subject_id=found.pk)
