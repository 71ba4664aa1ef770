"""What waits in a queue that was switched off waits elsewhere, in its place. Whoever chose those experts, or experts
who went home, is back where they stood, and told."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from ninelives.foundation.crossing import again_if_crossed
from ninelives.routing.actions.choosing import lapse
from ninelives.routing.actions.menus import tell_lapsed
from ninelives.routing.actions.returning import end
from ninelives.routing.choices import are_there, in_force
from ninelives.routing.models import Choice, Placement, Queue
from ninelives.routing.sorting import Description, described, queue_for
from ninelives.routing.telling import tell_queue, wake_matcher

_AT_ONCE = 200
# So long none of the experts may be there, as while a line is lost, before whoever chose them waits for them no more.
GONE_FOR = timedelta(minutes=10)


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


@again_if_crossed
@transaction.atomic
def leave_gone_experts() -> int:
    """How many are back where they stood as their experts have shut, or went home."""
    chosen = Choice.objects.filter(what=Choice.What.EXPERT, ended_at=None, placement__state=Placement.State.WAITING)
    count = 0
    for experts in Queue.objects.filter(pk__in=chosen.values("experts")).select_related("brand"):
        theirs = chosen.filter(experts=experts)
        for kind in list(theirs.values_list("placement__kind", flat=True).distinct()):
            if not are_there(experts, kind, lately=GONE_FOR):
                count += sum(map(_is_back, _whole(theirs.filter(placement__kind=kind))))
    return count


def _whole(choices: QuerySet[Choice]) -> QuerySet[Choice]:
    known = "promise", "stood_in", "placement__queue__brand", "placement__conversation__customer"
    return choices.select_related(*known)[:_AT_ONCE]


def _is_back(choice: Choice) -> bool:
    if not lapse(choice):
        return False
    tell_lapsed(choice.placement)
    return True


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
