"""Whether somebody takes work, and what they do with what they are offered."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.channels.queries import kinds_of
from ninelives.foundation.text import storable
from ninelives.routing import actions, queries
from ninelives.routing.models import Offer, Presence
from ninelives.workspace import presence as screens
from ninelives.workspace.lists import Place
from ninelives.workspace.views.reaching import is_fragment, needs, page, person_of, problem

needs_answer = needs(Permission.ANSWER)


@require_http_methods(["GET", "POST"])
@needs_answer
def presence(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method == "POST":
        state = request.POST.get("state", "")
        if state not in screens.CHOSEN:
            return problem(request, _("Choose one of the states."))
        _set(request, person, state)
        if not is_fragment(request):
            return redirect("workspace:home")
    return page(request, "workspace/_presence.html", {"presence": screens.state_of(person)})


def _set(request: HttpRequest, person: Person, state: str) -> None:
    without: list[str] = []
    if "kinds" in request.POST:
        wanted = set(request.POST.getlist("kind"))
        without = [kind for kind in kinds_of(person.brand_ids) if kind not in wanted]
    reason = storable(request.POST.get("reason", "")).strip()[:80]
    actions.set_state(person, state, actor=person, reason=reason, without=without)
    # From this desk they must be heard of, or what they have goes to others.
    actions.beat(person) if state != Presence.State.AWAY else actions.forget_beat(person)


@require_http_methods(["GET"])
@needs_answer
def offered(request: HttpRequest) -> HttpResponse:
    return page(request, "workspace/_offer.html", {"offer": screens.offer_of(person_of(request))})


@require_POST
@needs_answer
def acceptance(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    offer = _offer_of(request, offer_id)
    try:
        placement = actions.accept(offer)
    except actions.OfferEndedError:
        return problem(request, _("It went to somebody else, or its time was over."), 409, _("Too late"))
    url = Place("mine").url(placement.conversation_id)
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@require_POST
@needs_answer
def passing(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    offer = _offer_of(request, offer_id)
    actions.pass_on(offer, reason=storable(request.POST.get("reason", "")))
    if not is_fragment(request):
        return redirect("workspace:home")
    return page(request, "workspace/_offer.html", {"offer": None})


def _offer_of(request: HttpRequest, offer_id: UUID) -> Offer:
    person = person_of(request)
    offer = queries.offer_to(person, offer_id)
    if offer is None:
        raise Http404
    offer.person = person
    return offer
