"""What ctrl+k finds: conversations, customers, answers. The keys on the page are found in the browser."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from ninelives.accounts.permissions import Permission
from ninelives.foundation.text import storable
from ninelives.workspace import finding
from ninelives.workspace.views.reaching import needs, page, person_of


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def found(request: HttpRequest) -> HttpResponse:
    q = storable(request.GET.get("q", "")).strip()[:200]
    return page(request, "workspace/_found.html", {"groups": finding.groups(person_of(request), q)})
