"""A customer's own page, the reader's language, and a sign of life for whoever watches the server."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ninelives.accounts.models import LANGUAGES, Person
from ninelives.accounts.permissions import Permission
from ninelives.customers import actions
from ninelives.customers.models import Customer
from ninelives.customers.queries import addresses_of
from ninelives.foundation.address import Proof
from ninelives.workspace import customers, merges, threads
from ninelives.workspace import details as details_of
from ninelives.workspace.forms import Description, Details, NewAddress
from ninelives.workspace.lists import Place
from ninelives.workspace.screens.panes import CustomerPane
from ninelives.workspace.views.reaching import customer_of, needs, own_page, page, person_of


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_CONVERSATIONS)
def customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """GET shows who this is, POST says so anew."""
    found = customer_of(request, customer_id)
    if not found.is_record:
        return _elsewhere(request, found)
    if request.method == "POST":
        return _describe(request, found)
    return _shown(request, found, _described(found), NewAddress())


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def pane(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The customer alone, as it is now."""
    found = customer_of(request, customer_id).record
    return page(request, "workspace/_customer.html", {"customer": _pane(request, found)})


def _elsewhere(request: HttpRequest, merged: Customer) -> HttpResponse:
    """Merged, perhaps a moment ago by a colleague: what was typed about the one is not said of the other."""
    if request.method == "POST":
        names = {"one": merged.name, "other": merged.record.name}
        messages.warning(request, _("%(one)s was joined with %(other)s; nothing was changed.") % names)
    return redirect("workspace:customer", merged.record.pk)


@needs(Permission.ANSWER)
def _describe(request: HttpRequest, found: Customer) -> HttpResponse:
    given = Description(request.POST, addresses=addresses_of(found))
    if not given.is_valid():
        return _shown(request, found, given, NewAddress(), 422)
    told = dict(given.cleaned_data)
    preferred = told.pop("preferred")
    actions.describe(found, **told)
    actions.prefer(found, preferred)
    return redirect("workspace:customer", found.pk)


@require_POST
@needs(Permission.ANSWER)
def addresses(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    found = customer_of(request, customer_id).record
    given = NewAddress(request.POST)
    if given.is_valid():
        try:
            actions.add_address(found, given.cleaned_data["address"], Proof.USUAL, source="agent")
        except actions.AddressTakenError:
            given.add_error("address", _("This address is another customer's."))
        else:
            return redirect("workspace:customer", found.pk)
    return _shown(request, found, _described(found), given, 422)


@require_POST
@needs(Permission.ANSWER)
def details(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    found = customer_of(request, customer_id).record
    given = Details(request.POST)
    if not given.is_valid():
        return _shown(request, found, _described(found), NewAddress(), 422, details=given)
    actions.tell(found, details_of.told(given.cleaned_data), source="agent")
    return redirect("workspace:customer", found.pk)


def _described(found: Customer) -> Description:
    known = addresses_of(found)
    preferred = next((one.pk for one in known if one.is_preferred), None)
    told = model_to_dict(found, list(Description.base_fields))
    return Description(initial={**told, "preferred": preferred}, addresses=known)


def _shown(
    request: HttpRequest,
    found: Customer,
    description: Description,
    address: NewAddress,
    status: int = 200,
    *,
    details: Details | None = None,
) -> HttpResponse:
    may_change = person_of(request).may(Permission.ANSWER)
    details = details or Details(initial=details_of.written(found))
    forms = {"description": description, "new_address": address, "details": details, "may_change": may_change}
    context = {"customer": _pane(request, found), "joins": merges.history(found), **forms}
    return page(request, "workspace/customer.html", context, status)


def _pane(request: HttpRequest, found: Customer) -> CustomerPane:
    person, place = person_of(request), Place("all")
    return customers.pane(person, found, threads.story_of(person, found, place), place)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen not in dict(LANGUAGES):
        return HttpResponseBadRequest()
    Person.objects.filter(pk=person_of(request).pk).update(language=chosen)
    return HttpResponseRedirect(own_page(request, request.headers.get("Referer", "")) or "/")


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
