"""A call is made until it is heard: again later, under the same id, and at last given up and told."""

import re
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection

from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from ninelives.foundation.outgoing import Patience
from ninelives.webhooks import actions
from ninelives.webhooks.actions import Errand, Heard
from ninelives.webhooks.actions.calling import AT_ONCE, LONGEST_REST, PAUSES
from ninelives.webhooks.models import Attempt, Call, Webhook
from ninelives.webhooks.saying import say
from ninelives.webhooks.tests.conftest import call_due, promise
from tests.cast import Cast
from tests.receivers import Receiver, status

QUICK = Patience(connect=2, read=1, total=1, body=0.2)


@pytest.fixture
def webhook(cast: Cast, receiver: Receiver) -> Webhook:
    return promise(receiver, cast)[0]


@pytest.fixture
def call(webhook: Webhook) -> Call:
    return actions.test(webhook)


def due_now() -> None:
    Call.objects.exclude(state__in=["succeeded", "gave_up"]).update(due_at=now())
    Webhook.objects.update(rests_until=None)


def once() -> Call:
    """One try of the one call."""
    due_now()
    (errand,) = actions.claim({}, 100)
    actions.conclude(errand, say(errand, actions.allowed(), QUICK))
    return Call.objects.get(pk=errand.call)


def test_what_is_heard_is_done(receiver: Receiver, webhook: Webhook, call: Call) -> None:
    assert call_due() == 1
    call.refresh_from_db()
    assert (call.state, call.attempts) == ("succeeded", 1)
    attempt = call.tries.get()
    assert (attempt.status, attempt.reason, attempt.answer) == (204, "", "")
    assert attempt.milliseconds is not None
    assert call_due() == 0
    assert len(receiver.heard) == 1


def test_the_signature_is_one_that_others_verify(cast: Cast, receiver: Receiver) -> None:
    webhook, secret = promise(receiver, cast)
    call = actions.test(webhook)
    call_due()
    heard = receiver.heard[0]
    assert heard.verified(secret)["type"] == "webhook.test"
    assert heard.id == str(call.pk)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert heard.headers["content-type"].startswith("application/json")
    with pytest.raises(Exception, match="signature"):
        heard.verified("whsec_" + "A" * 43 + "=")
    object.__setattr__(heard, "body", heard.body + b" ")
    with pytest.raises(Exception, match="signature"):
        heard.verified(secret)


def test_a_failure_is_tried_again_under_the_same_id(cast: Cast, receiver: Receiver) -> None:
    webhook, secret = promise(receiver, cast)
    receiver.says = [status(500, body=b"Out of paper"), status(404)]
    actions.test(webhook)
    call = once()
    assert (call.state, call.attempts) == ("failed", 1)
    assert PAUSES[0] <= call.due_at - now() + timedelta(seconds=2)
    assert call_due() == 0
    assert once().state == "failed"
    assert once().state == "succeeded"
    assert len({heard.id for heard in receiver.heard}) == 1
    assert len({heard.body for heard in receiver.heard}) == 1
    assert all(heard.verified(secret) for heard in receiver.heard)
    assert [attempt.status for attempt in call.tries.order_by("id")] == [500, 404, 204]
    assert call.tries.earliest("id").answer == "Out of paper"
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_the_time_in_the_signature_is_that_of_the_try(
    receiver: Receiver, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.says = [status(500)]
    once()
    real = time.time()
    monkeypatch.setattr("ninelives.webhooks.saying.time.time", lambda: real + 3600)
    once()
    first, second = (int(heard.headers["webhook-timestamp"]) for heard in receiver.heard)
    assert second - first >= 3599


def test_the_schedule_lasts_three_days_and_then_it_is_given_up_and_told(
    receiver: Receiver, webhook: Webhook, call: Call
) -> None:
    receiver.always = status(503)
    waits = []
    for _ in range(len(PAUSES)):
        made = once()
        assert made.state == "failed"
        waits.append(made.due_at - now())
    for wait, pause in zip(waits, PAUSES, strict=True):
        assert pause - timedelta(seconds=5) <= wait <= pause * 1.1
    assert timedelta(days=3) < sum(PAUSES, timedelta()) < timedelta(days=4)
    made = once()
    assert (made.state, made.attempts, made.tries.count()) == ("gave_up", 10, 10)
    assert made.ended_at
    assert Fact.objects.get(name="CallGaveUp").told == {"call_id": str(call.pk), "webhook_id": str(webhook.pk)}
    due_now()
    assert call_due() == 0


def test_who_hears_nothing_for_days_is_disabled_and_that_is_told(
    receiver: Receiver, webhook: Webhook, call: Call
) -> None:
    receiver.always = status(503)
    for _ in range(10):
        once()
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.reason) == (False, "failing")
    assert Fact.objects.get(name="WebhookDisabled").told == {"webhook_id": str(webhook.pk), "reason": "failing"}


def test_who_heard_something_meanwhile_is_not(receiver: Receiver, webhook: Webhook, call: Call) -> None:
    receiver.always = status(503)
    for _ in range(9):
        once()
    Attempt.objects.update(started_at=now() - timedelta(days=1))
    Webhook.objects.update(failing_since=now())
    assert once().state == "gave_up"
    webhook.refresh_from_db()
    assert webhook.is_active


