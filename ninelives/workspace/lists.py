"""The left pane: which conversations there are."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ninelives.accounts.models import Person, initials
from ninelives.channels.queries import icon
from ninelives.conversations import listing, queries, reasons, searching
from ninelives.conversations.counting import Count, counted
from ninelives.conversations.filtering import BUILT_IN, Filter, Fit, Shape, fitting
from ninelives.conversations.listing import Listed, Order, Wanted
from ninelives.conversations.models import Conversation, Conversations, PersonalView
from ninelives.conversations.personal import filter_of, views_of
from ninelives.conversations.searching import Found
from ninelives.foundation.asking import NEARLY
from ninelives.foundation.compiling import compiled
from ninelives.workspace import dues
from ninelives.workspace.links import link
from ninelives.workspace.screens.listed import DueShown, ListChanges, ListPane, Note, Row, Tab

PAGE = 30
COUNTED_TO = 1000
VIEWS = ("mine", "unassigned", "all", "closed")
# Beside the four: what is to come back later.
MORE_VIEWS = ("snoozed",)
_SHORTCUTS = {"mine": "g m", "unassigned": "g u", "all": "g a", "closed": "g c", "snoozed": "g s"}
# Of a person's own the first nine.
_OWN_SHORTCUTS = 9
_NOTHING = {"unread": 0, "mine": 0, "unassigned": 0, "all": 0, "snoozed": 0}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the lists somebody is."""

    view: str
    q: str = ""
    after: str = ""
    # Where the view is one that its reader made.
    personal: PersonalView | None = None

    @property
    def filter(self) -> Filter:
        return filter_of(self.personal) if self.personal else BUILT_IN[self.view]

    def url(self, conversation_id: UUID | None = None, **more: str) -> str:
        path = link("conversation", self.view, conversation_id) if conversation_id else link("list", self.view)
        return path + self.query(**more)

    def query(self, **more: str) -> str:
        asked = {name: value for name, value in {"q": self.q, **more}.items() if value}
        return f"?{urlencode(asked)}" if asked else ""


