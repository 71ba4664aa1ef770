"""Cases: a customer's question over conversations and channels."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from ninja import Query, Router
from ninja.responses import Status

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Token
from ninelives.api import case_schemas as schemas
from ninelives.api.idempotency import Key, once
from ninelives.api.paging import page
from ninelives.api.problems import INVALID, Problem, wrong_field
from ninelives.api.schemas import Named
from ninelives.api.showing_ties import thread_shown
from ninelives.api.tokens import MAY_ANSWER, MAY_READ, TokenRequest
from ninelives.conversations import actions, cased
from ninelives.conversations.models import Case, Cases, Conversation
from ninelives.customers.models import Customer

router = Router(tags=["cases"])

Made = {201: schemas.WholeCase, 200: schemas.WholeCase}


@router.get("", response=schemas.Cases, auth=MAY_READ)
def list_cases(request: TokenRequest, asked: Query[schemas.CasesAsked]) -> Any:
    """Newest first, by when they were opened."""
    rows = _visible(request.auth)
    if asked.customer:
        known = Customer.objects.visible_to(request.auth).select_related("root").filter(pk=asked.customer).first()
        rows = rows.filter(customer__in=Customer.objects.one_with(known)) if known else rows.none()
    if asked.status:
        rows = rows.filter(status=asked.status)
    return page(schemas.Cases, rows, asked, _shown)


@router.post("", response={201: schemas.WholeCase}, auth=MAY_ANSWER)
def open_case(request: TokenRequest, wanted: schemas.NewCase, idempotency_key: Key = "") -> HttpResponse:
    """Begin a case with a conversation, which is taken out of the case that it was in."""

    def begin() -> Status[Any]:
        conversation = _conversation(request.auth, wanted.conversation)
        made = actions.open_case(conversation, actor=request.auth, title=wanted.title)
        return Status(201, _whole(request.auth, made.case_id))

    return once(request, idempotency_key, begin)


@router.get("/{case_id}", response=schemas.WholeCase, auth=MAY_READ)
def read_case(request: TokenRequest, case_id: UUID) -> Any:
    """With its conversations, and the contacts that it took, in order. That this token read it is logged."""
    case = _found(request.auth, case_id)
    note_viewing(request.auth, customer=case.customer_id, subject="case", subject_id=case.pk)
    return _whole(request.auth, case.pk)


@router.patch("/{case_id}", response=schemas.WholeCase, auth=MAY_ANSWER)
def change_case(request: TokenRequest, case_id: UUID, wanted: schemas.CaseChange) -> Any:
    """Another title."""
    case = _found(request.auth, case_id)
    if not actions.rename_case(case, title=wanted.title):
        raise Problem(INVALID, errors=[wrong_field("title", "empty", gettext("Write something first."))])
    return _whole(request.auth, case.pk)


@router.post("/{case_id}/conversations", response=Made, auth=MAY_ANSWER)
def put_in_case(
    request: TokenRequest, case_id: UUID, wanted: schemas.CaseConversation, idempotency_key: Key = ""
) -> HttpResponse:
    """Put a conversation in, out of the case that it was in. 200 when it was in this one already."""
    case = _found(request.auth, case_id)

    def put() -> Status[Any]:
        conversation = _conversation(request.auth, wanted.conversation)
        try:
            made = actions.join_case(conversation, case, actor=request.auth)
        except actions.CaseOfAnotherError as reason:
            words = gettext("This conversation is of another customer or brand than the case.")
            raise Problem(INVALID, errors=[wrong_field("conversation", "of_another", words)]) from reason
        return Status(201 if made else 200, _whole(request.auth, case.pk))

    return once(request, idempotency_key, put)


@router.delete("/{case_id}/conversations/{conversation_id}", response=schemas.WholeCase, auth=MAY_ANSWER)
def take_out_of_case(request: TokenRequest, case_id: UUID, conversation_id: UUID) -> Any:
    """Take it out; one that is not in this case stays where it is."""
    case = _found(request.auth, case_id)
    one = get_object_or_404(Conversation.objects.visible_to(request.auth).select_related("root"), pk=conversation_id)
    if one.record.case_id == case.pk:
        actions.leave_case(one, actor=request.auth)
    return _whole(request.auth, case.pk)


@router.post("/{case_id}/closure", response=Made, auth=MAY_ANSWER)
def close_case(
    request: TokenRequest, case_id: UUID, wanted: schemas.NewCaseClosure | None = None, idempotency_key: Key = ""
) -> HttpResponse:
    """201 when this closed it; 200 when it was closed already. Its conversations stay as they are unless asked."""
    case = _found(request.auth, case_id)

    def close() -> Status[Any]:
        and_conversations = wanted is not None and wanted.conversations
        closed = actions.close_case(case, actor=request.auth, and_conversations=and_conversations)
        return Status(201 if closed else 200, _whole(request.auth, case.pk))

    return once(request, idempotency_key, close)


@router.delete("/{case_id}/closure", response=schemas.WholeCase, auth=MAY_ANSWER)
def reopen_case(request: TokenRequest, case_id: UUID) -> Any:
    """Open it again; an open one stays as it is."""
    case = _found(request.auth, case_id)
    actions.reopen_case(case, actor=request.auth)
    return _whole(request.auth, case.pk)


def _visible(token: Token) -> Cases:
    return Case.objects.visible_to(token).select_related("customer__root", "brand")


def _found(token: Token, case_id: UUID) -> Case:
    return get_object_or_404(_visible(token), pk=case_id)


def _conversation(token: Token, conversation_id: UUID) -> Conversation:
    found = Conversation.objects.visible_to(token).filter(pk=conversation_id).first()
    if not found:
        words = gettext("There is no such conversation, or it is not for this token to see.")
        raise Problem(INVALID, errors=[wrong_field("conversation", "not_found", words)])
    return found


def _shown(case: Case) -> schemas.Case:
    customer = case.customer.record
    return schemas.Case(
        id=case.pk,
        reference=case.reference,
        title=case.title,
        status=case.status,
        customer=Named(id=customer.pk, name=customer.name),
        brand=Named(id=case.brand_id, name=case.brand.name),
        contacts=case.contacts,
        created_at=case.at,
    )


def _whole(token: Token, case_id: UUID) -> schemas.WholeCase:
    case = _found(token, case_id)
    inside = [thread_shown(one) for one in cased.conversations_of(case)]
    came = [_contact(one) for one in cased.contacts_of(case)]
    return schemas.WholeCase(**dict(_shown(case)), conversations=inside, contacts_in_order=came)


def _contact(one: cased.Contact) -> schemas.Contact:
    return schemas.Contact(
        message=one.message.pk,
        conversation=thread_shown(one.conversation),
        channel=one.message.account.kind,
        at=one.message.occurred_at,
        handled_by=one.handled_by,
        answered_at=one.answered_at,
    )
