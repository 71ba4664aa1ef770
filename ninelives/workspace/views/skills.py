"""How well who can do what, and how much of a person a channel takes."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ninelives.accounts.permissions import Permission
from ninelives.routing import actions
from ninelives.routing.models import MOST, Skill, SkillLevel
from ninelives.workspace.setting_up import rows
from ninelives.workspace.setting_up.rows import LoadRow
from ninelives.workspace.views.reaching import needs, page, person_of, problem


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_QUEUES)
def skills(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        _set_levels(request)
        messages.success(request, _("Saved."))
        return redirect("workspace:skills")
    columns, people = rows.skill_table(person_of(request))
    shown = {"tabs": rows.tabs("skills"), "columns": columns, "people": people, "levels": range(MOST + 1)}
    return page(request, "workspace/setting_up/skills.html", shown)


@require_POST
@needs(Permission.MANAGE_QUEUES)
def new_skill(request: HttpRequest) -> HttpResponse:
    name = request.POST.get("skill", "").strip()
    if not name or len(name) > 80:
        return problem(request, _("A skill needs a name of at most 80 letters. Nothing was changed."))
    actions.name_skill(name)
    return redirect("workspace:skills")


@require_POST
@needs(Permission.MANAGE_QUEUES)
def skill_ending(request: HttpRequest, skill_id: UUID) -> HttpResponse:
    actions.forget_skill(get_object_or_404(rows.skills_of(person_of(request)), pk=skill_id))
    return redirect("workspace:skills")


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_QUEUES)
def channel_loads(request: HttpRequest) -> HttpResponse:
    shown = rows.load_rows()
    if request.method != "POST":
        return _loads(request, shown)
    typed = tuple(_typed(request, row) for row in shown)
    if any(row.error for row in typed):
        return _loads(request, typed, 422)
    for row, before in zip(typed, shown, strict=True):
        if row != before:
            actions.set_load(row.kind, most=int(row.most), weight=int(row.weight), interrupts=row.interrupts)
    messages.success(request, _("Saved."))
    return redirect("workspace:channel_loads")


def _loads(request: HttpRequest, shown: tuple[LoadRow, ...], status: int = 200) -> HttpResponse:
    return page(request, "workspace/setting_up/loads.html", {"tabs": rows.tabs("channel_loads"), "rows": shown}, status)


def _typed(request: HttpRequest, row: LoadRow) -> LoadRow:
    most, weight = (request.POST.get(f"{name}-{row.kind}", "").strip()[:10] for name in ("most", "weight"))
    interrupts = f"interrupts-{row.kind}" in request.POST
    error = ""
    if not (most.isdecimal() and int(most) <= 100):
        error = _("At once: a whole number from 0 to 100.")
    elif not (weight.isdecimal() and 1 <= int(weight) <= 100):
        error = _("Weight: a whole number from 1 to 100.")
    return replace(row, most=most, weight=weight, interrupts=interrupts, error=error)


def _set_levels(request: HttpRequest) -> None:
    """Of the people shown; somebody whose row was not sent keeps what they have."""
    known = {str(skill.pk): skill for skill in Skill.objects.all()}
    for person in rows.people_shown(person_of(request)):
        before = dict(SkillLevel.objects.filter(person=person).values_list("skill", "level"))
        after = dict(before)
        for pk, skill in known.items():
            level = request.POST.get(f"level-{person.pk}-{pk}", "")
            if level.isdecimal() and int(level) <= MOST:
                after[skill.pk] = int(level)
        if {skill: level for skill, level in after.items() if level} != before:
            actions.set_levels(person, [(known[str(skill)], level) for skill, level in after.items()])
