"""Two customers that turn out to be one, and back again. A merge is a pointer: it moves nothing, so it can be undone.

Merges join roots only, and within a base one comes after the other. So the pointers are a forest at any moment: a
merge ties one tree under the root of another, undoing one cuts a tree in two, in any order.
"""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from ninelives.accounts.models import Actor, CustomerBase, Person, Token, by
from ninelives.customers.actions.telling import tell_screens
from ninelives.customers.events import CustomersMerged, CustomersUnmerged
from ninelives.customers.models import Customer, CustomerMerge
from ninelives.foundation.announcing import announce
from ninelives.foundation.clock import now


class ItselfError(Exception):
    """A customer cannot be merged with itself."""


class OtherBaseError(Exception):
    """Brands keep these customers apart."""


class AlreadyOneError(Exception):
    """They are read as one already."""


@transaction.atomic
def merge(kept: Customer, other: Customer, *, actor: Actor | None) -> CustomerMerge:
    """Read `other` as `kept`; what either was merged with before goes along. Without an actor the customer did it, by
    showing who they are.

    Raises ItselfError, OtherBaseError, AlreadyOneError.
    """
    if kept.pk == other.pk:
        raise ItselfError
    if kept.base_id != other.base_id:
        raise OtherBaseError
    _one_after_the_other(kept.base_id)
    root, merged = _root_of(kept), _root_of(other)
    if root == merged:
        raise AlreadyOneError
    made = CustomerMerge.objects.create(base_id=kept.base_id, kept_id=root, merged_id=merged, **by(actor))
    Customer.objects.filter(Q(pk__in=[root, merged]) | Q(root=merged)).update(root=root)
    announce(CustomersMerged(made.pk, root, merged, str(actor.pk) if actor else ""))
    tell_screens(kept.base_id, root, merged)
    return made


@transaction.atomic
def unmerge(merge: CustomerMerge, *, actor: Actor) -> bool:
    """Make `merged` a customer of its own again, with what was merged into it. False when it was so already."""
    _one_after_the_other(merge.base_id)
    if not _undo(merge, actor):
        return False
    before = _root_of(merge.kept)
    Customer.objects.filter(pk__in=_below(merge.merged_id)).update(root=merge.merged_id)
    announce(CustomersUnmerged(merge.pk, merge.kept_id, merge.merged_id, str(actor.pk)))
    tell_screens(merge.base_id, before, merge.merged_id)
    return True


def _one_after_the_other(base_id: UUID) -> None:
    # Two merges at once could tie a circle, or tie one tree under two. New customers do not wait for this lock.
    CustomerBase.objects.select_for_update(no_key=True).get(pk=base_id)


def _root_of(customer: Customer) -> UUID:
    """As it is now: the row at hand may have been read before somebody else's merge."""
    return Customer.objects.values_list("root_id", flat=True).get(pk=customer.pk) or customer.pk


def _undo(merge: CustomerMerge, actor: Actor) -> int:
    return CustomerMerge.objects.filter(pk=merge.pk, undone_at=None).update(
        undone_at=now(),
        undone_by=actor if isinstance(actor, Person) else None,
        undone_by_token=actor if isinstance(actor, Token) else None,
    )


def _below(root: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [root])
        return [found for (found,) in cursor.fetchall()]


_BELOW = """
    WITH RECURSIVE below (id) AS (
        SELECT %s::uuid
        UNION
        SELECT m.merged_id FROM customers_customermerge m JOIN below b ON m.kept_id = b.id WHERE m.undone_at IS NULL
    )
    SELECT id FROM below
"""
