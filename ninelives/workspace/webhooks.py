"""Webhooks for administrators: which there are, what each was told, and what came of every try."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from ninelives.webhooks.catalogue import EVENTS, EVERYTHING
from ninelives.webhooks.models import Attempt, Call, Webhook, Webhooks
from ninelives.webhooks.remarks import worded
from ninelives.workspace.screens.ledger import LedgerTab

PAGE = 50
STATES: dict[str, Promise] = {
    "waiting": pgettext_lazy("call", "Waiting"),
    "calling": pgettext_lazy("call", "Calling…"),
    "failed": pgettext_lazy("call", "Failed, tried again"),
    "succeeded": pgettext_lazy("call", "Heard"),
    "gave_up": pgettext_lazy("call", "Given up"),
}
LOOKS = {"succeeded": "good", "failed": "warning", "gave_up": "bad"}


@dataclass(frozen=True, slots=True)
class WebhookRow:
    id: str
    url: str  # of its page
    address: str
    events: tuple[str, ...]
    brand: str  # "" = every brand
    state: str
    look: str  # good, warning, bad: the colour of the badge
    reason: str
    is_active: bool
    is_plain: bool  # not encrypted on its way
    made_by: str
    made_at: datetime
    failing_since: datetime | None
    earlier_until: datetime | None


@dataclass(frozen=True, slots=True)
class CallRow:
    id: str
    url: str
    event: str
    state: str
    look: str
    attempts: int
    at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebhookPage:
    row: WebhookRow
    here: str
    tabs: tuple[LedgerTab, ...]
    calls: tuple[CallRow, ...]
    next_url: str
    is_all: bool
    failed: int


@dataclass(frozen=True, slots=True)
class Try:
    at: datetime
    milliseconds: int | None
    status: int | None
    is_good: bool
    reason: str
    detail: str
    answer: str


@dataclass(frozen=True, slots=True)
class CallPage:
    row: CallRow
    webhook: WebhookRow
    number: str  # the webhook-id
    payload: str
    tries: tuple[Try, ...]
    can_be_called: bool


def rows(found: Webhooks) -> tuple[WebhookRow, ...]:
    return tuple(row(one) for one in found.select_related("brand", "by_person", "by_token").order_by("-id"))


def row(webhook: Webhook) -> WebhookRow:
    state, look = _state(webhook)
    return WebhookRow(
        id=str(webhook.pk),
        url=reverse("workspace:webhook", args=[webhook.pk]),
        address=webhook.url,
        events=tuple(_("everything") if one == EVERYTHING else one for one in webhook.events),
        brand=webhook.brand.name if webhook.brand else "",
        state=state,
        look=look,
        reason=worded(webhook.reason) if webhook.reason else "",
        is_active=webhook.is_active,
        is_plain=webhook.url.lower().startswith("http:"),
        made_by=webhook.by_name,
        made_at=webhook.created_at,
        failing_since=webhook.failing_since,
        earlier_until=webhook.earlier_until,
    )


def page(webhook: Webhook, state: str, after: str) -> WebhookPage:
    here = reverse("workspace:webhook", args=[webhook.pk])
    counts = dict(webhook.calls.order_by().values_list("state").annotate(number=Count("pk")))
    calls = webhook.calls.defer("payload").order_by("-id")
    if state:
        calls = calls.filter(state=state)
    if after and _is_id(after):
        calls = calls.filter(pk__lt=after)
    shown = list(calls[: PAGE + 1])
    asked = f"{here}?state={state}" if state else f"{here}?"
    return WebhookPage(
        row=row(webhook),
        here=asked.removesuffix("?"),
        tabs=_tabs(here, state, counts),
        calls=tuple(call_row(one) for one in shown[:PAGE]),
        next_url=f"{asked}&after={shown[PAGE - 1].pk}" if len(shown) > PAGE else "",
        is_all=not state,
        failed=counts.get("failed", 0) + counts.get("gave_up", 0),
    )


def call_row(call: Call) -> CallRow:
    return CallRow(
        id=str(call.pk),
        url=reverse("workspace:call", args=[call.webhook_id, call.pk]),
        event=call.event,
        state=str(STATES[call.state]),
        look=LOOKS.get(call.state, ""),
        attempts=call.attempts,
        at=call.occurred_at,
        next_at=call.next_at if call.state == Call.State.FAILED else None,
    )


def call_page(call: Call) -> CallPage:
    return CallPage(
        row=call_row(call),
        webhook=row(call.webhook),
        number=str(call.pk),
        payload=json.dumps(json.loads(call.payload), ensure_ascii=False, indent=2),
        tries=tuple(_try(one) for one in call.tries.order_by("id")),
        can_be_called=call.webhook.is_active and call.state != Call.State.CALLING,
    )


def events_offered() -> list[tuple[str, str]]:
    """For a form: the name, and what it means."""
    everything = (EVERYTHING, _("everything below but notes, and what is added later"))
    return [everything, *((event.name, str(event.words)) for event in EVENTS.values())]


def _state(webhook: Webhook) -> tuple[str, str]:
    if not webhook.is_active:
        return pgettext("webhook", "Switched off"), "" if webhook.reason == Webhook.Reason.PAUSED else "bad"
    if webhook.failing_since:
        return pgettext("webhook", "Failing"), "warning"
    return pgettext("webhook", "Active"), "good"


def _tabs(url: str, current: str, counts: dict[str, int]) -> tuple[LedgerTab, ...]:
    labels = {"": pgettext("calls", "All")} | {key: str(label) for key, label in STATES.items()}
    return tuple(
        LedgerTab(
            key=key,
            label=label,
            url=f"{url}?state={key}" if key else url,
            count=counts.get(key, 0) if key else sum(counts.values()),
            is_current=key == current,
        )
        for key, label in labels.items()
        if key != Call.State.CALLING
    )


def _try(attempt: Attempt) -> Try:
    return Try(
        at=attempt.started_at,
        milliseconds=attempt.milliseconds,
        status=attempt.status,
        is_good=bool(attempt.ended_at) and not attempt.reason,
        reason=worded(attempt.reason or "" if attempt.ended_at else "interrupted"),
        detail=attempt.detail,
        answer=attempt.answer,
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
