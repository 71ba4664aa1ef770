"""Whatever the description allows or forbids: no fault of ours, and only answers of the described shape."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ninelives.api.tests.test_rights import offer_of
from ninelives.channels.models import Receipt
from ninelives.conversations import actions as conversations
from ninelives.conversations.actions import tag_named
from ninelives.conversations.models import Attachment, Conversation
from ninelives.customers.actions import merge
from ninelives.foundation import files
from ninelives.foundation.clock import now
from ninelives.promises import actions as promises
from ninelives.webhooks import actions as webhooks
from tests.cast import Cast, bearer, take_in, writes

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ninelives = get_wsgi_application()


def whole(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The application as a server runs it: every answer is read to its end and closed."""
    answer = ninelives(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


anything = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", whole)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests over WSGI drop the connection of a test in its transaction; Django's own client prevents that too."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(one_connection: None, people: Cast, conversation: Conversation, settings: Any) -> dict[str, str]:
    """What there is to be found."""
    settings.OUTGOING_ALLOW = ("127.0.0.1",)
    webhook, _ = webhooks.promise("http://127.0.0.1:9/", ["*"], actor=people.admin)
    take_in(people.pretend, b"{broken")
    erik = writes(people.mailbox, "Hello", sender="Erik <erik@example.org>").customer
    file = files.store(b"a picture")
    attachment = Attachment.objects.create(
        message=conversation.messages.get(), file=file, name="a.png", media_type="image/png", size=9
    )
    return {
        "conversation_id": str(conversation.pk),
        "customer_id": str(conversation.customer_id),
        "receipt_id": str(Receipt.objects.latest("id").pk),
        "attachment_id": str(attachment.pk),
        "webhook_id": str(webhook.pk),
        "call_id": str(webhooks.test(webhook).pk),
        "name": tag_named("Refund", actor=people.lead).name,
        **ties_of(people, conversation),
        "promise_id": str(
            promises.make_in(
                promises.Wanted(kind="answer", due_by=now() + timedelta(hours=1)), conversation, actor=people.alice
            ).pk
        ),
        "case_id": str(conversations.open_case(conversation, actor=people.alice).case_id),
        "agent_id": str(people.alice.pk),
        "offer_id": str(offer_of(people, conversation).pk),
        "merge_id": str(merge(conversation.customer, erik, actor=people.alice).pk),
    }


def ties_of(people: Cast, conversation: Conversation) -> dict[str, str]:
    second = writes(people.mailbox, "And my meter?", message_id="2@example.org")
    writes(people.mailbox, "Well?", message_id="3@example.org", in_reply_to="<2@example.org>")
    made = conversations.split(second, second.messages.latest("occurred_at"), actor=people.alice)
    return {
        "conversation_merge_id": str(conversations.merge(conversation, second, actor=people.alice).pk),
        "split_id": str(made.pk),
        "link_id": str(conversations.link(conversation, made.made, actor=people.alice).pk),
    }


@anything.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_anything_is_answered_as_described(case: schemathesis.Case, known: dict[str, str]) -> None:
    headers = bearer()
    case.call_and_validate(headers=headers, checks=CHECKS)
    if case.path_parameters:
        case.path_parameters = {name: known[name] for name in case.path_parameters}
        case.call_and_validate(headers=headers, checks=CHECKS)
