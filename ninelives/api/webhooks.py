"""Webhooks: addresses of other systems that are told what happens, and what they were told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from ninja import Query, Router
from ninja.responses import Status

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Brand, Token
from ninelives.api import schemas, webhook_schemas
from ninelives.api.idempotency import Key, once
from ninelives.api.paging import page
from ninelives.api.problems import INVALID, NOT_ACTIVE, Problem, wrong_field
from ninelives.api.tokens import MAY_MANAGE_WEBHOOKS, TokenRequest
from ninelives.foundation.outgoing import NotCalled
from ninelives.webhooks import actions
from ninelives.webhooks.models import Attempt, Call, Webhook
from ninelives.webhooks.remarks import worded

router = Router(tags=["webhooks"], auth=MAY_MANAGE_WEBHOOKS)


@router.get("", response=webhook_schemas.Webhooks)
def list_webhooks(request: TokenRequest, asked: Query[schemas.Slice]) -> Any:
    """Newest first. Those of every brand are shown only to a token for every brand."""
    return page(webhook_schemas.Webhooks, _visible(request.auth), asked, _shown)


@router.post("", response={201: webhook_schemas.WebhookWithSecret})
def make_webhook(request: TokenRequest, wanted: webhook_schemas.NewWebhook, idempotency_key: Key = "") -> HttpResponse:
    """The answer has the secret, this once."""

    def make() -> Status[Any]:
        brand = _brand(request.auth, wanted.brand)
        with _refusals():
            webhook, secret = actions.promise(wanted.url, wanted.events, actor=request.auth, brand=brand)
        return Status(201, _with_secret(webhook, secret))

    return once(request, idempotency_key, make, is_secret=True)


@router.get("/{webhook_id}", response=webhook_schemas.Webhook)
def read_webhook(request: TokenRequest, webhook_id: UUID) -> Any:
    return _shown(_found(request.auth, webhook_id))


@router.patch("/{webhook_id}", response=webhook_schemas.Webhook)
def change_webhook(request: TokenRequest, webhook_id: UUID, wanted: webhook_schemas.WebhookChange) -> Any:
    """Another address, other events, or switched on or off. What is left out stays as it is."""
    webhook = _found(request.auth, webhook_id)
    with _refusals():
        return _shown(actions.change(webhook, url=wanted.url, events=wanted.events, is_active=wanted.active))


@router.delete("/{webhook_id}", response={204: None})
def delete_webhook(request: TokenRequest, webhook_id: UUID) -> Any:
    """End it. Its calls go with it, those that wait to be made too."""
    actions.forget(_found(request.auth, webhook_id))
    return Status(204, None)


@router.post("/{webhook_id}/secret", response={201: webhook_schemas.WebhookWithSecret})
def renew_webhook_secret(request: TokenRequest, webhook_id: UUID, idempotency_key: Key = "") -> HttpResponse:
    """A new secret, shown this once. For a day the earlier one signs as well."""
    webhook = _found(request.auth, webhook_id)

    def renew() -> Status[Any]:
        secret = actions.renew_secret(webhook)
        return Status(201, _with_secret(webhook, secret))

    return once(request, idempotency_key, renew, is_secret=True)


@router.post("/{webhook_id}/test", response={202: webhook_schemas.Call})
def try_webhook(request: TokenRequest, webhook_id: UUID, idempotency_key: Key = "") -> HttpResponse:
    """Have it called with nothing but a sign of life, soon."""
    webhook = _found(request.auth, webhook_id)
    return once(request, idempotency_key, _asking(lambda: _call_shown(actions.test(webhook))))


@router.post("/{webhook_id}/replay", response={202: webhook_schemas.CallsAgain})
def replay_webhook(request: TokenRequest, webhook_id: UUID, idempotency_key: Key = "") -> HttpResponse:
    """Have all calls made again that failed or were given up, soon."""
    webhook = _found(request.auth, webhook_id)
    return once(
        request, idempotency_key, _asking(lambda: webhook_schemas.CallsAgain(calls=actions.call_all_again(webhook)))
    )


@router.get("/{webhook_id}/calls", response=webhook_schemas.Calls)
def list_webhook_calls(request: TokenRequest, webhook_id: UUID, asked: Query[webhook_schemas.CallsAsked]) -> Any:
    """Newest first."""
    rows = _found(request.auth, webhook_id).calls.defer("payload")
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.event:
        rows = rows.filter(event=asked.event)
    return page(webhook_schemas.Calls, rows, asked, _call_shown)


@router.get("/{webhook_id}/calls/{call_id}", response=webhook_schemas.WholeCall)
def read_webhook_call(request: TokenRequest, webhook_id: UUID, call_id: UUID) -> Any:
    """With what was told, and every try. That this token read it is logged."""
    call = _call(request.auth, webhook_id, call_id)
    if call.customer:
        note_viewing(request.auth, customer=call.customer, subject="call", subject_id=call.pk)
    tries = [_try_shown(one) for one in call.tries.order_by("id")]
    return webhook_schemas.WholeCall(**dict(_call_shown(call)), payload=json.loads(call.payload), tries=tries)


@router.post("/{webhook_id}/calls/{call_id}/replay", response={202: webhook_schemas.Call})
def replay_webhook_call(
    request: TokenRequest, webhook_id: UUID, call_id: UUID, idempotency_key: Key = ""
) -> HttpResponse:
    """Have it made again, soon, under the same id. One that is under way is left to it."""
    call = _call(request.auth, webhook_id, call_id)

    def again() -> webhook_schemas.Call:
        actions.call_again(call)
        return _call_shown(_call(request.auth, webhook_id, call_id))

    return once(request, idempotency_key, _asking(again))


def _visible(token: Token) -> Any:
    return Webhook.objects.visible_to(token).select_related("brand", "by_person", "by_token")


def _found(token: Token, webhook_id: UUID) -> Webhook:
    found: Webhook = get_object_or_404(_visible(token), pk=webhook_id)
    return found


def _call(token: Token, webhook_id: UUID, call_id: UUID) -> Call:
    calls = Call.objects.select_related("webhook").filter(webhook__in=Webhook.objects.visible_to(token))
    return get_object_or_404(calls, webhook=webhook_id, pk=call_id)


def _brand(token: Token, wanted: UUID | None) -> Brand | None:
    """A token of one brand makes webhooks of that brand."""
    asked = wanted or token.brand_id
    if asked is None:
        return None
    brand = Brand.objects.filter(pk=asked, pk__in=token.brand_ids).first()
    if brand is None:
        raise _wrong("brand", "not_found", gettext("There is no such brand, or it is not for this token."))
    return brand


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except NotCalled as told:
        raise _wrong("url", told.code, worded(told.code)) from told
    except actions.UnknownEventsError as told:
        words = gettext("There is no such event: %(names)s.") % {"names": ", ".join(told.names)}
        raise _wrong("events", "unknown_event", words) from told
    except actions.NoEventsError as told:
        raise _wrong("events", "no_events", gettext("Name at least one event.")) from told


def _asking(work: Callable[[], Any]) -> Callable[[], Status[Any]]:
    def ask() -> Status[Any]:
        try:
            return Status(202, work())
        except actions.NotActiveError as reason:
            raise Problem(NOT_ACTIVE) from reason

    return ask


def _wrong(field: str, code: str, words: str) -> Problem:
    return Problem(INVALID, errors=[wrong_field(field, code, words)])


def _shown(webhook: Webhook) -> webhook_schemas.Webhook:
    brand = webhook.brand
    return webhook_schemas.Webhook(
        id=webhook.pk,
        url=webhook.url,
        events=webhook.events,
        brand=schemas.Named(id=brand.pk, name=brand.name) if brand else None,
        active=webhook.is_active,
        reason=webhook.reason,
        explanation=worded(webhook.reason),
        created_by=webhook.by_name,
        created_at=webhook.created_at,
        failing_since=webhook.failing_since,
    )


def _with_secret(webhook: Webhook, secret: str) -> webhook_schemas.WebhookWithSecret:
    return webhook_schemas.WebhookWithSecret(**dict(_shown(webhook)), secret=secret)


def _call_shown(call: Call) -> webhook_schemas.Call:
    return webhook_schemas.Call(
        id=call.pk,
        event=call.event,
        state=call.state,
        attempts=call.attempts,
        occurred_at=call.occurred_at,
        created_at=call.created_at,
        next_at=call.next_at,
        ended_at=call.ended_at,
    )


def _try_shown(attempt: Attempt) -> webhook_schemas.Attempt:
    return webhook_schemas.Attempt(
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        milliseconds=attempt.milliseconds,
        status=attempt.status,
        reason=attempt.reason,
        explanation=worded(attempt.reason),
        detail=attempt.detail,
        answer=attempt.answer,
    )
