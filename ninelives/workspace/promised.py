"""The page of promises: which are open, nearly late, late, kept or withdrawn; and the same as a table for elsewhere."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ninelives.accounts.models import Person
from ninelives.foundation.clock import now
from ninelives.promises import queries
from ninelives.promises.models import Promise, Promises
from ninelives.workspace import promises, wording
from ninelives.workspace.links import link
from ninelives.workspace.screens.promised import PromiseShown

PAGE = 50
STATES = ("open", "nearly", "late", "kept", "withdrawn")
RATED = timedelta(days=7)
# Spreadsheets run what begins with these.
_RUNS = ("=", "+", "-", "@", "\t", "\r")
MOST_EXPORTED = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """`who`: mine or all."""

    state: str = "open"
    who: str = "all"
    after: str = ""

    def query(self, **more: str) -> str:
        told = {"state": self.state, "who": self.who, **more}
        usual = {"state": "open", "who": "all"}
        return urlencode({name: value for name, value in told.items() if value and usual.get(name) != value})

    def url(self, **more: str) -> str:
        query = self.query(**more)
        return link("promises") + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    url: str
    count: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class PromisesPage:
    url: str
    state: str
    tabs: tuple[Choice, ...]
    whose: tuple[Choice, ...]
    rows: tuple[PromiseShown, ...]
    next_url: str
    export_url: str
    rate: str  # how many were kept in time lately, in words; "" where none was decided


def asked(state: str, who: str, after: str = "") -> Asked:
    return Asked(state if state in STATES else "open", "mine" if who == "mine" else "all", after)


def page(person: Person, asked: Asked) -> PromisesPage:
    rows = list(_after(_found(person, asked), asked)[: PAGE + 1])
    return PromisesPage(
        url=asked.url(),
        state=asked.state,
        tabs=tuple(_tabs(person, asked)),
        whose=tuple(_whose(asked)),
        rows=tuple(promises.shown(one, person, asked.query()) for one in rows[:PAGE]),
        next_url=asked.url(after=_cursor(rows[PAGE - 1], asked)) if len(rows) > PAGE else "",
        export_url=f"{link('promises_export')}?{asked.query()}",
        rate=_rate(person),
    )


def exported(person: Person, asked: Asked) -> Iterator[str]:
    """Lines of comma-separated values, of as many as a spreadsheet takes."""
    yield _line(
        [
            _("Reference"), _("Promised"), _("What about"), _("Customer"), _("Conversation"), _("Channel"), _("Number"),
            _("Owner"), _("Made"), _("From"), _("Due"), _("State"), _("Late"), _("Settled"), _("Attempts"),
        ]
    )  # fmt: skip
    for one in _found(person, asked)[:MOST_EXPORTED]:
        yield _line(_exported(one))


def _exported(one: Promise) -> list[str]:
    moments = [f"{localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in (one.at, one.due_from, one.due_by)]
    settled = f"{localtime(one.settled_at):%Y-%m-%d %H:%M}" if one.settled_at else ""
    return [
        one.reference,
        one.kind,
        one.what,
        one.customer.record.name,
        one.conversation.record.reference if one.conversation else "",
        one.channel,
        one.address,
        one.owner.name if one.owner else "",
        *moments,
        str(wording.PROMISE_STATES[one.state]),
        _("yes") if one.is_late else _("no"),
        settled,
        str(one.attempts_made),
    ]


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([f"'{cell}" if cell.startswith(_RUNS) else cell for cell in cells])
    return written.getvalue()


def _found(person: Person, asked: Asked) -> Promises:
    at = now()
    rows = Promise.objects.visible_to(person).named()
    if asked.who == "mine":
        rows = rows.filter(owner=person)
    if asked.state in ("kept", "withdrawn"):
        return rows.filter(outcome=asked.state).order_by("-settled_at", "-pk")
    rows = rows.open().order_by("due_by", "pk")
    if asked.state == "late":
        return rows.filter(due_by__lt=at)
    return rows.filter(warn_at__lte=at, due_by__gte=at) if asked.state == "nearly" else rows


def _after(rows: Promises, asked: Asked) -> Promises:
    """Somebody's old or mangled address shows the first page rather than an error."""
    at, _underscore, last_id = asked.after.partition("_")
    try:
        moment, last = datetime.fromisoformat(at), UUID(last_id)
    except ValueError:
        return rows
    if moment.tzinfo is None:
        return rows
    if asked.state in ("kept", "withdrawn"):
        return rows.filter(Q(settled_at__lt=moment) | Q(settled_at=moment, pk__lt=last))
    return rows.filter(Q(due_by__gt=moment) | Q(due_by=moment, pk__gt=last))


def _cursor(last: Promise, asked: Asked) -> str:
    at = last.settled_at if asked.state in ("kept", "withdrawn") else last.due_by
    return f"{at.isoformat() if at else ''}_{last.pk}"


def _tabs(person: Person, asked: Asked) -> Iterator[Choice]:
    known = queries.counts(person.brand_ids, person=person if asked.who == "mine" else None).values()
    counts = {
        "open": sum(one.open for one in known),
        "nearly": sum(one.nearly_late for one in known),
        "late": sum(one.late for one in known),
    }
    for state in STATES:
        url = Asked(state, asked.who).url()
        count = str(counts[state]) if state in counts else ""
        yield Choice(str(wording.PROMISE_STATES[state]), url, count, state == asked.state)


def _whose(asked: Asked) -> Iterator[Choice]:
    for who, label in (("all", pgettext("promises", "All")), ("mine", pgettext("promises", "Mine"))):
        yield Choice(label, Asked(asked.state, who).url(), "", who == asked.who)


def _rate(person: Person) -> str:
    found = queries.kept_rate(person.brand_ids, now() - RATED)
    if found.rate is None:
        return ""
    told = {"percent": f"{100 * found.rate:.0f}", "kept": found.in_time, "decided": found.decided}
    return _("In the last seven days %(percent)s %% were kept in time: %(kept)s of %(decided)s.") % told
