"""A customer's own page, the reader's language, and a sign of life for whoever watches the server."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import LANGUAGES, Person
from ninelives.accounts.permissions import Permission
from ninelives.customers import actions
from ninelives.customers.models import Customer
from ninelives.foundation.address import Address, Proof
from ninelives.workspace import customers, threads
from ninelives.workspace.forms import Description, NewAddress
from ninelives.workspace.lists import Place
from ninelives.workspace.views.reaching import needs, page, person_of


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_CONVERSATIONS)
def customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """GET shows who this is, POST says so anew."""
    found = _customer(request, customer_id)
    if request.method == "POST":
        return _describe(request, found)
    return _shown(request, found, _described(found), NewAddress())


@needs(Permission.ANSWER)
def _describe(request: HttpRequest, found: Customer) -> HttpResponse:
    given = Description(request.POST)
    if not given.is_valid():
        return _shown(request, found, given, NewAddress(), 422)
    actions.describe(found, **given.cleaned_data)
    return redirect("workspace:customer", found.pk)


@require_POST
@needs(Permission.ANSWER)
def addresses(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    found = _customer(request, customer_id)
    given = NewAddress(request.POST)
    if given.is_valid():
        try:
            actions.add_address(found, Address("mail", given.cleaned_data["address"]), Proof.USUAL)
        except actions.AddressTakenError:
            given.add_error("address", _("This address is another customer's."))
        else:
            return redirect("workspace:customer", customer_id)
    return _shown(request, found, _described(found), given, 422)


def _customer(request: HttpRequest, customer_id: UUID) -> Customer:
    found = get_object_or_404(Customer.objects.visible_to(person_of(request)), pk=customer_id)
    note_viewing(person_of(request), customer=found.pk, subject="customer", subject_id=found.pk)
    return found


def _described(found: Customer) -> Description:
    return Description(initial=model_to_dict(found, list(Description.base_fields)))


def _shown(
    request: HttpRequest, found: Customer, description: Description, address: NewAddress, status: int = 200
) -> HttpResponse:
    person = person_of(request)
    shown = customers.pane(person, found, threads.story_of(person, found, Place("all")))
    forms = {"description": description, "new_address": address, "may_change": person.may(Permission.ANSWER)}
    return page(request, "workspace/customer.html", {"customer": shown, **forms}, status)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen not in dict(LANGUAGES):
        return HttpResponseBadRequest()
    Person.objects.filter(pk=person_of(request).pk).update(language=chosen)
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else "/")


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
