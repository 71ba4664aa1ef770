"""Whoever waits on a channel of messages is sent a list of ways to be served, once; what they answer is done, and told.

Each step is one transaction: the row, the message and what was chosen are there together, or not at all.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import translation

from ninelives.channels.queries import abilities
from ninelives.channels.registry import CHANNELS
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.clock import now
from ninelives.foundation.crossing import again_if_crossed
from ninelives.promises.actions import telephone_of
from ninelives.routing import menus
from ninelives.routing.actions.choosing import NotPossibleError, NotWaitingError, Wish, choose
from ninelives.routing.choices import choice_of, placement_of, standing_of, ways_of
from ninelives.routing.models import Choice, Menu, Offer, Placement
from ninelives.routing.sorting import descriptions

Step, State, What = Menu.Step, Placement.State, Choice.What

# Whoever is served sooner need not choose.
SENT_AFTER = timedelta(seconds=20)
# So much is said by one menu at most, whatever is answered.
MOST_SAID = 12
# The same words again within this time are a finger that slipped, and no answer to what was asked meanwhile.
_DOUBLE = timedelta(seconds=3)
_AT_ONCE = 50
# Nobody answers a list in more.
_LONGEST = 100

WITH_MENUS = tuple(kind for kind, speaks in CHANNELS.items() if speaks.abilities.menus)


def send_menus() -> int:
    """To whoever has waited for a while. How many were looked at."""
    done = _end_those_over()
    if not any(one.queue.lets_choose for one in descriptions()):
        return done
    heard = Menu.objects.filter(
        placement__conversation=OuterRef("conversation"), at__gte=OuterRef("conversation__waiting_since")
    )
    due = Placement.objects.filter(
        # Work that went elsewhere is waited for as before: they have their list.
        ~Exists(heard),
        state=State.WAITING,
        purpose=Placement.Purpose.SERVE,
        kind__in=WITH_MENUS,
        queue__is_active=True,
        queue__lets_choose=True,
        at__lte=now() - SENT_AFTER,
        parked_at=None,
        menu=None,
        conversation__waiting_since__isnull=False,
        conversation__assignee=None,
    )
    return done + sum(_send(one) for one in due.order_by("at").values_list("pk", flat=True)[:_AT_ONCE])


def hear(message_id: UUID) -> bool:
    """Do what a message answers to an open list; False where it answers nothing. Within the transaction in which the
    message is noted as read."""
    message = _readable(message_id)
    if message is None:
        return False
    # Locked, as another worker may be saying something by it.
    found = Menu.objects.select_for_update(of=("self",)).select_related("placement__conversation__account")
    of_it = found.filter(placement__conversation=message.conversation.record_id, ended_at=None)
    menu = of_it.filter(at__lt=message.received_at).first()
    if menu is None or message.account_id != menu.placement.conversation.account_id:
        return False
    if not _waits(menu.placement):
        _end(menu)
        return False
    with translation.override(conversations.language_of(menu.placement.conversation)):
        return not _is_double(message) and _Answered(menu, message).heard()


def tell_lapsed(placement: Placement) -> None:
    """What they chose by it is possible no more: the list anew."""
    menu = Menu.objects.select_for_update().filter(placement=placement, ended_at=None, step=Step.CHOSEN).first()
    if menu is None:
        return
    with translation.override(conversations.language_of(placement.conversation)):
        _ask_ways(menu, menus.not_possible(), is_asked=False)


def _end_those_over() -> int:
    """Once somebody had it, a number answers what they ask."""
    theirs = Menu.objects.filter(ended_at=None).exclude(placement__state__in=[State.WAITING, State.OFFERED])
    return theirs.update(ended_at=now())


@again_if_crossed
@transaction.atomic
def _send(placement_id: UUID) -> int:
    # Whoever else has hold of either is about to change it: the next look comes soon.
    locked = Placement.objects.select_for_update(of=("self",), skip_locked=True)
    placement = locked.select_related("queue__brand").filter(pk=placement_id, state=State.WAITING).first()
    if placement is None:
        return 0
    waiting = Conversation.objects.held(skip_locked=True).select_related("account", "brand", "customer__root")
    conversation = waiting.filter(
        pk=placement.conversation_id, waiting_since__isnull=False, assignee=None, status=Conversation.Status.OPEN
    ).first()
    if conversation is None:
        return 0
    placement.conversation = conversation
    menu = Menu(placement=placement)
    Menu.objects.bulk_create([menu], ignore_conflicts=True)
    if not Menu.objects.filter(pk=menu.pk).exists():
        # Another worker was first.
        return 0
    with translation.override(conversations.language_of(conversation)):
        if choice_of(placement) or not _ask_ways(menu, menus.thanks(), is_asked=False):
            # They chose elsewhere, or may not be told: now or never.
            _end(menu)
    return 1


class _Answered:
    """An answer to the list that is open."""

    def __init__(self, menu: Menu, message: Message) -> None:
        self.menu, self.message = menu, message
        self.conversation = menu.placement.conversation

    def heard(self) -> bool:
        text, step = self.message.shown_text, self.menu.step
        known = ways_of(self.menu.placement).known if What.KNOWN in self.menu.options else None
        option = menus.meant(self.menu, text, known.name if known else "")
        if option == menus.AGAIN:
            _ask_ways(self.menu)
        elif option and step == Step.SLOTS:
            self._call(datetime.fromisoformat(option))
        elif option == What.SLOT:
            self._ask_slots()
        elif option == What.CALL:
            self._call(None)
        elif option:
            self._choose(Wish("" if option == menus.WAIT else option))
        elif step == Step.PHONE and (number := menus.number_in(text)):
            self._choose(Wish(self.menu.options[0], number, self._slot_asked_for()), number)
        else:
            return False
        return True

    def _slot_asked_for(self) -> datetime | None:
        return datetime.fromisoformat(self.menu.options[1]) if self.menu.options[1:] else None

    def _call(self, slot: datetime | None) -> None:
        what = What.SLOT if slot else What.CALL
        own = self._own_number()
        number = own or telephone_of(self.conversation.customer.record)
        if number:
            # What we knew is told to whoever writes in part: they are who they are by an address alone.
            self._choose(Wish(what, number, slot), own or menus.masked(number))
        else:
            options = [str(what), slot.isoformat()] if slot else [str(what)]
            _say(self.menu, Step.PHONE, options, menus.question_of_a_number())

    def _own_number(self) -> str:
        if not abilities(self.conversation.account.kind).telephone:
            return ""
        digits = self.message.sender_address.removeprefix("+")
        return f"+{digits}" if menus.number_in(digits) else ""

    def _ask_slots(self, told: str = "") -> None:
        slots = list(ways_of(self.menu.placement).slots)
        if not slots:
            _ask_ways(self.menu, told or menus.not_possible())
            return
        words = menus.list_of_slots(slots)
        _say(self.menu, Step.SLOTS, [at.isoformat() for at in slots], f"{told}\n{words}".strip())

    def _choose(self, wish: Wish, number: str = "") -> None:
        try:
            choice = choose(self.conversation, wish)
        except NotWaitingError:
            _end(self.menu)
        except NotPossibleError as reason:
            self._not_possible(reason.field)
        else:
            told = menus.confirmed(choice, number, standing_of(self.conversation))
            _say(self.menu, Step.CHOSEN, [], told)

    def _not_possible(self, field: str) -> None:
        if field == "slot":
            self._ask_slots(menus.not_possible(slot=True))
        elif field == "phone":
            told = f"{menus.no_number()}\n{menus.question_of_a_number()}"
            _say(self.menu, Step.PHONE, self.menu.options, told)
        else:
            _ask_ways(self.menu, menus.not_possible())


def _ask_ways(menu: Menu, told: str = "", *, is_asked: bool = True) -> bool:
    conversation = menu.placement.conversation
    standing = standing_of(conversation)
    if standing is None:
        return False
    ways = ways_of(standing.placement)
    page = menus.help_page(conversation.account, conversations.language_of(conversation))
    # A page whose address is too long for the channel is left out.
    return any(
        _say(
            menu,
            Step.WAYS,
            menus.possible(ways),
            f"{told}\n{menus.list_of_ways(standing, ways, one)}".strip(),
            is_asked=is_asked,
        )
        for one in dict.fromkeys([page, ""])
    )


def _say(menu: Menu, step: str, options: list[str], text: str, *, is_asked: bool = True) -> bool:
    """What is said and what an answer will mean, together."""
    if menu.said >= MOST_SAID:
        _end(menu)
        return False
    key = f"menu-{menu.pk}-{menu.said}"
    said = conversations.say_by_itself(menu.placement.conversation, text, key=key, is_asked=is_asked)
    if said:
        Menu.objects.filter(pk=menu.pk).update(step=step, options=options, at=now(), said=F("said") + 1)
    return said is not None


def _end(menu: Menu) -> None:
    Menu.objects.filter(pk=menu.pk, ended_at=None).update(ended_at=now())


def _readable(message_id: UUID) -> Message | None:
    """What could be an answer: short, written by a person, and still there."""
    said = Message.objects.filter(pk=message_id, direction=Message.Direction.INBOUND, deleted_at=None)
    message = said.filter(machine="", is_import=False, has_files=False).select_related("conversation__root").first()
    return message if message and len(message.shown_text) <= _LONGEST else None


def _waits(placement: Placement) -> bool:
    """For nobody yet: whoever had it once may have asked something."""
    here = placement_of(placement.conversation)
    had = Offer.objects.filter(placement=placement, state=Offer.State.ACCEPTED)
    return here is not None and here.pk == placement.pk and not had.exists()


def _is_double(message: Message) -> bool:
    just_now = Message.objects.filter(
        conversation=message.conversation_id,
        direction=Message.Direction.INBOUND,
        text=message.text,
        received_at__gte=message.received_at - _DOUBLE,
        received_at__lt=message.received_at,
    )
    return just_now.exists()
