"""Who belongs to whom, and who acts for whom."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ninelives.accounts.permissions import Permission
from ninelives.customers import actions
from ninelives.customers.models import Customer, Relation
from ninelives.customers.queries import relations_of
from ninelives.foundation.text import storable
from ninelives.workspace import joining
from ninelives.workspace.around import around
from ninelives.workspace.views.reaching import (
    back_of,
    customer_of,
    is_fragment,
    needs,
    other_of,
    page,
    person_of,
    problem,
)

# What is chosen on the page: the kind, and whether it is said of the other one.
_KINDS = {
    "acts_for": (Relation.Kind.ACTS_FOR, False),
    "represented_by": (Relation.Kind.ACTS_FOR, True),
    "belongs_to": (Relation.Kind.MEMBER, False),
    "has_member": (Relation.Kind.MEMBER, True),
}


@require_http_methods(["GET", "POST"])
@needs(Permission.ANSWER)
def relations(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """GET finds the other one, POST says how they are related."""
    customer = customer_of(request, customer_id).record
    if request.method == "POST":
        return _relate(request, customer)
    q = storable(request.GET.get("q", "")).strip()[:200]
    found = joining.finding(person_of(request), customer, q, back_of(request, customer), "relations")
    context = {"page": found, "form": "relate", "is_organisation": customer.kind == Customer.Kind.ORGANISATION}
    return page(request, "workspace/_choices.html" if is_fragment(request) else "workspace/relate.html", context)


@require_http_methods(["DELETE"])
@needs(Permission.ANSWER)
def relation(request: HttpRequest, customer_id: UUID, relation_id: UUID) -> HttpResponse:
    customer = customer_of(request, customer_id).record
    actions.unrelate(get_object_or_404(relations_of(customer), pk=relation_id), actor=person_of(request))
    everything = "all" in request.GET
    shown = around(person_of(request), customer, back=back_of(request, customer), everything=everything)
    return page(request, "workspace/_around.html", {"around": shown})


def _relate(request: HttpRequest, customer: Customer) -> HttpResponse:
    other = other_of(request, request.POST.get("other", "")).record
    kind, is_of_other = _KINDS.get(request.POST.get("kind", ""), _KINDS["acts_for"])
    who, whom = (other, customer) if is_of_other else (customer, other)
    try:
        actions.relate(who, whom, kind=kind, actor=person_of(request))
    except actions.NotAnOrganisationError:
        text = _("%s is not an organisation. Say so on their page first.") % whom.name
        return problem(request, text)
    except (actions.ItselfError, actions.OtherBaseError):
        return problem(request, _("These two cannot be related."))
    except actions.AlreadyRelatedError:
        messages.info(request, _("That was known already."))
    return redirect(back_of(request, customer))
