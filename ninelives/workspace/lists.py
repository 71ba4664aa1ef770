"""The left pane: which conversations there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ninelives.accounts.models import Person, initials
from ninelives.conversations import listing, queries
from ninelives.conversations.listing import Listed
from ninelives.conversations.models import Conversation, Conversations
from ninelives.foundation.compiling import compiled
from ninelives.workspace.links import link
from ninelives.workspace.screens import ListChanges, ListPane, Row, Tab

PAGE = 30
COUNTED_TO = 1000
VIEWS = ("mine", "unassigned", "all", "closed")
_SHORTCUTS = {"mine": "g m", "unassigned": "g u", "all": "g a", "closed": "g c"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the lists somebody is."""

    view: str
    q: str = ""
    after: str = ""

    def url(self, conversation_id: UUID | None = None, **more: str) -> str:
        path = link("conversation", self.view, conversation_id) if conversation_id else link("list", self.view)
        return path + self.query(**more)

    def query(self, **more: str) -> str:
        asked = {name: value for name, value in {"q": self.q, **more}.items() if value}
        return f"?{urlencode(asked)}" if asked else ""


def pane(person: Person, place: Place, selected: UUID | None = None) -> ListPane:
    found = _page(person, place)
    shown = found[:PAGE]
    return ListPane(
        view=place.view,
        title=_title(place),
        q=place.q,
        tabs=_tabs(person, place),
        rows=_rows(shown, person, place, selected),
        url=place.url(),
        more_url=place.url(after=_cursor(shown[-1].last_at, shown[-1].id)) if shown else "",
        is_whole=len(found) <= PAGE,
        page=PAGE,
    )


def changes(person: Person, place: Place, ids: Collection[UUID]) -> ListChanges:
    """Of these conversations the rows that belong here; of a search, those that are still to be seen."""
    found = []
    if person.brand_ids and ids:
        view = "" if place.q else place.view
        found = listing.listed(person, _of.statement(person.brand_ids, _whose(person, place), ids, view=view))
    return ListChanges(_rows(found, person, place, None), _tabs(person, place))


def next_in(listed: ListPane) -> str:
    """The same, where the list is at hand; "" when the open one is its last, or not in it."""
    places = [row.is_selected for row in listed.rows]
    at = places.index(True) + 1 if True in places else len(places)
    return listed.rows[at].url if at < len(places) else ""


def next_after(person: Person, place: Place, conversation: Conversation) -> str:
    """The conversation to go on with when this one is done."""
    at = (conversation.last_at, conversation.pk)
    if place.q:
        following = list(_after(queries.search(person, place.q), *at).values_list("pk", flat=True)[:1])
    else:
        following = _chosen(person.brand_ids, _whose(person, place), *at, view=place.view, most=1)
    return place.url(following[0]) if following else ""


def hue(customer_id: UUID) -> int:
    return int(customer_id.int % 360)


def _page(person: Person, place: Place) -> list[Listed]:
    if not person.brand_ids:
        return []
    at, last_id = _read_cursor(place.after)
    if place.q:
        found = _after(queries.search(person, place.q), at, last_id).values("pk")[: PAGE + 1]
        return listing.listed(person, found.query.sql_with_params())
    chosen = _chosen.statement(person.brand_ids, _whose(person, place), at, last_id, view=place.view, most=PAGE + 1)
    return listing.listed(person, chosen)


def _whose(person: Person, place: Place) -> UUID | None:
    return person.pk if place.view == "mine" and not place.q else None


@compiled
def _chosen(
    brand_ids: Collection[UUID], person: UUID | None, at: datetime | None, last_id: UUID | None, *, view: str, most: int
) -> QuerySet[Conversation, UUID]:
    return _after(queries.in_view(view, brand_ids, person), at, last_id).values_list("pk", flat=True)[:most]


@compiled
def _of(
    brand_ids: Collection[UUID], person: UUID | None, ids: Collection[UUID], *, view: str
) -> QuerySet[Conversation, UUID]:
    rows = queries.in_view(view, brand_ids, person) if view else Conversation.objects.of_brands(brand_ids)
    return rows.filter(pk__in=ids).values_list("pk", flat=True)


def _after(conversations: Conversations, at: datetime | None, last_id: UUID | None) -> Conversations:
    rows = conversations.order_by("-last_at", "-id")
    return rows.filter(Q(last_at__lt=at) | Q(last_at=at, id__lt=last_id)) if at else rows


def _rows(shown: list[Listed], person: Person, place: Place, selected: UUID | None) -> tuple[Row, ...]:
    query = place.query()
    brands = person.brand_names if len(person.brand_names) > 1 else {}
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
            at=one.last_at,
            cursor=_cursor(one.last_at, one.id),
            channel=one.channel,
            brand=brands.get(one.brand_id, ""),
            assignee=one.assignee or "",
            assignee_initials=initials(one.assignee) if one.assignee else "",
            is_mine=one.assignee_id == person.pk,
            is_open=one.status == "open",
            is_unread=one.is_unread,
            is_waiting=one.waiting_since is not None and one.status == "open",
            is_answered=one.waiting_since is None and one.status == "open" and not one.is_automatic,
            is_automatic=one.is_automatic,
            is_selected=one.id == selected,
        )
        for one in shown
    )


def _tabs(person: Person, place: Place) -> tuple[Tab, ...]:
    labels = {
        "mine": pgettext("conversations", "Mine"),
        "unassigned": pgettext("conversations", "Unassigned"),
        "all": pgettext("conversations", "All"),
        "closed": pgettext("conversations", "Closed"),
    }
    counts = queries.counts(person, COUNTED_TO)
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
        for view in VIEWS
    )


def _count(number: int | None) -> str:
    if number is None:
        return ""
    return "999+" if number == COUNTED_TO else str(number)


def _title(place: Place) -> str:
    if place.q:
        return _("Found")
    return {
        "mine": _("My conversations"),
        "unassigned": _("Unassigned"),
        "all": _("All open conversations"),
        "closed": _("Closed conversations"),
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
