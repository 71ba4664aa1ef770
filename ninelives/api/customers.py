"""Customers, their addresses, and the merges that make several of them one."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from ninja import Query, Router
from ninja.responses import Status

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Token
from ninelives.api import schemas
from ninelives.api.idempotency import Key, once
from ninelives.api.paging import page
from ninelives.api.problems import NOT_MERGEABLE, Problem, wrong_field
from ninelives.api.tokens import MAY_ANSWER, MAY_READ, TokenRequest
from ninelives.customers import actions
from ninelives.customers.models import Customer, CustomerAddress, CustomerDetail, CustomerMerge
from ninelives.customers.queries import details_of, find, merges_of

router = Router(tags=["customers"])


@router.get("", response=schemas.Customers, auth=MAY_READ)
def list_customers(request: TokenRequest, asked: Query[schemas.CustomersAsked]) -> Any:
    """Newest first. Those that were merged stand there once, as the one they are read as."""
    found = find(request.auth, q=asked.q, address=asked.address)
    return page(schemas.Customers, found.prefetch_related(*_ADDRESSES), asked, _shown)


@router.get("/{customer_id}", response=schemas.WholeCustomer, auth=MAY_READ)
def read_customer(request: TokenRequest, customer_id: UUID) -> Any:
    """That this token read it is logged."""
    customer = _found(request.auth, customer_id)
    note_viewing(request.auth, customer=customer.pk, subject="customer", subject_id=customer.pk)
    return schemas.WholeCustomer(
        **dict(_shown(customer)),
        merged_into=None if customer.is_record else _named(customer.record),
        merges=[_merge(made) for made in merges_of(customer).filter(undone_at=None)],
        details=[_detail(one) for one in details_of(customer if customer.is_record else Customer(pk=customer.pk))],
    )


@router.post("/{customer_id}/merges", response={201: schemas.Merge, 200: schemas.Merge}, auth=MAY_ANSWER)
def merge_customers(
    request: TokenRequest, customer_id: UUID, wanted: schemas.NewMerge, idempotency_key: Key = ""
) -> HttpResponse:
    """Read `other` as this one. 201 when this merged them; 200 when just these two were merged already."""
    kept = _found(request.auth, customer_id)
    return once(request, idempotency_key, lambda: _merged(request.auth, kept, wanted.other))


@router.delete("/{customer_id}/merges/{merge_id}", response=schemas.Merge, auth=MAY_ANSWER)
def unmerge_customers(request: TokenRequest, customer_id: UUID, merge_id: UUID) -> Any:
    """Make them two again; a merge that was undone stays so."""
    made = get_object_or_404(merges_of(_found(request.auth, customer_id)), pk=merge_id)
    actions.unmerge(made, actor=request.auth)
    made.refresh_from_db(fields=["undone_at"])
    return _merge(made)


def _merged(token: Token, kept: Customer, other_id: UUID) -> Status[Any]:
    other = Customer.objects.visible_to(token).filter(pk=other_id).first()
    if other is None:
        raise _unmergeable("not_found", gettext("There is no such customer, or it is not for this token to see."))
    try:
        made, status = actions.merge(kept, other, actor=token), 201
    except actions.ItselfError as reason:
        raise _unmergeable("itself", gettext("A customer cannot be merged with itself.")) from reason
    except actions.OtherBaseError as reason:
        words = gettext("This customer is another brand's, which keeps its customers apart.")
        raise _unmergeable("other_base", words) from reason
    except actions.AlreadyOneError as reason:
        known = CustomerMerge.objects.filter(kept=kept, merged=other, undone_at=None).first()
        if known is None:
            raise _unmergeable("already_one", gettext("These customers are one already.")) from reason
        made, status = known, 200
    return Status(status, _merge(made))


def _unmergeable(code: str, words: str) -> Problem:
    return Problem(NOT_MERGEABLE, errors=[wrong_field("other", code, words)])


def _found(token: Token, customer_id: UUID) -> Customer:
    visible = Customer.objects.visible_to(token).select_related("root").prefetch_related(*_ADDRESSES)
    return get_object_or_404(visible, pk=customer_id)


_ADDRESSES = ("addresses", "members__addresses")


def _shown(customer: Customer) -> schemas.Customer:
    together = [customer, *(member for member in customer.members.all() if member != customer)]
    addresses = sorted((one for member in together for one in member.addresses.all()), key=lambda one: one.pk)
    return schemas.Customer(
        id=customer.pk,
        kind=customer.kind,
        name=customer.name,
        language=customer.language,
        created_at=customer.created_at,
        addresses=[_address(one) for one in addresses],
    )


def _address(one: CustomerAddress) -> schemas.Address:
    is_proven = one.proof == CustomerAddress.Proof.PROVEN
    return schemas.Address(kind=one.kind, value=one.value, proof=one.proof, verified=is_proven, source=one.source)


def _detail(one: CustomerDetail) -> schemas.Detail:
    return schemas.Detail(kind=one.kind, value=one.value, source=one.source)


def _named(customer: Customer) -> schemas.Named:
    return schemas.Named(id=customer.pk, name=customer.name)


def _merge(made: CustomerMerge) -> schemas.Merge:
    return schemas.Merge(
        id=made.pk,
        kept=_named(made.kept),
        merged=_named(made.merged),
        by=made.by_name,
        at=made.at,
        undone_at=made.undone_at,
    )