def test_who_is_gone_is_called_no_more(receiver: Receiver, webhook: Webhook, call: Call) -> None:
    receiver.always = status(410)
    assert once().state == "gave_up"
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.reason) == (False, "gone")
    assert Fact.objects.filter(name="WebhookDisabled").count() == 1
    with pytest.raises(actions.NotActiveError):
        actions.test(webhook)
    with pytest.raises(actions.NotActiveError):
        actions.call_again(Call.objects.get())


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("120", 119, 121),
        ("1", 4, 6),
        ("999999999", 24 * 3600 - 2, 24 * 3600 + 1),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 4, 6),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 24 * 3600 - 2, 24 * 3600 + 1),
        ("-5", 4, 6),
        ("soon", 4, 6),
        ("²", 4, 6),
    ],
)
def test_retry_after_is_honoured_within_bounds(
    receiver: Receiver, webhook: Webhook, call: Call, asked: str, least: int, most: int
) -> None:
    (errand,) = actions.claim({}, 100)
    actions.conclude(errand, Heard(503, retry_after=asked))
    call.refresh_from_db()
    webhook.refresh_from_db()
    assert least <= (call.due_at - now()).total_seconds() <= most
    assert webhook.rests_until is None or webhook.rests_until <= now() + LONGEST_REST


def test_who_asks_for_rest_gets_it_from_all_calls(receiver: Receiver, webhook: Webhook, call: Call) -> None:
    receiver.says = [status(429, "Retry-After: 60")]
    once()
    actions.test(webhook)
    assert call_due() == 0
    Webhook.objects.update(rests_until=now())
    assert call_due() == 1


@pytest.mark.parametrize(
    ("says", "reason", "code"),
    [
        (status(301, "Location: http://127.0.0.1:1/"), "status", 301),
        (status(302, "Location: /elsewhere"), "status", 302),
        (status(199), "broken", None),
        (status(400, body=b"x" * 2000), "status", 400),
        (b"", "broken", None),
        (b"I am no HTTP\r\n\r\n", "broken", None),
    ],
)
def test_only_success_is_success(receiver: Receiver, call: Call, says: bytes, reason: str, code: int | None) -> None:
    receiver.always = says
    made = once()
    attempt = made.tries.get()
    assert (made.state, attempt.reason, attempt.status) == ("failed", reason, code)
    assert len(attempt.answer) <= 1000


