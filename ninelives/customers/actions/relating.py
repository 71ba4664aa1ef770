"""Who belongs to which organisation, and who acts for whom."""

from django.db import IntegrityError, transaction

from ninelives.accounts.models import Actor, Person, Token, by
from ninelives.customers.actions.merging import ItselfError, OtherBaseError
from ninelives.customers.actions.telling import tell_screens
from ninelives.customers.models import Customer, Relation
from ninelives.foundation.clock import now


class NotAnOrganisationError(Exception):
    """Only an organisation has members."""


class AlreadyRelatedError(Exception):
    """It is known already."""


@transaction.atomic
def relate(who: Customer, whom: Customer, *, kind: str, actor: Actor) -> Relation:
    """Raises ItselfError, OtherBaseError, NotAnOrganisationError, AlreadyRelatedError."""
    if who.record == whom.record:
        raise ItselfError
    if who.base_id != whom.base_id:
        raise OtherBaseError
    if kind == Relation.Kind.MEMBER and whom.record.kind != Customer.Kind.ORGANISATION:
        raise NotAnOrganisationError
    try:
        with transaction.atomic():
            made = Relation.objects.create(kind=kind, who=who, whom=whom, base_id=who.base_id, **by(actor))
    except IntegrityError as reason:
        raise AlreadyRelatedError from reason
    tell_screens(who.base_id, who.record.pk, whom.record.pk)
    return made


@transaction.atomic
def unrelate(relation: Relation, *, actor: Actor) -> bool:
    """False when it had ended already."""
    ended = Relation.objects.filter(pk=relation.pk, ended_at=None).update(
        ended_at=now(),
        ended_by=actor if isinstance(actor, Person) else None,
        ended_by_token=actor if isinstance(actor, Token) else None,
    )
    if ended:
        tell_screens(relation.base_id, relation.who.record.pk, relation.whom.record.pk)
    return bool(ended)
