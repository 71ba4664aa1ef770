"""What was promised in the demo's past: an answer today, a call-back that is late, one that was kept, and more."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ninelives.accounts.models import Person
from ninelives.accounts.queries import organisation
from ninelives.conversations.models import Conversation, Message
from ninelives.demo.cast import ALICE, BOB, SERVICE_BOX, Agent
from ninelives.demo.customers import DORA
from ninelives.promises.actions import Wanted, make_earlier

HOUR = timedelta(hours=1)


def promise(people: Mapping[Agent, Person], end: datetime) -> None:
    """In what was said last to the first brand by mail."""
    alice, bob = people[ALICE], people[BOB]
    open_ones, done = _last(Conversation.Status.OPEN, 4), _last(Conversation.Status.CLOSED, 2)
    hers, late, soon, later = open_ones
    today = _today(end)
    asked = Wanted("answer", today, what="de jaarafrekening", owner=alice)
    make_earlier(asked, hers, person=alice, at=end - HOUR)
    call = Wanted("callback", end - HOUR, end - 3 * HOUR, "de slimme meter", "phone", "06-01234567", owner=bob)
    make_earlier(call, late, person=bob, at=end - 20 * HOUR)
    near = Wanted("callback", end + HOUR / 2, None, "het termijnbedrag", "phone", "06-07654321")
    make_earlier(near, soon, person=alice, at=end - 2 * HOUR)
    send = Wanted("other", today + timedelta(days=2), what="Nieuw contract per post sturen", owner=bob)
    make_earlier(send, later, person=bob, at=end - 2 * HOUR)
    for conversation in done:
        answered = _answered_at(conversation)
        kept = Wanted("answer", answered + 2 * HOUR, owner=alice)
        make_earlier(kept, conversation, person=alice, at=answered - 3 * HOUR, kept_at=answered)


def _last(status: str, most: int) -> list[Conversation]:
    """Dora's first, whom the demo is about."""
    rows = Conversation.objects.filter(status=status, account__kind="mail", account__name=SERVICE_BOX.name)
    rows = rows.select_related("account", "customer").order_by("-last_at", "-pk")
    dora = list(rows.filter(customer__addresses__value=DORA)[:1])
    return [*dora, *rows.exclude(customer__addresses__value=DORA)[:most]][:most]


def _today(end: datetime) -> datetime:
    """The end of this day's work, or noon of the next day where that is near."""
    here = end.astimezone(ZoneInfo(organisation().time_zone))
    evening = datetime.combine(here.date(), time(17), here.tzinfo)
    noon = datetime.combine(here.date() + timedelta(days=1), time(12), here.tzinfo)
    return evening if here + 2 * HOUR < evening else noon


def _answered_at(conversation: Conversation) -> datetime:
    answers = Message.objects.of(conversation).filter(direction=Message.Direction.OUTBOUND).order_by("-occurred_at")
    return answers.values_list("occurred_at", flat=True).first() or conversation.last_at
