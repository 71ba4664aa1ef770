"""What waits in a queue that was switched off waits elsewhere, in its place; and whoever chose those experts is back
where they stood, and told."""

from django.db import transaction

from ninelives.foundation.crossing import again_if_crossed
from ninelives.routing.actions.choosing import lapse
from ninelives.routing.actions.menus import tell_lapsed
from ninelives.routing.actions.returning import end
from ninelives.routing.choices import in_force
from ninelives.routing.models import Choice, Placement, Queue
from ninelives.routing.sorting import Description, described, queue_for
from ninelives.routing.telling import tell_queue, wake_matcher

_AT_ONCE = 200


@again_if_crossed
@transaction.atomic
def leave_switched_off() -> int:
    """Also what came back from whoever was asked when it was switched off, and what was moved there at that moment. How
    many waited."""
    there = Placement.objects.filter(queue__is_active=False, state=Placement.State.WAITING)
    found = list(
        there.select_related("queue", "conversation__account", "conversation__brand", "conversation__customer__root")[
            :_AT_ONCE
        ]
    )
    if found:
        among = described(Queue.objects.in_use())
        for placement in found:
            _leave(placement, among)
        wake_matcher()
    return len(found)


def _leave(placement: Placement, among: tuple[Description, ...]) -> None:
    choice = in_force(placement)
    has_lapsed = choice is not None and choice.what == Choice.What.EXPERT and lapse(choice)
    if choice is None or choice.stood_in is None or not (has_lapsed and choice.stood_in.is_active):
        _move(placement, queue_for(placement.conversation, among))
    if has_lapsed:
        tell_lapsed(placement)


def _move(placement: Placement, into: Queue | None) -> None:
    waits = Placement.objects.filter(pk=placement.pk, state=Placement.State.WAITING)
    if into is None:
        end(waits.values_list("pk", flat=True), Placement.Why.WITHDRAWN)
    else:
        waits.update(queue=into, is_considered=False)
    tell_queue(placement.queue.brand_id)
