"""Colleagues at the same conversation, whom a note calls, and what is new for somebody."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations import actions, company
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable
from ninelives.promises import queries
from ninelives.workspace import promises
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place
from ninelives.workspace.screens.composing import Canned
from ninelives.workspace.views.reaching import conversation_of, is_fragment, needs, page, person_of, place_of

MOST_NAMES = 8
MOST_MENTIONS = 100
MOST_NOTICES = 20
# A browser that was away for long is told of no more than this.
LONGEST_AGO = timedelta(hours=1)


@require_http_methods(["GET", "POST", "DELETE"])
@needs(Permission.READ_CONVERSATIONS)
def attendance(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    """POST: I have it open. Answers who else has."""
    place_of(request, view)
    conversation, person = conversation_of(request, conversation_id), person_of(request)
    if request.method == "DELETE":
        actions.leave(conversation, person=person)
        return HttpResponse(status=204)
    if request.method == "POST":
        actions.attend(conversation, person=person, is_typing=request.POST.get("is_typing") == "1")
        actions.see_mentions(conversation, person=person)
    return page(request, "workspace/_who_else.html", {"others": company.who_else(conversation, person)})


@require_GET
@needs(Permission.ANSWER)
def colleagues(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    """Those whose name begins so, as a note may call them."""
    place_of(request, view)
    conversation, person = conversation_of(request, conversation_id), person_of(request)
    asked = storable(request.GET.get("q", "")).strip().lower()[:80]
    known = [one for one in company.colleagues(conversation) if one != person and _begins(one, asked)]
    found = [Canned(str(one.pk), "", one.name, f"@{one.name} ", one.role_name) for one in known[:MOST_NAMES]]
    return page(request, "workspace/_canned.html", {"answers": found, "none": _("Nobody here is called that.")})


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def mentions(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    part = "#list" if is_fragment(request) else ""
    return page(request, f"workspace/mentions.html{part}", {"mentions": company.mentions_of(person, MOST_MENTIONS)})


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def notices(request: HttpRequest) -> JsonResponse:
    """How many mentions were not seen, and what happened since a moment, to be told by the browser."""
    person, moment = person_of(request), now()
    since = _since(request.GET.get("since", ""))
    items = company.notices(person, max(since, moment - LONGEST_AGO), MOST_NOTICES) if since else []
    shown = [_shown(one) for one in items]
    if since:
        warned = queries.warned(person, max(since, moment - LONGEST_AGO), MOST_NOTICES)
        shown += [_shown_promise(one) for one in warned]
    return JsonResponse({"unseen": company.unseen_mentions(person), "now": moment.isoformat(), "items": shown})


def _since(text: str) -> datetime | None:
    try:
        since = parse_datetime(text)
    except ValueError:
        return None
    return since if since and since.tzinfo else None


def _shown(notice: company.Notice) -> dict[str, str]:
    title = _("%s mentioned you") if notice.kind == "mention" else _("%s wrote")
    text = " ".join(notice.text.split())[:140]
    url = Place("mine").url(notice.conversation_id)
    return {
        "id": f"{notice.kind}-{notice.id}-{notice.at.isoformat()}",
        "title": title % notice.who,
        "text": text,
        "url": url,
    }


def _shown_promise(one: queries.Warned) -> dict[str, str]:
    promise, conversation = one.promise, one.promise.conversation
    title = pgettext("promise", "%(reference)s is late") if one.is_late else _("%(reference)s is nearly late")
    return {
        "id": f"promise-{promise.pk}-{one.at.isoformat()}",
        "title": title % {"reference": promise.reference},
        "text": f"{promise.customer.record.name}: {promises.what(promise)}",
        "url": Place("mine").url(conversation.record_id) if conversation else link("promises"),
    }


def _begins(person: Person, asked: str) -> bool:
    name = person.name.lower()
    return name.startswith(asked) or any(word.startswith(asked) for word in name.split())
