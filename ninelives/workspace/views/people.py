"""A customer's own page, the reader's language, and a sign of life for whoever watches the server."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import LANGUAGES, Person
from ninelives.accounts.permissions import Permission
from ninelives.customers.models import Customer
from ninelives.workspace import customers, threads
from ninelives.workspace.lists import Place
from ninelives.workspace.views.reaching import needs, page, person_of


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    person = person_of(request)
    found = get_object_or_404(Customer.objects.visible_to(person), pk=customer_id)
    note_viewing(person, customer=found.pk, subject="customer", subject_id=found.pk)
    story = threads.of_customer(person, found.pk, Place("all"))
    return page(request, "workspace/customer.html", {"customer": customers.pane(person, found, story)})


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
