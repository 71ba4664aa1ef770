"""Two customers that are one, and two that look alike and are not."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ninelives.accounts.permissions import Permission
from ninelives.customers import actions
from ninelives.customers.models import Customer, CustomerMerge
from ninelives.customers.queries import distinctions_of, merges_of
from ninelives.foundation.text import storable
from ninelives.workspace import joining
from ninelives.workspace.around import around as around_of
from ninelives.workspace.views.desk import panes
from ninelives.workspace.views.reaching import (
    back_of,
    conversation_of,
    customer_of,
    is_fragment,
    needs,
    other_of,
    page,
    person_of,
    place_of,
    problem,
)
from ninelives.workspace.visits import NoSuchChoiceError, write_down


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def around(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    told = storable(request.GET.get("registered", ""))[:200]
    return _around(request, customer_of(request, customer_id).record, told)


@require_http_methods(["GET", "POST"])
@needs(Permission.ANSWER)
def merges(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """GET finds the other one and shows both; POST joins them."""
    customer = customer_of(request, customer_id).record
    if request.method == "POST":
        return _join(request, customer)
    if request.GET.get("with"):
        other = other_of(request, request.GET["with"]).record
        if other == customer:
            return redirect(back_of(request, customer))
        compared = joining.comparison(person_of(request), customer, other, back_of(request, customer))
        return page(request, "workspace/compare.html", {"page": compared})
    q = storable(request.GET.get("q", "")).strip()[:200]
    found = joining.finding(person_of(request), customer, q, back_of(request, customer), "merges")
    return page(request, "workspace/_choices.html" if is_fragment(request) else "workspace/join.html", {"page": found})


@require_POST
@needs(Permission.ANSWER)
def undoing(request: HttpRequest, customer_id: UUID, merge_id: UUID) -> HttpResponse:
    """Makes them two again, wherever one is at the moment."""
    customer = customer_of(request, customer_id)
    made = get_object_or_404(merges_of(customer), pk=merge_id)
    if actions.unmerge(made, actor=person_of(request)):
        names = {"one": made.kept.name, "other": made.merged.name}
        messages.success(request, _("%(one)s and %(other)s are two customers again.") % names)
    return redirect(back_of(request, customer))


@require_http_methods(["DELETE"])
@needs(Permission.ANSWER)
def merge(request: HttpRequest, view: str, conversation_id: UUID, merge_id: UUID) -> HttpResponse:
    """Undone on the timeline of a conversation."""
    place, found = place_of(request, view), conversation_of(request, conversation_id)
    made = get_object_or_404(CustomerMerge.objects.visible_to(person_of(request)), pk=merge_id)
    actions.unmerge(made, actor=person_of(request))
    return panes(request, conversation_of(request, found.pk), place)


@require_POST
@needs(Permission.ANSWER)
def distinctions(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """They are not the same: nobody is asked again."""
    customer = customer_of(request, customer_id).record
    other = other_of(request, request.POST.get("other", "")).record
    try:
        actions.tell_apart(customer, other, actor=person_of(request))
    except (actions.ItselfError, actions.OtherBaseError):
        return problem(request, _("These two cannot be told apart: they are one already, or never can be."))
    if is_fragment(request):
        return _around(request, customer)
    messages.success(request, _("Noted: %(one)s is not %(other)s.") % {"one": customer.name, "other": other.name})
    return redirect(back_of(request, customer))


@require_http_methods(["DELETE"])
@needs(Permission.ANSWER)
def distinction(request: HttpRequest, customer_id: UUID, distinction_id: UUID) -> HttpResponse:
    customer = customer_of(request, customer_id).record
    actions.forget_distinction(get_object_or_404(distinctions_of(customer), pk=distinction_id))
    return _around(request, customer)


@require_POST
@needs(Permission.ANSWER)
def visits(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The customer was somewhere, as the agent saw."""
    customer = customer_of(request, customer_id).record
    try:
        key = UUID(request.POST.get("key", ""))
        told = write_down(person_of(request), customer, request.POST.get("choice", ""), key)
    except (NoSuchChoiceError, ValueError):
        return problem(request, _("This cannot be registered here any more. Load the page anew."))
    if is_fragment(request):
        return _around(request, customer, told)
    messages.success(request, _("Registered: %(what)s.") % {"what": told})
    return redirect(back_of(request, customer))


def _join(request: HttpRequest, customer: Customer) -> HttpResponse:
    other = other_of(request, request.POST.get("other", "")).record
    kept, merged = (other, customer) if request.POST.get("kept") == str(other.pk) else (customer, other)
    try:
        made = actions.merge(kept, merged, actor=person_of(request))
    except actions.OtherBaseError:
        return problem(request, _("This customer is another brand's, which keeps its customers apart."))
    except (actions.ItselfError, actions.AlreadyOneError):
        messages.info(request, _("These customers are one already."))
    else:
        messages.success(request, _joined(request, made, kept))
    return redirect(back_of(request, kept))


def _joined(request: HttpRequest, made: CustomerMerge, kept: Customer) -> str:
    """With an undo in it."""
    told = {
        "one": made.kept.name,
        "other": made.merged.name,
        "undo_url": reverse("workspace:undoing", args=[kept.pk, made.pk]),
        "next": back_of(request, kept),
    }
    return render_to_string("workspace/_joined.html", told, request)


def _around(request: HttpRequest, customer: Customer, registered: str = "") -> HttpResponse:
    back, everything = back_of(request, customer), "all" in request.GET
    shown = around_of(person_of(request), customer, back=back, everything=everything, registered=registered)
    return page(request, "workspace/_around.html", {"around": shown})
