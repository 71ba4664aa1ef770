"""When a brand is open: each week, on holidays, and on days of its own."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ninelives.accounts import actions
from ninelives.accounts import hours as opening_hours
from ninelives.accounts.holidays import COUNTRIES
from ninelives.accounts.hours import BadHoursError
from ninelives.accounts.models import Brand
from ninelives.accounts.permissions import Permission
from ninelives.routing.actions import follow_hours
from ninelives.workspace.setting_up import rows
from ninelives.workspace.setting_up.calendar import brand_hours, read_times
from ninelives.workspace.setting_up.forms import HOURS_EXAMPLE
from ninelives.workspace.views.reaching import needs, page, person_of


@require_GET
@needs(Permission.MANAGE_QUEUES)
def hours(request: HttpRequest) -> HttpResponse:
    first = Brand.objects.filter(pk__in=person_of(request).brand_ids).order_by("name").first()
    if first is None:
        raise Http404
    return _shown(request, first)


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_QUEUES)
def hours_of(request: HttpRequest, brand_id: UUID) -> HttpResponse:
    brand = _brand(request, brand_id)
    if request.method != "POST":
        return _shown(request, brand)
    text, country = request.POST.get("hours", "")[:400], request.POST.get("holidays", "")
    try:
        weekly = opening_hours.weekly(text)
    except BadHoursError as bad:
        return _shown(request, brand, {"bad": bad.part, "example": str(HOURS_EXAMPLE), "typed": text})
    actions.open_on_weekdays(brand, weekly)
    if country in {"", *(code for code, _name in COUNTRIES)}:
        actions.follow_holidays(brand, country)
    return _saved(request, brand)


@require_POST
@needs(Permission.MANAGE_QUEUES)
def hours_dates(request: HttpRequest, brand_id: UUID) -> HttpResponse:
    """Other hours on one date: `what` is closed, open (from `hours`), or usual."""
    brand = _brand(request, brand_id)
    text, what = request.POST.get("hours", "")[:100].strip(), request.POST.get("what", "")
    try:
        day = date.fromisoformat(request.POST.get("date", ""))
        spans = read_times(text) if what == "open" else [] if what == "closed" else None
    except BadHoursError:
        told = _("“%s” are no hours of a day. Write them as 09:00-12:30 13:00-17:30.") % text
        return _shown(request, brand, {"problem": told})
    except ValueError:
        return _shown(request, brand, {"problem": _("Choose a date.")})
    actions.open_on_date(brand, day, spans)
    return _saved(request, brand)


def _saved(request: HttpRequest, brand: Brand) -> HttpResponse:
    follow_hours(brand)
    messages.success(request, _("Saved."))
    return redirect("workspace:hours_of", brand.pk)


def _brand(request: HttpRequest, brand_id: UUID) -> Brand:
    return get_object_or_404(Brand.objects.filter(pk__in=person_of(request).brand_ids), pk=brand_id)


def _shown(request: HttpRequest, brand: Brand, wrong: dict[str, str] | None = None) -> HttpResponse:
    told = {"tabs": rows.tabs("hours"), "page": brand_hours(person_of(request), brand, timezone.localdate())}
    return page(request, "workspace/setting_up/hours.html", told | (wrong or {}), 422 if wrong else 200)
