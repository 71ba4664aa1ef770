"""Conversations that are merged, split or linked, and what undoes it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.permissions import Permission
from ninelives.conversations import actions, tied
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.text import storable
from ninelives.workspace import tying, wording
from ninelives.workspace.views.desk import panes
from ninelives.workspace.views.reaching import (
    conversation_of,
    is_fragment,
    needs,
    page,
    person_of,
    place_of,
    problem,
)

needs_answer = needs(Permission.ANSWER)


@require_http_methods(["GET", "POST"])
@needs_answer
def merges(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    """GET finds the other one and shows both; POST makes them one."""
    place, conversation = place_of(request, view), conversation_of(request, conversation_id)
    if request.method == "POST":
        return _merge(request, view, conversation)
    _note(request, conversation)
    if request.GET.get("with"):
        other = _other(request, request.GET["with"])
        compared = tying.comparison(person_of(request), conversation, other, place)
        return page(request, "workspace/merge.html", {"page": compared})
    found = tying.merging(person_of(request), conversation, place, _asked(request))
    return page(request, _part(request, "workspace/merge_with.html"), {"page": found})


@require_http_methods(["DELETE"])
@needs_answer
def merge(request: HttpRequest, view: str, conversation_id: UUID, conversation_merge_id: UUID) -> HttpResponse:
    conversation = conversation_of(request, conversation_id)
    made = get_object_or_404(tied.merges_of(conversation), pk=conversation_merge_id)
    actions.unmerge(made, actor=person_of(request))
    return _shown(request, view, conversation_id)


@require_http_methods(["GET", "POST"])
@needs_answer
def splits(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    """GET asks what goes along, POST splits it off."""
    place, conversation = place_of(request, view), conversation_of(request, conversation_id)
    given = request.POST if request.method == "POST" else request.GET
    message = get_object_or_404(Message.objects.of(conversation), pk=_id(given.get("message", "")))
    if request.method == "GET":
        _note(request, conversation)
        return page(request, "workspace/split.html", {"page": tying.splitting(conversation, message, place)})
    try:
        made = actions.split(
            conversation,
            message,
            actor=person_of(request),
            and_after=given.get("and_after") == "1",
            subject=given.get("subject", ""),
        )
    except actions.NothingLeftError:
        return problem(request, _("Nothing would be left in this conversation. Split off a part of it."))
    except actions.NotInItError:
        return problem(request, _("A colleague has just moved this message. Look at the conversation again."), 409)
    messages.success(request, _("Split off into %s.") % made.made.reference)
    return redirect(place.url(made.made_id))


@require_http_methods(["DELETE"])
@needs_answer
def split(request: HttpRequest, view: str, conversation_id: UUID, split_id: UUID) -> HttpResponse:
    made = get_object_or_404(tied.splits_of(conversation_of(request, conversation_id)), pk=split_id)
    actions.unsplit(made, actor=person_of(request))
    return _shown(request, view, conversation_id)


@require_http_methods(["GET", "POST"])
@needs_answer
def links(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    """GET finds the other one, POST links it."""
    place, conversation = place_of(request, view), conversation_of(request, conversation_id)
    if request.method == "POST":
        return _link(request, view, conversation)
    _note(request, conversation)
    found = tying.linking(person_of(request), conversation, place, _asked(request))
    return page(request, _part(request, "workspace/link_with.html"), {"page": found, "form": "link"})


@require_http_methods(["DELETE"])
@needs_answer
def link(request: HttpRequest, view: str, conversation_id: UUID, link_id: UUID) -> HttpResponse:
    made = get_object_or_404(tied.links_of(person_of(request), conversation_of(request, conversation_id)), pk=link_id)
    actions.unlink(made, actor=person_of(request))
    return _shown(request, view, conversation_id)


def _merge(request: HttpRequest, view: str, conversation: Conversation) -> HttpResponse:
    other = _other(request, request.POST.get("other", ""))
    kept, merged = (other, conversation) if request.POST.get("kept") == str(other.pk) else (conversation, other)
    try:
        made = actions.merge(kept, merged, actor=person_of(request))
    except actions.OtherAccountError:
        return problem(request, str(wording.OTHER_ACCOUNT))
    except actions.OtherCustomerError:
        return problem(request, str(wording.OTHER_CUSTOMER))
    except actions.OtherVisitorError:
        return problem(request, str(wording.OTHER_VISITOR))
    except (actions.ItselfError, actions.AlreadyOneError):
        messages.info(request, _("These conversations are one already."))
    else:
        numbers = {"merged": made.merged.reference, "kept": made.kept.reference}
        messages.success(request, _("Merged: %(merged)s is read in %(kept)s now.") % numbers)
    return redirect(place_of(request, view).url(kept.pk))


def _link(request: HttpRequest, view: str, conversation: Conversation) -> HttpResponse:
    other = _other(request, request.POST.get("other", ""))
    try:
        actions.link(conversation, other, actor=person_of(request))
    except actions.ItselfError:
        return problem(request, _("These are one conversation."))
    except actions.AlreadyLinkedError:
        messages.info(request, _("That was known already."))
    return redirect(place_of(request, view).url(conversation.pk))


def _other(request: HttpRequest, chosen: str) -> Conversation:
    """Another conversation, as a form names it. That somebody looked is logged."""
    found = conversation_of(request, _id(chosen))
    _note(request, found)
    return found


def _note(request: HttpRequest, found: Conversation) -> None:
    note_viewing(person_of(request), customer=found.customer_id, subject="conversation", subject_id=found.pk)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as nothing:
        raise Http404 from nothing


def _asked(request: HttpRequest) -> str:
    return storable(request.GET.get("q", "")).strip()[:200]


def _part(request: HttpRequest, template: str) -> str:
    return "workspace/_threads.html" if is_fragment(request) else template


def _shown(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    return panes(request, conversation_of(request, conversation_id), place_of(request, view))
