"""Setting up queues: which there are and in which order, and what each takes, asks and is held to."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ninelives.accounts import hours as opening_hours
from ninelives.accounts.actions import note_viewing
from ninelives.accounts.hours import BadHoursError
from ninelives.accounts.models import Brand
from ninelives.accounts.permissions import Permission
from ninelives.routing import actions
from ninelives.routing.models import Queue, Skill
from ninelives.workspace.setting_up import rows
from ninelives.workspace.setting_up.forms import HOURS_EXAMPLE, QueueForm, as_usual
from ninelives.workspace.setting_up.rings import Rings, levels
from ninelives.workspace.setting_up.words import hours_in_words
from ninelives.workspace.views.reaching import is_fragment, needs, page, person_of


@require_GET
@needs(Permission.MANAGE_QUEUES)
def all_(request: HttpRequest) -> HttpResponse:
    shown = {"tabs": rows.tabs("queues"), "brands": rows.queues_by_brand(person_of(request))}
    return page(request, "workspace/setting_up/queues.html", shown)


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_QUEUES)
def new(request: HttpRequest) -> HttpResponse:
    return _edited(request, _brand(request), None)


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_QUEUES)
def one(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    found = queue_of(request, queue_id)
    return _edited(request, found.brand, found)


@require_POST
@needs(Permission.MANAGE_QUEUES)
def position(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    actions.move_queue(queue_of(request, queue_id), up=request.POST.get("to") == "up")
    return redirect("workspace:queues")


@require_POST
@needs(Permission.MANAGE_QUEUES)
def activity(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Switch it on or off."""
    found = queue_of(request, queue_id)
    if request.POST.get("active") == "1":
        actions.switch_on(found)
    elif waited := actions.switch_off(found):
        told = ngettext("%d conversation waited in it", "%d conversations waited in it", waited) % waited
        messages.info(request, _("%s: it waits in the next queue that takes it, or else stands in the list.") % told)
    return redirect("workspace:queues")


@require_GET
@needs(Permission.MANAGE_QUEUES)
def hours_told(request: HttpRequest) -> HttpResponse:
    """Hours as they are being typed, in words."""
    text = request.GET.get("hours", "")[:400]
    try:
        shown = {"lines": hours_in_words(opening_hours.weekly(text)), "is_empty": not text.strip()}
    except BadHoursError as bad:
        shown = {"bad": bad.part, "example": HOURS_EXAMPLE}
    return page(request, "workspace/setting_up/hours_told.html", shown)


@require_GET
@needs(Permission.MANAGE_QUEUES)
def preview(request: HttpRequest) -> HttpResponse:
    """Who would get a contact that came now."""
    # As above: it takes memory.
    from ninelives.workspace.setting_up.previews import PreviewForm, shown

    person = person_of(request)
    asked = PreviewForm(person, request.GET) if "account" in request.GET else None
    told = None
    if asked and asked.is_valid():
        customer = asked.cleaned_data.get("customer")
        if customer:
            note_viewing(person, customer=customer.pk, subject="customer", subject_id=customer.pk)
        told = shown(asked.meant())
    status = 422 if asked and told is None else 200
    context = {"tabs": rows.tabs("queue_preview"), "form": asked or PreviewForm(person), "told": told}
    return page(request, "workspace/setting_up/preview.html", context, status)


def queue_of(request: HttpRequest, queue_id: UUID) -> Queue:
    return get_object_or_404(Queue.objects.visible_to(person_of(request)).select_related("brand"), pk=queue_id)


def _brand(request: HttpRequest) -> Brand:
    """The one that was chosen, or the only one."""
    theirs = Brand.objects.filter(pk__in=person_of(request).brand_ids).order_by("name")
    chosen = request.POST.get("brand") or request.GET.get("brand")
    if chosen:
        try:
            return get_object_or_404(theirs, pk=UUID(chosen))
        except ValueError:
            raise Http404 from None
    first = theirs.first()
    if first is None:
        raise Http404
    return first


def _edited(request: HttpRequest, brand: Brand, queue: Queue | None) -> HttpResponse:
    if request.method != "POST":
        return _form(request, QueueForm(brand, queue, initial=as_usual(queue)), Rings.of(queue))
    form, rings = QueueForm(brand, queue, request.POST), Rings.posted(request.POST)
    if "add_ring" in request.POST or "remove_ring" in request.POST:
        # Nothing is saved, nor complained of: only the rows are others.
        return _form(request, _as_typed(form), rings)
    rings = rings.checked()
    if not (form.is_valid() and rings.is_right):
        return _form(request, form, rings, 422)
    if "try" in request.POST:
        return _tried(request, form, rings)
    described, person = form.described(rings), person_of(request)
    try:
        if queue:
            actions.change_queue(queue, described, actor=person)
        else:
            actions.open_queue(brand, form.cleaned_data["name"], described, actor=person)
    except actions.BadExpertsError:
        # Somebody described the other queue at the same moment.
        form.add_error("experts", _("Whoever waits there may choose this queue: that would go round in circles."))
        return _form(request, form, rings, 422)
    return redirect("workspace:queues")


def _tried(request: HttpRequest, form: QueueForm, rings: Rings) -> HttpResponse:
    """What it would have made of a day: nothing is saved, and what was typed stays."""
    # The engine takes memory, and few processes of the web ever need it.
    from ninelives.workspace.setting_up.effects import effects_on, yesterday

    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        day = yesterday()
    meant = form.described(rings)
    return _form(request, form, rings, effects=effects_on(day, form.brand, form.queue, meant, person_of(request)))


def _as_typed(form: QueueForm) -> QueueForm:
    """A form that was sent, shown without its errors."""
    form.is_valid()
    form.errors.clear()
    return form


def _form(
    request: HttpRequest, form: QueueForm, rings: Rings, status: int = 200, effects: object = None
) -> HttpResponse:
    typed = str(form["hours"].value() or "")
    try:
        lines = hours_in_words(opening_hours.weekly(typed))
    except BadHoursError:
        lines = []
    shown = {
        "form": form,
        "queue": form.queue,
        "brand": form.brand,
        "rings": rings,
        "levels": list(levels()),
        "skills": Skill.objects.order_by("name"),
        "lines": lines,
        "is_empty": not typed.strip(),
        "effects": effects,
        "rehearsed": rows.rehearsed(form.queue),
        "day": timezone.localdate() - timedelta(days=1),
    }
    # The buttons of the rows ask for the rows alone.
    part = "#rings" if is_fragment(request) else ""
    return page(request, f"workspace/setting_up/queue.html{part}", shown, status)