def test_who_drips_resets_or_says_nothing_has_not_heard(receiver: Receiver, call: Call) -> None:
    def drips(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        while line.send(b"X"):
            time.sleep(0.02)

    def resets(line: socket.socket) -> None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def says_nothing(line: socket.socket) -> None:
        line.recv(1)

    receiver.says = [drips, resets, says_nothing]
    assert [once().tries.latest("id").reason for _ in range(3)] == ["time_out", "broken", "time_out"]


def test_ten_megabytes_of_success_are_success(receiver: Receiver, call: Call) -> None:
    receiver.always = status(200, body=b"z" * 10_000_000)
    made = once()
    assert (made.state, made.tries.get().answer) == ("succeeded", "z" * 1000)


def test_an_answer_of_any_octets_can_be_kept(receiver: Receiver, call: Call) -> None:
    receiver.always = status(200, body=bytes(range(256)))
    assert once().tries.get().answer


def test_nobody_there(cast: Cast, call: Call, receiver: Receiver) -> None:
    Webhook.objects.update(url="http://127.0.0.1:1/")
    assert once().tries.get().reason == "no_connection"


def test_a_name_that_leads_inside_by_now_is_not_called(receiver: Receiver, webhook: Webhook, call: Call) -> None:
    """Good when the webhook was made; its name server says something else since."""
    Webhook.objects.update(url="http://hooks.example/")
    (errand,) = actions.claim({}, 100)
    heard = say(errand, actions.allowed(), resolve=lambda host, port: ["169.254.169.254"])
    actions.conclude(errand, heard)
    attempt = Attempt.objects.get()
    assert (attempt.reason, attempt.detail, attempt.status) == ("forbidden_place", "169.254.169.254", None)


def test_whose_caller_was_killed_is_called_again_under_the_same_id(cast: Cast, receiver: Receiver) -> None:
    """Killed between the call and writing down what came of it."""
    webhook, secret = promise(receiver, cast)
    actions.test(webhook)
    (errand,) = actions.claim({}, 100)
    say(errand, actions.allowed())

    assert actions.recover() == 0
    assert call_due() == 0
    Call.objects.update(due_at=now() - timedelta(seconds=1))
    assert actions.recover() == 1
    assert call_due() == 1
    first, second = receiver.heard
    assert (first.id, first.body) == (second.id, second.body)
    assert second.verified(secret)
    assert [attempt.ended_at is None for attempt in Attempt.objects.order_by("id")] == [True, False]


def test_what_comes_of_a_try_too_late_changes_nothing(receiver: Receiver, webhook: Webhook, call: Call) -> None:
    """Its lease was over and another made the call meanwhile."""
    (late,) = actions.claim({}, 100)
    Call.objects.update(due_at=now() - timedelta(seconds=1))
    actions.recover()
    call_due()
    actions.conclude(late, Heard(500))
    call.refresh_from_db()
    assert (call.state, call.attempts) == ("succeeded", 2)


def test_what_ends_after_the_webhook_is_forgotten_ends_quietly(webhook: Webhook, call: Call) -> None:
    (errand,) = actions.claim({}, 100)
    actions.forget(webhook)
    actions.conclude(errand, Heard(200))
    assert not Call.objects.exists()


def test_a_webhook_has_few_calls_under_way_and_a_failing_one_has_one(cast: Cast, webhook: Webhook) -> None:
    for _ in range(10):
        actions.test(webhook)
    errands = actions.claim({}, 100)
    assert len(errands) == AT_ONCE
    assert actions.claim({webhook.pk: AT_ONCE}, 100) == []
    actions.conclude(errands[0], Heard(500))
    assert actions.claim({webhook.pk: 3}, 100) == []
    assert len(actions.claim({webhook.pk: 0}, 100)) == 1


def test_all_get_a_turn_when_there_are_few_places(cast: Cast, receiver: Receiver) -> None:
    for _ in range(3):
        webhook, _ = promise(receiver, cast)
        for _ in range(20):
            actions.test(webhook)
    claimed = [errand for _ in range(12) for errand in actions.claim({}, 5)]
    assert len({errand.webhook for errand in claimed}) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_claim_at_once_never_both_have_one(cast: Cast, webhook: Webhook) -> None:
    for _ in range(20):
        actions.test(webhook)
    claimed: list[Errand] = []
    start = threading.Barrier(3)

    def take() -> None:
        start.wait()
        for _ in range(4):
            claimed.extend(actions.claim({}, 100))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({errand.call for errand in claimed}) == len(claimed) == 20


def test_it_is_called_again_when_somebody_asks(receiver: Receiver, webhook: Webhook, call: Call) -> None:
    receiver.says = [status(500)]
    once()
    call_due()
    assert actions.call_again(call)
    call.refresh_from_db()
    assert (call.state, call.attempts, call.ended_at) == ("waiting", 0, None)
    assert call_due() == 1
    assert len({heard.id for heard in receiver.heard}) == 1
    call.refresh_from_db()
    assert (call.state, call.tries.count()) == ("succeeded", 2)


def test_after_an_outage_all_is_called_again(receiver: Receiver, webhook: Webhook, call: Call) -> None:
    receiver.always = status(503)
    for _ in range(4):
        actions.test(webhook)
        call_due()
        Webhook.objects.update(failing_since=None)
    Call.objects.filter(pk=call.pk).update(state="gave_up", ended_at=now())
    receiver.always = status(200)
    assert actions.call_all_again(webhook) == 5
    assert call_due() == 5
    assert set(webhook.calls.values_list("state", flat=True)) == {"succeeded"}
    assert actions.call_all_again(webhook) == 0


def test_what_is_under_way_is_not_called_again(webhook: Webhook, call: Call) -> None:
    actions.claim({}, 100)
    assert not actions.call_again(call)


def test_during_a_rotation_both_secrets_sign(cast: Cast, receiver: Receiver) -> None:
    webhook, old = promise(receiver, cast)
    new = actions.renew_secret(webhook)
    assert new != old
    actions.test(webhook)
    call_due()
    heard = receiver.heard[-1]
    assert len(heard.headers["webhook-signature"].split()) == 2
    assert heard.verified(old) == heard.verified(new)

    Webhook.objects.update(earlier_until=now())
    actions.test(webhook)
    call_due()
    heard = receiver.heard[-1]
    assert heard.verified(new)
    with pytest.raises(Exception, match="signature"):
        heard.verified(old)


def test_no_secret_is_readable_in_the_database(cast: Cast, receiver: Receiver) -> None:
    webhook, old = promise(receiver, cast)
    new = actions.renew_secret(webhook)
    kept = str(Webhook.objects.values().get())
    assert old not in kept
    assert new not in kept
    assert old.removeprefix("whsec_") not in kept


def test_a_lost_key_is_told_and_a_new_secret_mends_it(cast: Cast, receiver: Receiver, settings) -> None:
    webhook, _ = promise(receiver, cast)
    actions.test(webhook)
    settings.SECRET_KEY = "another key, of a server restored without its own"
    assert call_due() == 0
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.reason) == (False, "secret_lost")
    secret = actions.renew_secret(webhook)
    Webhook.objects.update(earlier_until=None)
    actions.change(webhook, is_active=True)
    assert call_due() == 1
    assert receiver.heard[0].verified(secret)


def test_old_calls_are_forgotten(cast: Cast, webhook: Webhook, call: Call) -> None:
    young = actions.test(webhook)
    Call.objects.filter(pk=call.pk).update(created_at=now() - timedelta(days=31))
    assert actions.forget_calls() >= 1
    assert Call.objects.get() == young
