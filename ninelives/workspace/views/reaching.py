"""Reaching things: always through the person who asks. What they may not see does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations import queries
from ninelives.conversations.filtering import BUILT_IN
from ninelives.conversations.models import Conversation, PersonalView
from ninelives.conversations.personal import views_of
from ninelives.customers.models import Customer
from ninelives.foundation.text import storable
from ninelives.workspace.lists import Place

View = Callable[..., HttpResponse]


def person_of(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def needs(permission: Permission) -> Callable[[View], View]:
    """Only for those whose role may."""

    def around(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            if not person_of(request).may(permission):
                raise PermissionDenied
            return view(request, *given, **named)

        return checked

    return around


def place_of(request: HttpRequest, view: str) -> Place:
    own = None if view in BUILT_IN else view_of(request, view)
    q = storable(request.GET.get("q", "")).strip()[:200]
    return Place(view, q, request.GET.get("after", "")[:200], own)


def view_of(request: HttpRequest, view: str | UUID) -> PersonalView:
    """One that this person made, and did not remove."""
    for own in views_of([person_of(request).pk])[person_of(request).pk]:
        if str(own.pk) == str(view):
            return own
    raise Http404


def conversation_of(request: HttpRequest, conversation_id: UUID) -> Conversation:
    found = queries.conversation(person_of(request), conversation_id)
    if found is None:
        raise Http404
    return found


def customer_of(request: HttpRequest, customer_id: UUID) -> Customer:
    """That somebody looked is logged."""
    found = get_object_or_404(Customer.objects.visible_to(person_of(request)).select_related("root"), pk=customer_id)
    note_viewing(person_of(request), customer=found.pk, subject="customer", subject_id=found.pk)
    return found


def other_of(request: HttpRequest, chosen: str) -> Customer:
    """Another customer, as a form names it."""
    try:
        return customer_of(request, UUID(chosen))
    except ValueError as nobody:
        raise Http404 from nobody


def back_of(request: HttpRequest, customer: Customer) -> str:
    """Where they came from, if that is a page of ours; else the customer's own page."""
    return own_page(request, request.POST.get("next") or request.GET.get("next", "")) or reverse(
        "workspace:customer", args=[customer.pk]
    )


def own_page(request: HttpRequest, url: str) -> str:
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if safe else ""


def is_fragment(request: HttpRequest) -> bool:
    """Whether the page asks for a part of itself. Going back in history wants the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    response["Cache-Control"] = "private, no-cache"
    return response


def problem(request: HttpRequest, text: str, status: int = 422, title: str = "") -> HttpResponse:
    """A refusal in the reader's words; nothing typed is lost."""
    return page(request, "ui/problem.html", {"title": title or _("That did not work"), "text": text}, status)
