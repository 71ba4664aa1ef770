"""Promises: made and kept at the desk, and a page of all of them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ninelives.accounts.permissions import Permission
from ninelives.promises import actions
from ninelives.promises.models import Attempt, Promise, Withdrawal
from ninelives.workspace import promised
from ninelives.workspace.views.desk import panes
from ninelives.workspace.views.reaching import (
    conversation_of,
    is_fragment,
    needs,
    page,
    person_of,
    place_of,
    problem,
)

needs_answer = needs(Permission.ANSWER)
# Of a call at a moment that somebody chose.
CALL_LASTS = timedelta(minutes=30)

Window = tuple[datetime | None, datetime]


@require_POST
@needs_answer
def in_conversation(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    """Promise something to the customer."""
    place, conversation = place_of(request, view), conversation_of(request, conversation_id)
    kind = request.POST.get("kind", "")
    window = _window(request, kind)
    if kind not in Promise.Kind.values or window is None:
        return problem(request, _("Choose what is promised, and until when."))
    try:
        actions.make_in(_wanted(request, kind, window), conversation, actor=person_of(request))
    except actions.UnfitError as reason:
        return problem(request, _why(reason))
    if not is_fragment(request):
        return redirect(place.url(conversation.pk))
    return panes(request, conversation_of(request, conversation.pk), place)


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def all_(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_GET
@needs(Permission.READ_CONVERSATIONS)
def export(request: HttpRequest) -> HttpResponse:
    # With its mark of UTF-8, or spreadsheets guess wrongly.
    lines = "".join(promised.exported(person_of(request), _asked(request)))
    answer = HttpResponse(f"\ufeff{lines}", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="promises-{localtime():%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["DELETE"])
@needs_answer
def making(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    """Undone: it was entered by mistake."""
    promise = _promise(request, promise_id)
    because, reason = Withdrawal.Because.MISTAKE, _("Entered by mistake")
    try:
        actions.withdraw(promise, actor=person_of(request), because=because, reason=reason)
    except actions.TooLateError:
        return problem(request, _("It was made too long ago. Withdraw it, and say why."), 409, _("Too late"))
    return _back(request, promise)


@require_POST
@needs_answer
def attempts(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    promise, outcome = _promise(request, promise_id), request.POST.get("outcome", "")
    if outcome not in Attempt.Outcome.values:
        return problem(request, _("Say what came of it."))
    note = request.POST.get("note", "")[:2000]
    if actions.attempt(promise, actor=person_of(request), outcome=outcome, note=note) is None:
        return _settled(request)
    return _back(request, promise)


@require_POST
@needs_answer
def keeping(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    promise = _promise(request, promise_id)
    if not actions.keep(promise, actor=person_of(request)):
        return _settled(request)
    return _back(request, promise)


@require_POST
@needs_answer
def withdrawal(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    promise = _promise(request, promise_id)
    because = Withdrawal.Because.CUSTOMER if request.POST.get("because") == "customer" else Withdrawal.Because.OURS
    try:
        done = actions.withdraw(
            promise, actor=person_of(request), because=because, reason=request.POST.get("reason", "")[:2000]
        )
    except actions.NoReasonError:
        return problem(request, _("Say why it is withdrawn."))
    return _back(request, promise) if done else _settled(request)


@require_http_methods(["DELETE"])
@needs_answer
def settling(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    """It was neither kept nor withdrawn after all."""
    promise = _promise(request, promise_id)
    actions.reopen(promise, actor=person_of(request))
    return _back(request, promise)


@require_http_methods(["POST", "DELETE"])
@needs_answer
def owner(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    """POST makes it this person's to keep, DELETE the team's."""
    promise, person = _promise(request, promise_id), person_of(request)
    try:
        actions.hand_over(promise, actor=person, person=person if request.method == "POST" else None)
    except actions.UnfitError as reason:
        return problem(request, _why(reason))
    return _back(request, promise)


@require_POST
@needs_answer
def window(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    """The customer agreed to another one."""
    promise = _promise(request, promise_id)
    chosen = _window(request, promise.kind)
    if chosen is None:
        return problem(request, _("Choose a moment still to come."))
    try:
        moved = actions.move(promise, actor=person_of(request), due_from=chosen[0], due_by=chosen[1])
    except actions.UnfitError as reason:
        return problem(request, _why(reason))
    return _back(request, promise) if moved else _settled(request)


def _wanted(request: HttpRequest, kind: str, window: Window) -> actions.Wanted:
    given, is_call = request.POST, kind == Promise.Kind.CALLBACK
    return actions.Wanted(
        kind=kind,
        due_from=window[0],
        due_by=window[1],
        what=given.get("what", ""),
        address=given.get("number", "") if is_call else "",
        owner=person_of(request) if given.get("owner") == "me" else None,
        will_tell=kind == Promise.Kind.ANSWER and "says" in given,
    )


def _window(request: HttpRequest, kind: str) -> Window | None:
    """One of the slots that are offered, or a day and time on the organisation's clock."""
    starts, slash, ends = request.POST.get("until", "").partition("/")
    if slash:
        due_from, due_by = _moment(starts), _moment(ends)
        return (due_from, due_by) if due_by else None
    at = _moment(request.POST.get("at", ""))
    if at is None:
        return None
    return (at, at + CALL_LASTS) if kind == Promise.Kind.CALLBACK else (None, at)


def _moment(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is None or timezone.is_aware(at) else at.replace(tzinfo=localtime().tzinfo)


def _promise(request: HttpRequest, promise_id: UUID) -> Promise:
    return get_object_or_404(Promise.objects.visible_to(person_of(request)).named(), pk=promise_id)


def _back(request: HttpRequest, promise: Promise) -> HttpResponse:
    """To the desk where a view is named, and else to the page of promises."""
    view = request.GET.get("view", "")
    if not view or promise.conversation is None:
        return _page(request) if is_fragment(request) else redirect(_asked(request).url())
    place, record_id = place_of(request, view), promise.conversation.record_id
    if not is_fragment(request):
        return redirect(place.url(record_id))
    return panes(request, conversation_of(request, record_id), place)


def _page(request: HttpRequest) -> HttpResponse:
    shown = promised.page(person_of(request), _asked(request))
    template = "workspace/promises.html#rows" if is_fragment(request) else "workspace/promises.html"
    return page(request, template, {"promises": shown})


def _asked(request: HttpRequest) -> promised.Asked:
    given = request.GET
    return promised.asked(given.get("state", ""), given.get("who", ""), given.get("after", "")[:200])


def _settled(request: HttpRequest) -> HttpResponse:
    return problem(request, _("Somebody kept, moved or withdrew it a moment ago."), 409, _("Too late"))


def _why(reason: actions.UnfitError) -> str:
    return {
        "no_such_moment": _("Choose a moment still to come."),
        "after_due_by": _("The window ends before it begins."),
        "not_of_the_team": _("You do not work for this brand."),
        "empty": _("Say what is promised."),
        "needed_for_a_callback": _("Say which number to call: the customer has none."),
        "no_telephone_number": _("This is no telephone number."),
    }.get(reason.code, _("That cannot be promised."))
