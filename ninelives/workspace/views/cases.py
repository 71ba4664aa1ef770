"""Cases: a conversation is put in one and taken out, and a page shows what a case took."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.permissions import Permission
from ninelives.conversations import actions, cased
from ninelives.conversations.models import Case, Conversation
from ninelives.workspace import cases, threads
from ninelives.workspace.lists import Place
from ninelives.workspace.views.desk import panes
from ninelives.workspace.views.reaching import (
    conversation_of,
    is_fragment,
    needs,
    own_page,
    page,
    person_of,
    place_of,
    problem,
)

needs_answer = needs(Permission.ANSWER)


@require_http_methods(["GET", "POST", "DELETE"])
@needs_answer
def case_of(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    """GET shows which cases there are, POST puts the conversation in one, DELETE takes it out."""
    place, conversation = place_of(request, view), conversation_of(request, conversation_id)
    if request.method == "POST":
        return _put(request, conversation, place)
    if request.method == "DELETE":
        actions.leave_case(conversation, actor=person_of(request))
        return _shown(request, view, conversation_id)
    who = conversation.customer_id
    note_viewing(person_of(request), customer=who, subject="conversation", subject_id=conversation.pk)
    found = cases.finding(person_of(request), conversation, place)
    return page(request, "workspace/case_with.html", {"page": found})


@require_http_methods(["DELETE"])
@needs_answer
def membership(request: HttpRequest, view: str, conversation_id: UUID, membership_id: UUID) -> HttpResponse:
    """Undone: it is where it was before."""
    conversation = conversation_of(request, conversation_id)
    made = get_object_or_404(cased.memberships_of(conversation), pk=membership_id)
    actions.undo_membership(made, actor=person_of(request))
    return _shown(request, view, conversation_id)


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_CONVERSATIONS)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """GET shows it, POST gives it another title."""
    found = _found(request, case_id)
    if request.method == "POST":
        if not person_of(request).may(Permission.ANSWER):
            raise PermissionDenied
        if not actions.rename_case(found, title=request.POST.get("title", "")):
            return problem(request, _("A case needs a title."))
        return redirect(_with_back(request, found))
    template = "workspace/case.html#case" if is_fragment(request) else "workspace/case.html"
    back = own_page(request, request.GET.get("next", ""))
    return page(request, template, {"case": cases.page_of(person_of(request), found, back)})


@require_http_methods(["POST", "DELETE"])
@needs_answer
def closure(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """POST closes the case, and with `conversations` what is in it; DELETE opens it again."""
    found = _found(request, case_id)
    if request.method == "DELETE":
        actions.reopen_case(found, actor=person_of(request))
    else:
        actions.close_case(found, actor=person_of(request), and_conversations=bool(request.POST.get("conversations")))
    return _case(request, found)


@require_http_methods(["POST", "DELETE"])
@needs_answer
def inside(request: HttpRequest, case_id: UUID, conversation_id: UUID) -> HttpResponse:
    """DELETE takes the conversation out of the case, POST gives it a case of its own."""
    found = _found(request, case_id)
    conversation = get_object_or_404(cased.conversations_of(found), pk=conversation_id)
    if request.method == "DELETE":
        actions.leave_case(conversation, actor=person_of(request))
        return _case(request, found)
    made = actions.open_case(conversation, actor=person_of(request)).case
    made.refresh_from_db()
    messages.success(request, _("%(conversation)s has a case of its own now: %(case)s.") % _named(conversation, made))
    return _case(request, found)


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def contact(request: HttpRequest, case_id: UUID, contact_id: UUID) -> HttpResponse:
    """What was said from this contact until the customer came again."""
    for one in cased.contacts_of(_found(request, case_id)):
        if one.message.pk == contact_id:
            bubbles = threads.bubbles(one.conversation, None, Place("all"))
            at, until = one.message.occurred_at, one.until
            said = [each for each in bubbles if each.at >= at and (until is None or each.at < until)]
            return page(request, "workspace/earlier.html", {"bubbles": said})
    raise Http404


def _put(request: HttpRequest, conversation: Conversation, place: Place) -> HttpResponse:
    chosen, title = request.POST.get("case", ""), request.POST.get("title", "").strip()
    # A request that the browser broke off arrives as an empty one: it begins nothing.
    if not chosen and not title:
        return problem(request, _("A case needs a title."))
    try:
        if chosen:
            actions.join_case(conversation, _found(request, _id(chosen)), actor=person_of(request))
        else:
            actions.open_case(conversation, actor=person_of(request), title=title)
    except actions.CaseOfAnotherError:
        return problem(request, _("This case is about another customer's question, or of another brand."))
    if is_fragment(request):
        return _shown(request, place.view, conversation.pk)
    return redirect(place.url(conversation.pk))


def _found(request: HttpRequest, case_id: UUID) -> Case:
    """That somebody looked is logged."""
    rows = Case.objects.visible_to(person_of(request)).select_related("customer__root", "by_person", "by_token")
    found = get_object_or_404(rows, pk=case_id)
    note_viewing(person_of(request), customer=found.customer_id, subject="case", subject_id=found.pk)
    return found


def _case(request: HttpRequest, found: Case) -> HttpResponse:
    """As it is now: in place, or as the page again."""
    if not is_fragment(request):
        return redirect(_with_back(request, found))
    fresh = _found(request, found.pk)
    back = own_page(request, request.GET.get("next", ""))
    return page(request, "workspace/case.html#case", {"case": cases.page_of(person_of(request), fresh, back)})


def _with_back(request: HttpRequest, found: Case) -> str:
    return cases.shown(found, own_page(request, request.GET.get("next", ""))).url


def _named(conversation: Conversation, made: Case) -> dict[str, str]:
    return {"conversation": conversation.reference, "case": made.reference}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as nothing:
        raise Http404 from nothing


def _shown(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    return panes(request, conversation_of(request, conversation_id), place_of(request, view))
