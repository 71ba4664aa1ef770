"""Promises: what was promised to customers, by when, and whether it was kept."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise as Words
from django.utils.translation import gettext, gettext_lazy
from ninja import Query, Router
from ninja.responses import Status

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Brand, Person, Token
from ninelives.api import promise_schemas as schemas
from ninelives.api.idempotency import Key, once
from ninelives.api.paging import page
from ninelives.api.problems import INVALID, SETTLED, Problem, wrong_field
from ninelives.api.showing_promises import shown, whole
from ninelives.api.tokens import MAY_ANSWER, MAY_READ, TokenRequest
from ninelives.conversations.models import Conversation, Message
from ninelives.customers.models import Customer
from ninelives.promises import actions
from ninelives.promises.models import Promise, Promises

router = Router(tags=["promises"])

Made = {201: schemas.WholePromise, 200: schemas.WholePromise}

_UNFIT: dict[tuple[str, str], str | Words] = {
    ("due_by", "no_such_moment"): gettext_lazy("This should be a moment still to come, within ten years."),
    ("due_from", "after_due_by"): gettext_lazy("The window ends before it begins."),
    ("owner", "not_of_the_team"): gettext_lazy("There is no such person here who works for this brand."),
    ("what", "empty"): gettext_lazy("Say what is promised."),
    ("conversation", "needed_for_an_answer"): gettext_lazy("An answer is promised in a conversation."),
    ("channel", "unknown"): gettext_lazy("There is no such kind of channel."),
    ("address", "needed_for_a_callback"): gettext_lazy("Say which number to call: the customer has none."),
    ("address", "no_telephone_number"): gettext_lazy("This is no telephone number."),
}


@router.get("", response=schemas.Promises, auth=MAY_READ)
def list_promises(request: TokenRequest, asked: Query[schemas.PromisesAsked]) -> Any:
    """Newest first."""
    return page(schemas.Promises, _asked(request.auth, asked), asked, shown)


@router.post("", response={201: schemas.WholePromise}, auth=MAY_ANSWER)
def make_promise(request: TokenRequest, wanted: schemas.NewPromise, idempotency_key: Key = "") -> HttpResponse:
    """Promise something to a customer, by a moment."""

    def make() -> Status[Any]:
        try:
            promise = _make(request.auth, wanted)
        except actions.UnfitError as reason:
            raise _unfit(reason) from reason
        return Status(201, whole(_found(request.auth, promise.pk)))

    return once(request, idempotency_key, make)


@router.get("/{promise_id}", response=schemas.WholePromise, auth=MAY_READ)
def read_promise(request: TokenRequest, promise_id: UUID) -> Any:
    """With all that was done about it, oldest first. That this token read it is logged."""
    promise = _found(request.auth, promise_id)
    note_viewing(request.auth, customer=promise.customer_id, subject="promise", subject_id=promise.pk)
    return whole(promise)


@router.post("/{promise_id}/attempts", response={201: schemas.WholePromise}, auth=MAY_ANSWER)
def attempt_promise(
    request: TokenRequest, promise_id: UUID, wanted: schemas.NewPromiseAttempt, idempotency_key: Key = ""
) -> HttpResponse:
    """Somebody tried. A call-back that reached the customer is kept by it."""
    promise = _found(request.auth, promise_id)

    def attempt() -> Status[Any]:
        if not actions.attempt(promise, actor=request.auth, outcome=wanted.outcome, note=wanted.note):
            raise Problem(SETTLED)
        return Status(201, whole(_found(request.auth, promise.pk)))

    return once(request, idempotency_key, attempt)


@router.post("/{promise_id}/keeping", response=Made, auth=MAY_ANSWER)
def keep_promise(
    request: TokenRequest, promise_id: UUID, wanted: schemas.NewPromiseKeeping | None = None, idempotency_key: Key = ""
) -> HttpResponse:
    """It was kept. 201 when this says so first; 200 when it was known already."""
    promise = _found(request.auth, promise_id)

    def keep() -> Status[Any]:
        message = _message(promise, wanted.message) if wanted and wanted.message else None
        is_first = actions.keep(promise, actor=request.auth, message=message)
        return _settled(request.auth, promise, Promise.Outcome.KEPT, is_first)

    return once(request, idempotency_key, keep)


@router.delete("/{promise_id}/keeping", response=schemas.WholePromise, auth=MAY_ANSWER)
def unkeep_promise(request: TokenRequest, promise_id: UUID) -> Any:
    """It was not kept after all; one that is not kept stays as it is."""
    return _reopened(request.auth, promise_id, Promise.Outcome.KEPT)


@router.post("/{promise_id}/withdrawal", response=Made, auth=MAY_ANSWER)
def withdraw_promise(
    request: TokenRequest, promise_id: UUID, wanted: schemas.NewPromiseWithdrawal, idempotency_key: Key = ""
) -> HttpResponse:
    """Take it back, for a reason. 201 when this did; 200 when it was withdrawn already."""
    promise = _found(request.auth, promise_id)

    def withdraw() -> Status[Any]:
        try:
            is_first = actions.withdraw(promise, actor=request.auth, because=wanted.because, reason=wanted.reason)
        except actions.NoReasonError as reason:
            raise _wrong("reason", "empty", gettext("Say why it is withdrawn.")) from reason
        except actions.TooLateError as reason:
            words = gettext("It was made too long ago to be a mistake, or the customer was told of it.")
            raise _wrong("because", "too_late", words) from reason
        return _settled(request.auth, promise, Promise.Outcome.WITHDRAWN, is_first)

    return once(request, idempotency_key, withdraw)


@router.delete("/{promise_id}/withdrawal", response=schemas.WholePromise, auth=MAY_ANSWER)
def unwithdraw_promise(request: TokenRequest, promise_id: UUID) -> Any:
    """It holds again; one that is not withdrawn stays as it is."""
    return _reopened(request.auth, promise_id, Promise.Outcome.WITHDRAWN)


@router.put("/{promise_id}/window", response=schemas.WholePromise, auth=MAY_ANSWER)
def move_promise(request: TokenRequest, promise_id: UUID, wanted: schemas.NewPromiseWindow) -> Any:
    """The customer agreed to another window. The old one stays known, and whether it had passed."""
    promise = _found(request.auth, promise_id)
    if (promise.due_from, promise.due_by) == (wanted.due_from, wanted.due_by) and promise.is_open:
        return whole(promise)
    try:
        moved = actions.move(promise, actor=request.auth, due_from=wanted.due_from, due_by=wanted.due_by)
    except actions.UnfitError as reason:
        raise _unfit(reason) from reason
    if not moved:
        raise Problem(SETTLED)
    return whole(_found(request.auth, promise.pk))


@router.put("/{promise_id}/owner", response=schemas.WholePromise, auth=MAY_ANSWER)
def hand_over_promise(request: TokenRequest, promise_id: UUID, wanted: schemas.NewPromiseOwner) -> Any:
    """Who shall keep it: a person, or the team."""
    promise = _found(request.auth, promise_id)
    try:
        actions.hand_over(promise, actor=request.auth, person=_person("person", wanted.person))
    except actions.UnfitError as reason:
        raise _wrong("person", reason.code, str(_UNFIT[reason.field, reason.code])) from reason
    if not promise.is_open:
        raise Problem(SETTLED)
    return whole(_found(request.auth, promise.pk))


def _asked(token: Token, asked: schemas.PromisesAsked) -> Promises:
    rows = Promise.objects.visible_to(token).named()
    if asked.state:
        rows = rows.in_state(asked.state)
    if asked.customer:
        known = Customer.objects.visible_to(token).filter(pk=asked.customer).first()
        rows = rows.of_customer(known) if known else rows.none()
    if asked.conversation:
        one = Conversation.objects.visible_to(token).filter(pk=asked.conversation).first()
        rows = rows.of_conversation(one) if one else rows.none()
    if asked.owner:
        rows = rows.filter(owner=asked.owner)
    return rows.filter(kind=asked.kind) if asked.kind else rows


def _found(token: Token, promise_id: UUID) -> Promise:
    return get_object_or_404(Promise.objects.visible_to(token).named(), pk=promise_id)


def _make(token: Token, wanted: schemas.NewPromise) -> Promise:
    asked = actions.Wanted(
        kind=wanted.kind,
        due_by=wanted.due_by,
        due_from=wanted.due_from,
        what=wanted.what,
        channel=wanted.channel,
        address=wanted.address,
        owner=_person("owner", wanted.owner),
        source=wanted.source,
        will_tell=wanted.will_tell,
    )
    if (wanted.conversation is None) == (wanted.customer is None):
        raise _wrong("conversation", "one_of_two", gettext("Name a conversation or a customer, and not both."))
    if wanted.conversation:
        return actions.make_in(asked, _conversation(token, wanted.conversation), actor=token)
    customer = _customer(token, wanted.customer)
    return actions.make(asked, customer=customer.record, brand=_brand(token, customer, wanted.brand), actor=token)


def _customer(token: Token, customer_id: UUID | None) -> Customer:
    rows = Customer.objects.visible_to(token).select_related("root")
    found = rows.filter(pk=customer_id).first() if customer_id else None
    if found is None:
        words = gettext("There is no such customer, or it is not for this token to see.")
        raise _wrong("customer", "not_found", words)
    return found


def _conversation(token: Token, conversation_id: UUID) -> Conversation:
    whole = ("root__customer__root", "root__brand", "root__account", "customer__root", "brand", "account")
    rows = Conversation.objects.visible_to(token).select_related(*whole)
    found = rows.filter(pk=conversation_id).first()
    if found is None:
        words = gettext("There is no such conversation, or it is not for this token to see.")
        raise _wrong("conversation", "not_found", words)
    return found


def _brand(token: Token, customer: Customer, brand_id: UUID | None) -> Brand:
    """The one that is named, or the only one that both the token and the customer have."""
    shared = Brand.objects.filter(pk__in=token.brand_ids, base=customer.base_id)
    found = list(shared.filter(pk=brand_id) if brand_id else shared[:2])
    if len(found) != 1:
        raise _wrong("brand", "which", gettext("Say for which brand: one of this customer's that the token may see."))
    return found[0]


def _person(field: str, person_id: UUID | None) -> Person | None:
    found = Person.objects.filter(pk=person_id).first() if person_id else None
    if person_id and found is None:
        raise _wrong(field, "not_of_the_team", str(_UNFIT["owner", "not_of_the_team"]))
    return found


def _message(promise: Promise, message_id: UUID) -> UUID:
    """An answer of ours where it was promised."""
    here = Conversation.objects.one_with(promise.conversation) if promise.conversation else Conversation.objects.none()
    said = Message.objects.filter(pk=message_id, conversation__in=here, direction=Message.Direction.OUTBOUND)
    if not said.exists():
        words = gettext("There is no such answer in the conversation of this promise.")
        raise _wrong("message", "not_found", words)
    return message_id


def _settled(token: Token, promise: Promise, outcome: str, is_first: bool) -> Status[Any]:
    known = _found(token, promise.pk)
    if known.outcome != outcome:
        raise Problem(SETTLED)
    return Status(201 if is_first else 200, whole(known))


def _reopened(token: Token, promise_id: UUID, outcome: str) -> Any:
    promise = _found(token, promise_id)
    if promise.outcome == outcome:
        actions.reopen(promise, actor=token)
    return whole(_found(token, promise.pk))


def _unfit(reason: actions.UnfitError) -> Problem:
    return _wrong(reason.field, reason.code, str(_UNFIT[reason.field, reason.code]))


def _wrong(field: str, code: str, words: str) -> Problem:
    return Problem(INVALID, errors=[wrong_field(field, code, words)])
