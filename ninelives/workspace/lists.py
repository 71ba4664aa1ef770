"""The left pane: which conversations there are."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ninelives.accounts.models import Brand, Person
from ninelives.conversations import queries
from ninelives.conversations.models import Conversation, Conversations
from ninelives.workspace.screens import ListPane, Row, Tab

PAGE = 30
COUNTED_TO = 1000
VIEWS = ("mine", "unassigned", "all", "closed")
_SHORTCUTS = {"mine": "g m", "unassigned": "g u", "all": "g a", "closed": "g c"}
_SHOWN = (
    "number", "subject", "status", "assignee", "last_at", "waiting_since", "preview", "is_automatic", "brand",
    "customer__name", "account__kind", "assignee__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the lists somebody is."""

    view: str
    q: str = ""
    after: str = ""

    def url(self, conversation_id: UUID | str | None = None, **more: str) -> str:
        if conversation_id:
            path = reverse("workspace:conversation", args=[self.view, conversation_id])
        else:
            path = reverse("workspace:list", args=[self.view])
        query = {name: value for name, value in {"q": self.q, **more}.items() if value}
        return f"{path}?{urlencode(query)}" if query else path


def pane(person: Person, place: Place, selected: UUID | None = None) -> ListPane:
    found = list(_page(_conversations(person, place), place.after)[: PAGE + 1])
    shown = found[:PAGE]
    rows = _rows(shown, person, place, selected)
    return ListPane(
        view=place.view,
        title=_title(place),
        q=place.q,
        tabs=_tabs(person, place),
        rows=rows,
        url=place.url(),
        next_url=place.url(after=_cursor(shown[-1])) if len(found) > PAGE else "",
    )


def next_after(person: Person, place: Place, conversation: Conversation) -> str:
    """The conversation to go on with when this one is done."""
    following = _page(_conversations(person, place), _cursor(conversation)).values_list("pk", flat=True).first()
    return place.url(following) if following else ""


def hue(customer_id: UUID) -> int:
    return int(customer_id.int % 360)


def _conversations(person: Person, place: Place) -> Conversations:
    if place.q:
        return queries.search(person, place.q)
    views = {"mine": queries.mine, "unassigned": queries.unassigned, "all": queries.all_open, "closed": queries.closed}
    return views[place.view](person)


def _page(conversations: Conversations, after: str) -> Conversations:
    rows = conversations.select_related("customer", "account", "assignee").only(*_SHOWN).order_by("-last_at", "-id")
    cursor = _read_cursor(after)
    if cursor:
        at, last_id = cursor
        rows = rows.filter(Q(last_at__lt=at) | Q(last_at=at, id__lt=last_id))
    return rows


def _rows(shown: list[Conversation], person: Person, place: Place, selected: UUID | None) -> tuple[Row, ...]:
    # Reversed once, not for each row: thirty look-ups are a millisecond.
    pattern = place.url("00000000-0000-0000-0000-000000000000")
    several = len(person.brand_ids) > 1
    brands = dict(person_brands(person)) if several else {}
    return tuple(
        Row(
            id=str(one.pk),
            url=pattern.replace("00000000-0000-0000-0000-000000000000", str(one.pk)),
            customer=one.customer.name,
            initials=one.customer.initials,
            hue=hue(one.customer_id),
            subject=one.subject,
            preview=one.preview,
            at=one.last_at,
            channel=one.account.kind,
            brand=brands.get(one.brand_id, ""),
            assignee=one.assignee.name if one.assignee else "",
            assignee_initials=one.assignee.initials if one.assignee else "",
            is_mine=one.assignee_id == person.pk,
            is_open=one.is_open,
            is_waiting=one.waiting_since is not None and one.is_open,
            is_automatic=one.is_automatic,
            is_selected=one.pk == selected,
        )
        for one in shown
    )


def person_brands(person: Person) -> list[tuple[UUID, str]]:
    return list(Brand.objects.filter(pk__in=person.brand_ids).values_list("pk", "name"))


def _tabs(person: Person, place: Place) -> tuple[Tab, ...]:
    labels = {
        "mine": pgettext("conversations", "Mine"),
        "unassigned": pgettext("conversations", "Unassigned"),
        "all": pgettext("conversations", "All"),
        "closed": pgettext("conversations", "Closed"),
    }
    return tuple(
        Tab(
            key=view,
            label=labels[view],
            url=Place(view).url(),
            count="" if view == "closed" else _count(_conversations(person, Place(view))),
            is_current=view == place.view and not place.q,
            shortcut=_SHORTCUTS[view],
        )
        for view in VIEWS
    )


def _count(conversations: Conversations) -> str:
    counted = conversations.order_by()[:COUNTED_TO].count()
    return "999+" if counted == COUNTED_TO else str(counted)


def _title(place: Place) -> str:
    if place.q:
        return _("Found")
    return {
        "mine": _("My conversations"),
        "unassigned": _("Unassigned"),
        "all": _("All open conversations"),
        "closed": _("Closed conversations"),
    }[place.view]


def _cursor(conversation: Conversation) -> str:
    return base64.urlsafe_b64encode(f"{conversation.last_at.isoformat()} {conversation.pk}".encode()).decode()


def _read_cursor(text: str) -> tuple[datetime, UUID] | None:
    """Somebody's old or mangled address shows the first page rather than an error."""
    try:
        at, _space, last_id = base64.urlsafe_b64decode(text).decode().partition(" ")
        return (datetime.fromisoformat(at), UUID(last_id)) if at else None
    except (ValueError, binascii.Error):
        return None
