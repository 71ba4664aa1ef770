"""Webhooks, for administrators. A secret is shown on the page that answers its making, and never again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.permissions import Permission
from ninelives.foundation.outgoing import NotCalled
from ninelives.webhooks import actions
from ninelives.webhooks.models import Call, Webhook
from ninelives.webhooks.remarks import worded
from ninelives.workspace import webhooks
from ninelives.workspace.forms import WebhookForm
from ninelives.workspace.views.reaching import is_fragment, needs, page, person_of


@require_GET
@needs(Permission.MANAGE_WEBHOOKS)
def all_(request: HttpRequest) -> HttpResponse:
    found = webhooks.rows(Webhook.objects.visible_to(person_of(request)))
    return page(request, "workspace/webhooks.html", {"webhooks": found})


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_WEBHOOKS)
def new(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method != "POST":
        return _form(request, WebhookForm(person, initial={"events": ["*"]}))
    form = WebhookForm(person, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made, secret = actions.promise(given["url"], given["events"], actor=person, brand=given["brand"])
        except NotCalled as told:
            form.add_error("url", worded(told.code))
        else:
            return _secret(request, made, secret)
    return _form(request, form, status=422)


@require_GET
@needs(Permission.MANAGE_WEBHOOKS)
def one(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    state = request.GET.get("state", "")
    shown = webhooks.page(
        _found(request, webhook_id), state if state in Call.State.values else "", request.GET.get("after", "")
    )
    template = "workspace/webhook.html#calls" if is_fragment(request) else "workspace/webhook.html"
    return page(request, template, {"page": shown})


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_WEBHOOKS)
def edit(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found, person = _found(request, webhook_id), person_of(request)
    if request.method != "POST":
        told = {"url": found.url, "events": found.events, "brand": found.brand_id}
        return _form(request, WebhookForm(person, initial=told, is_made=True), found)
    form = WebhookForm(person, request.POST, is_made=True)
    if form.is_valid():
        try:
            actions.change(found, url=form.cleaned_data["url"], events=form.cleaned_data["events"])
        except NotCalled as told:
            form.add_error("url", worded(told.code))
        else:
            return redirect("workspace:webhook", webhook_id)
    return _form(request, form, found, 422)


@require_POST
@needs(Permission.MANAGE_WEBHOOKS)
def activity(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Switch it on or off."""
    actions.change(_found(request, webhook_id), is_active=request.POST.get("active") == "1")
    return redirect("workspace:webhook", webhook_id)


@require_POST
@needs(Permission.MANAGE_WEBHOOKS)
def ending(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    actions.forget(_found(request, webhook_id))
    return redirect("workspace:webhooks")


@require_POST
@needs(Permission.MANAGE_WEBHOOKS)
def secret(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found = _found(request, webhook_id)
    return _secret(request, found, actions.renew_secret(found))


@require_POST
@needs(Permission.MANAGE_WEBHOOKS)
def test(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    try:
        made = actions.test(_found(request, webhook_id))
    except actions.NotActiveError:
        return _switched_off(request, webhook_id)
    return redirect("workspace:call", webhook_id, made.pk)


@require_POST
@needs(Permission.MANAGE_WEBHOOKS)
def replay(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """All that failed or was given up."""
    try:
        count = actions.call_all_again(_found(request, webhook_id))
    except actions.NotActiveError:
        return _switched_off(request, webhook_id)
    messages.info(request, ngettext("%d call is made again.", "%d calls are made again.", count) % count)
    return redirect("workspace:webhook", webhook_id)


@require_GET
@needs(Permission.MANAGE_WEBHOOKS)
def call(request: HttpRequest, webhook_id: UUID, call_id: UUID) -> HttpResponse:
    found = _call(request, webhook_id, call_id)
    if found.customer:
        note_viewing(person_of(request), customer=found.customer, subject="call", subject_id=found.pk)
    template = "workspace/call.html#call" if is_fragment(request) else "workspace/call.html"
    return page(request, template, {"page": webhooks.call_page(found)})


@require_POST
@needs(Permission.MANAGE_WEBHOOKS)
def call_again(request: HttpRequest, webhook_id: UUID, call_id: UUID) -> HttpResponse:
    try:
        actions.call_again(_call(request, webhook_id, call_id))
    except actions.NotActiveError:
        return _switched_off(request, webhook_id)
    return redirect("workspace:call", webhook_id, call_id)


def _found(request: HttpRequest, webhook_id: UUID) -> Webhook:
    visible = Webhook.objects.visible_to(person_of(request)).select_related("brand", "by_person", "by_token")
    return get_object_or_404(visible, pk=webhook_id)


def _call(request: HttpRequest, webhook_id: UUID, call_id: UUID) -> Call:
    calls = Call.objects.select_related("webhook__brand", "webhook__by_person", "webhook__by_token")
    visible = Webhook.objects.visible_to(person_of(request))
    return get_object_or_404(calls.filter(webhook__in=visible), webhook=webhook_id, pk=call_id)


def _form(request: HttpRequest, form: WebhookForm, found: Webhook | None = None, status: int = 200) -> HttpResponse:
    shown = {"form": form, "webhook": webhooks.row(found) if found else None}
    return page(request, "workspace/webhook_form.html", shown, status)


def _secret(request: HttpRequest, made: Webhook, secret: str) -> HttpResponse:
    answer = page(request, "workspace/webhook_secret.html", {"webhook": webhooks.row(made), "secret": secret})
    answer["Cache-Control"] = "no-store"
    return answer


def _switched_off(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    messages.error(request, _("It is switched off. Switch it on first."))
    return redirect("workspace:webhook", webhook_id)
