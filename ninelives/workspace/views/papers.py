"""Letters that somebody holds in their hands, scanned."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ninelives.accounts.permissions import Permission
from ninelives.workspace import papers
from ninelives.workspace.links import link
from ninelives.workspace.views.reaching import needs, page, person_of


@require_http_methods(["GET", "POST"])
@needs(Permission.ANSWER)
def letters(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = papers.asking(person)
    if request.method == "GET":
        return page(request, "workspace/letters.html", {"form": form})
    came = request.FILES.getlist("file")
    try:
        count = papers.register(person, request.POST.get("account", ""), UUID(request.POST.get("key", "")), came)
    except (papers.UnfitError, ValueError) as unfit:
        problem = str(unfit) if isinstance(unfit, papers.UnfitError) else _("Choose the file anew.")
        return page(request, "workspace/letters.html", {"form": form, "problem": problem}, status=422)
    told = ngettext("%(n)s letter is registered.", "%(n)s letters are registered.", count) % {"n": count}
    messages.success(request, told)
    return redirect(link("list", "unassigned"))
