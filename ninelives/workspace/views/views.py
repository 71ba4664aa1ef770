"""Views that people make for themselves: their page, and the form of one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ninelives.accounts.permissions import Permission
from ninelives.conversations import actions
from ninelives.conversations.models import PersonalView
from ninelives.conversations.personal import views_of
from ninelives.workspace import personal_views
from ninelives.workspace.links import link
from ninelives.workspace.views.reaching import needs, page, person_of, problem, view_of

needs_lists = needs(Permission.READ_CONVERSATIONS)


@require_GET
@needs_lists
def all_(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    removed = PersonalView.objects.filter(person=person).exclude(removed_at=None).order_by("-removed_at")
    return page(request, "workspace/views.html", {"views": views_of([person.pk])[person.pk], "removed": removed})


@require_http_methods(["GET", "POST"])
@needs_lists
def new(request: HttpRequest) -> HttpResponse:
    return _written(request, None)


@require_http_methods(["GET", "POST", "DELETE"])
@needs_lists
def one(request: HttpRequest, view_id: UUID) -> HttpResponse:
    view = view_of(request, view_id)
    if request.method == "DELETE":
        actions.remove_view(view)
        return HttpResponse(status=204, headers={"HX-Redirect": link("views")})
    return _written(request, view)


@require_POST
@needs_lists
def position(request: HttpRequest, view_id: UUID) -> HttpResponse:
    actions.move_view(view_of(request, view_id), up=request.POST.get("to") == "up")
    return redirect("workspace:views")


@require_POST
@needs_lists
def restoration(request: HttpRequest, view_id: UUID) -> HttpResponse:
    view = get_object_or_404(PersonalView, pk=view_id, person=person_of(request))
    try:
        actions.put_view_back(view)
    except actions.TooManyViewsError:
        return problem(request, _too_many())
    return redirect("workspace:views")


def _written(request: HttpRequest, view: PersonalView | None) -> HttpResponse:
    person = person_of(request)
    if request.method != "POST":
        like = request.GET.get("view", "")
        return _form(request, personal_views.View(person, initial=personal_views.initial(view, like)), view)
    form = personal_views.View(person, request.POST)
    if form.is_valid():
        try:
            saved = actions.save_view(view, person=person, **form.told())
        except actions.TooManyViewsError:
            form.add_error(None, _too_many())
        else:
            return redirect("workspace:list", str(saved.pk))
    return _form(request, form, view, 422)


def _form(
    request: HttpRequest, form: personal_views.View, view: PersonalView | None, status: int = 200
) -> HttpResponse:
    return page(request, "workspace/view.html", {"form": form, "view": view}, status)


def _too_many() -> str:
    return _("You have %(most)s views already. Remove one first.") % {"most": actions.MOST_VIEWS}