def pane(person: Person, place: Place, selected: UUID | None = None) -> ListPane:
    (found, notes), order = _page(person, place), _order(place)
    views = views_of([person.pk])[person.pk]
    counts = queries.counts(person, COUNTED_TO)
    shown, tabs = found[:PAGE], _tabs(place, counts) + _own_tabs(place, views, _counted([(person, views)]), person)
    return ListPane(
        view=place.view,
        title=_title(place),
        is_personal=place.personal is not None,
        q=place.q,
        tabs=tabs[: len(VIEWS)],
        more_tabs=tabs[len(VIEWS) :],
        rows=_rows(shown, person, place, selected, dues.of([one.id for one in shown])),
        url=place.url(),
        rows_url=place.url().replace("/desk/", "/live/", 1),
        order=order.name.lower(),
        more_url=place.url(after=_cursor(_moment(shown[-1], order), shown[-1].id)) if shown else "",
        is_whole=len(found) <= PAGE,
        notes=notes,
        page=PAGE,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A desk that wants the rows of these conversations."""

    person: Person
    place: Place
    ids: frozenset[UUID]
    views: tuple[PersonalView, ...] = ()


def changes(asked: Sequence[Asked]) -> list[ListChanges]:
    """To each the rows that belong in their list; of what a search found, those that are still to be seen."""
    wanted = [Wanted(one.person, None if one.place.q else one.place.filter, one.ids) for one in asked]
    counts = listing.counts_for({one.person for one in asked}, COUNTED_TO)
    own = _counted([(one.person, one.views) for one in asked])
    due = dues.of(frozenset[UUID]().union(*(one.ids for one in asked)))
    return [
        _changes(one, found, counts.get(one.person.pk, _NOTHING), own, due)
        for one, found in zip(asked, listing.listed_for(wanted), strict=True)
    ]


def _changes(
    asked: Asked,
    found: list[Listed],
    counts: Mapping[str, int],
    own: Mapping[Fit, Count],
    due: Mapping[UUID, DueShown],
) -> ListChanges:
    # Many are answered at once, each in their own language.
    with translation.override(asked.person.language):
        tabs = _tabs(asked.place, counts) + _own_tabs(asked.place, asked.views, own, asked.person)
    return ListChanges(_rows(found, asked.person, asked.place, None, due), tabs[: len(VIEWS)], tabs[len(VIEWS) :])


def _counted(asked: Iterable[tuple[Person, Sequence[PersonalView]]]) -> dict[Fit, Count]:
    fits = [filter_of(view).for_reader(person) for person, views in asked for view in views]
    return counted(fits, COUNTED_TO)


def next_in(listed: ListPane) -> str:
    """The same, where the list is at hand; "" when the open one is its last, or not in it."""
    places = [row.is_selected for row in listed.rows]
    at = places.index(True) + 1 if True in places else len(places)
    return listed.rows[at].url if at < len(places) else ""


def next_after(person: Person, place: Place, conversation: Conversation) -> str:
    """The conversation to go on with when this one is done."""
    order = _order(place)
    at = (_moment(conversation, order), conversation.pk)
    if place.q:
        following = searching.newest(person, place.q, most=1, after=at).ids
    else:
        fit = place.filter.for_reader(person)
        following = _chosen(*fit.values, *at, shape=fit.shape, order=order, most=1)
    return place.url(following[0]) if following else ""


def hue(customer_id: UUID) -> int:
    return int(customer_id.int % 360)


def _page(person: Person, place: Place) -> tuple[list[Listed], tuple[Note, ...]]:
    """The rows and one more, and what is to be told of them."""
    if not person.brand_ids:
        return [], ()
    after = _read_cursor(place.after)
    order, most = _order(place), PAGE + 1
    if place.q:
        found = searching.newest(person, place.q, most=most, after=after)
        rows = listing.listed(person, ("SELECT unnest(%s::uuid[])", [found.ids]))
        return rows, () if place.after else tuple(_notes(found, place))
    fit = place.filter.for_reader(person)
    if not fit.brands:
        return [], ()
    chosen = _chosen.statement(*fit.values, *after, shape=fit.shape, order=order, most=most)
    return listing.listed(person, chosen, order), ()


def _notes(found: Found, place: Place) -> Iterator[Note]:
    if not found.is_begun:
        told = _("So much is being searched for that this search has not begun. Nothing is wrong with what you typed.")
        yield Note(told, _("Search again"), place.url())
    elif not found.is_whole:
        yield Note(_("Searching took too long: there may be more. Another word makes it quicker."))
    if found.is_cut:
        yield Note(_("What you typed stands in very many words, and not all were looked for. Type more of the word."))
    if found.is_nearly and found.ids and not place.q.startswith(NEARLY):
        yield Note(_("Nothing is written just like this. These come close:"))
    if found.has_nearly:
        nearly = replace(place, q=NEARLY + place.q)
        yield Note("", _("Also show what is written nearly like this"), nearly.url())


def _order(place: Place) -> Order:
    return Order.SOONEST if place.filter.status == "snoozed" and not place.q else Order.NEWEST


def _moment(one: Listed | Conversation, order: Order) -> datetime:
    """By what a list is in order."""
    # A page may show one that is in no such list any more.
    return (one.snoozed_until if order is Order.SOONEST else None) or one.last_at


@compiled
def _chosen(
    brands: Collection[UUID],
    assignee: UUID | None,
    account: UUID | None,
    tag: UUID | None,
    reader: UUID | None,
    at: datetime | None,
    last_id: UUID | None,
    *,
    shape: Shape,
    order: Order,
    most: int,
) -> QuerySet[Conversation, UUID]:
    rows = _after(fitting(brands, assignee, account, tag, reader, shape), order, at, last_id)
    return rows.values_list("pk", flat=True)[:most]


def _after(conversations: Conversations, order: Order, at: datetime | None, last_id: UUID | None) -> Conversations:
    rows = conversations.order_by(*order.value[0])
    if not at:
        return rows
    if order is Order.SOONEST:
        return rows.filter(Q(snoozed_until__gt=at) | Q(snoozed_until=at, id__gt=last_id))
    return rows.filter(Q(last_at__lt=at) | Q(last_at=at, id__lt=last_id))


def _rows(
    shown: list[Listed], person: Person, place: Place, selected: UUID | None, due: Mapping[UUID, DueShown]
) -> tuple[Row, ...]:
    query = place.query()
    brands = person.brand_names if len(person.brand_names) > 1 else {}
    order = _order(place)
    why = reasons.reasons([one.id for one in shown], place.q) if place.q else {}
    return tuple(
        Row(
            id=str(one.id),
            url=link("conversation", place.view, one.id) + query,
            customer=one.customer,
            customer_id=str(one.customer_id),
            initials=initials(one.customer),
            hue=hue(one.customer_id),
            subject=one.subject,
            preview=one.preview,
            why=why.get(one.id),
            at=one.last_at,
            snoozed_until=one.snoozed_until,
            cursor=_cursor(_moment(one, order), one.id),
            channel=icon(one.channel),
            brand=brands.get(one.brand_id, ""),
            assignee=one.assignee or "",
            assignee_initials=initials(one.assignee) if one.assignee else "",
            tags=tuple(one.tags),
            is_mine=one.assignee_id == person.pk,
            is_open=one.status == "open",
            is_unread=one.is_unread,
            is_waiting=one.waiting_since is not None and one.status == "open",
            is_answered=one.waiting_since is None and one.status == "open" and not one.is_automatic,
            is_automatic=one.is_automatic,
            contacts=one.contacts,
            is_selected=one.id == selected,
            due=due.get(one.id),
        )
        for one in shown
    )


def _tabs(place: Place, counts: Mapping[str, int]) -> tuple[Tab, ...]:
    labels = {
        "mine": pgettext("conversations", "Mine"),
        "unassigned": pgettext("conversations", "Unassigned"),
        "all": pgettext("conversations", "All"),
        "closed": pgettext("conversations", "Closed"),
        "snoozed": pgettext("conversations", "Snoozed"),
    }
    return tuple(
        Tab(
            key=view,
            label=labels[view],
            url=Place(view).url(),
            count=_count(counts.get(view)),
            unread=_count(counts["unread"] or None) if view == "mine" else "",
            is_current=view == place.view and not place.q,
            shortcut=_SHORTCUTS[view],
        )
        for view in (*VIEWS, *MORE_VIEWS)
    )


def _own_tabs(
    place: Place, views: Sequence[PersonalView], counts: Mapping[Fit, Count], person: Person
) -> tuple[Tab, ...]:
    return tuple(
        Tab(
            key="view",
            label=view.name,
            url=Place(str(view.pk)).url(),
            count=_least(counts[filter_of(view).for_reader(person)]),
            unread="",
            is_current=str(view.pk) == place.view and not place.q,
            shortcut=f"g {number}" if number <= _OWN_SHORTCUTS else "",
        )
        for number, view in enumerate(views, 1)
    )


def _least(count: Count) -> str:
    return f"{count.number}+" if count.is_least else _count(count.number)


def _count(number: int | None) -> str:
    if number is None:
        return ""
    return "999+" if number == COUNTED_TO else str(number)


def _title(place: Place) -> str:
    if place.q:
        return _("Found")
    if place.personal:
        return place.personal.name
    return {
        "mine": _("My conversations"),
        "unassigned": _("Unassigned"),
        "all": _("All open conversations"),
        "closed": _("Closed conversations"),
        "snoozed": _("Snoozed conversations"),
    }[place.view]


def _cursor(at: datetime, last_id: UUID) -> str:
    """Where a row stands: in the order of these texts, backwards. The browser puts new rows in their place by it."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}_{last_id}"


def _read_cursor(text: str) -> tuple[datetime, UUID] | tuple[None, None]:
    """Somebody's old or mangled address shows the first page rather than an error."""
    at, _underscore, last_id = text.partition("_")
    try:
        return (datetime.fromisoformat(at).replace(tzinfo=UTC), UUID(last_id)) if at else (None, None)
    except ValueError:
        return None, None
