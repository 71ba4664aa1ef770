"""Two customers that look alike and are not the same: said once, never asked again."""

from django.db import transaction

from ninelives.accounts.models import Actor, by
from ninelives.customers.actions.merging import ItselfError, OtherBaseError
from ninelives.customers.actions.telling import tell_screens
from ninelives.customers.models import Customer, Distinction


@transaction.atomic
def tell_apart(customer: Customer, other: Customer, *, actor: Actor) -> Distinction:
    """The same again changes nothing. Raises ItselfError, OtherBaseError."""
    if customer.record == other.record:
        raise ItselfError
    if customer.base_id != other.base_id:
        raise OtherBaseError
    one, two = sorted((customer, other), key=lambda each: each.pk)
    made, is_new = Distinction.objects.get_or_create(
        one=one, other=two, defaults={"base_id": customer.base_id, **by(actor)}
    )
    if is_new:
        tell_screens(customer.base_id, customer.record.pk, other.record.pk)
    return made


@transaction.atomic
def forget_distinction(distinction: Distinction) -> None:
    """They may be the same after all."""
    tell_screens(distinction.base_id, distinction.one.record.pk, distinction.other.record.pk)
    distinction.delete()
