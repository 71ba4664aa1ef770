"""Letters that somebody holds in their hands, scanned."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ninelives.accounts.permissions import Permission
from ninelives.foundation.text import storable
from ninelives.workspace import papers
from ninelives.workspace.joining import finding_anybody
from ninelives.workspace.links import link
from ninelives.workspace.views.reaching import is_fragment, needs, other_of, page, person_of


@require_http_methods(["GET", "POST"])
@needs(Permission.ANSWER)
def letters(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    chosen = request.POST.get("customer", "") if request.method == "POST" else request.GET.get("with", "")
    whose = other_of(request, chosen).record if chosen else None
    form = papers.asking(person, whose)
    if request.method == "GET":
        return _asked(request, form)
    came = request.FILES.getlist("file")
    try:
        key = UUID(request.POST.get("key", ""))
        count = papers.register(person, request.POST.get("account", ""), key, came, whose)
    except (papers.UnfitError, ValueError) as unfit:
        problem = str(unfit) if isinstance(unfit, papers.UnfitError) else _("Choose the file anew.")
        return _asked(request, form, problem)
    told = ngettext("%(n)s letter is registered.", "%(n)s letters are registered.", count) % {"n": count}
    messages.success(request, told)
    return redirect(link("list", "unassigned"))


def _asked(request: HttpRequest, form: papers.Asking, problem: str = "") -> HttpResponse:
    q = storable(request.GET.get("q", "")).strip()[:200]
    found = finding_anybody(person_of(request), q, form.url)
    template = "workspace/_choices.html" if is_fragment(request) else "workspace/letters.html"
    return page(request, template, {"letters": form, "page": found, "problem": problem}, status=422 if problem else 200)
