"""Every address of the product, asked for by those whom it does not concern."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from ninelives.accounts import actions as accounts
from ninelives.accounts.actions import forget_looks
from ninelives.accounts.models import Person, Viewing
from ninelives.accounts.permissions import Role
from ninelives.conversations.actions import (
    answer,
    attach,
    do_with_many,
    link,
    note,
    open_case,
    save_view,
    split,
    tag,
    tag_named,
    unsplit,
)
from ninelives.conversations.actions import merge as merge_conversations
from ninelives.conversations.models import Conversation
from ninelives.customers.actions import merge, relate, tell_apart
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.foundation.secrets import seal
from ninelives.knowledge.actions import write_answer
from ninelives.promises import actions as promises
from ninelives.reception.models import Spending
from ninelives.routing.actions import Described, Ring, name_skill, open_queue
from ninelives.routing.actions.following import place_in
from ninelives.routing.models import Beat, Offer, Placement
from ninelives.webhooks.models import Call, Webhook
from tests.browser import Office
from tests.cast import Cast, bearer, make_cast, take_in
from tests.stories.letters import letter
from tests.stories.people import Customer
from tests.urls import Address, addresses

# That they are there, and how much they asked: it is told of nobody else.
OF_THE_READER = (Beat, Spending)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WORDS = {"text": "I was here", "title": "I was here", "key": "a key", "mode": "note", "version": "0"}
REFUSED = {401, 403, 404, 405}
HIDDEN = {404, 405}

# What stands in Dora's conversation and nowhere else: whoever reads one of these has seen too much.
SECRETS = ("pumpernickel", "Quaggenburg", "dora@quagga.example", "marzipan", "cinnamon")

# What names something and tells nothing of a customer.
OF_NOBODY = {
    "answers/<uuid:answer_id>/",
    "desk/<slug:view>/<uuid:conversation_id>/attendance/",
    "desk/<slug:view>/<uuid:conversation_id>/colleagues/",
    "desk/<slug:view>/<uuid:conversation_id>/typing/",
    "hours/<uuid:brand_id>/",
    "queues/<uuid:queue_id>/",
    "api/v1/receipts/<receipt_id>",
    "api/v1/webhooks/<webhook_id>",
    "api/v1/webhooks/<webhook_id>/calls",
}

# Open to everybody: a sign of life, how to talk to the API, providers (who sign what they say), what anybody's site may
# ask (its own tests are ninelives/reception/tests/chat_door/), and signing in.
OPEN = {"workspace:healthz", "api:openapi-json", "reception:take", "reception:widget", "reception:chat"}
OPEN |= {"reception:sessions"}
SIGNING_IN = "account_"


@dataclass(frozen=True)
class Dossier:
    """Dora's conversation with Zonnestroom, and the names of everything in it."""

    cast: Cast
    conversation: Conversation
    examples: dict[str, object]


@pytest.fixture
def dossier(db: None) -> Dossier:
    cast = make_cast()
    dora = letter(
        "Dora Quaggenburg <dora@quagga.example>",
        "About pumpernickel",
        "My zebra eats pumpernickel.",
        files={"a.txt": b"x"},
    )
    receipt = take_in(cast.mailbox, bytes(dora))
    conversation = Conversation.objects.get(messages__receipt=receipt)
    note(conversation, actor=cast.alice, text="Is it marzipan?", key="1")
    answered = answer(conversation, actor=cast.alice, text="No, it is cinnamon.", key="2")
    draft_file = attach(conversation, person=cast.alice, name="b.txt", content=b"marzipan")
    other, third = (
        take_in(cast.mailbox, bytes(letter(f"Somebody Else <{name}@example.net>"))).messages.get().customer
        for name in ("other", "third")
    )
    webhook = Webhook.objects.create(url="http://127.0.0.1:9/", events=["*"], brand=cast.brand, secret=seal("whsec_"))
    call = Call.objects.create(
        webhook=webhook, event="message.received", customer=conversation.customer_id, payload='{"text": "pumpernickel"}'
    )
    canned = write_answer(None, actor=cast.lead, shortcut="hello", title="Hello", text="Cinnamon?", brand=cast.brand)
    marked = tag_named("Refund", actor=cast.lead)
    tag(conversation, marked, actor=cast.alice)
    examples = {
        "view": "all",
        "tag_id": marked.pk,
        "name": marked.name,
        "view_id": save_view(None, person=cast.alice, name="Waiting").pk,
        "bulk_id": do_with_many([conversation.pk], "claim", person=cast.alice).action.pk,
        "conversation_id": conversation.pk,
        "message_id": answered.pk,
        "attachment_id": receipt.messages.get().attachments.get().pk,
        "file_id": draft_file.pk,
        "customer_id": conversation.customer_id,
        "merge_id": merge(conversation.customer, other, actor=cast.alice).pk,
        **ties_of(cast, conversation),
        "relation_id": relate(third, conversation.customer, kind="acts_for", actor=cast.alice).pk,
        "distinction_id": tell_apart(conversation.customer, third, actor=cast.alice).pk,
        "promise_id": promised(cast, conversation),
        "receipt_id": receipt.pk,
        "kind": "pretend",
        "account_id": cast.pretend.pk,
        "answer_id": canned.pk,
        "webhook_id": webhook.pk,
        "call_id": call.pk,
        **set_up(cast, conversation),
        "uidb36": "1",
        "key": "abc-def",
        "source_id": "nlv_guessed",
        "token": "1001-0123456789abcdef",
        "number": conversation.number,
        "message": 1,
    }
    return Dossier(cast, conversation, examples)


def set_up(cast: Cast, conversation: Conversation) -> dict[str, object]:
    """A queue, a skill that it asks, and what was offered from it: of nobody, and yet of one brand alone."""
    skill = name_skill("Dutch")
    queue = open_queue(cast.brand, "Service", Described(rings=[Ring(skill, 3)]))
    placement = place_in(conversation, queue)
    Placement.objects.update(state=Placement.State.OFFERED, person=cast.alice)
    offer = Offer.objects.create(placement=placement, person=cast.alice, expires_at=now() + timedelta(hours=1))
    named = {"queue_id": queue.pk, "skill_id": skill.pk, "offer_id": offer.pk, "agent_id": cast.alice.pk}
    return {**named, "brand_id": cast.brand.pk}


def promised(cast: Cast, conversation: Conversation) -> UUID:
    wanted = promises.Wanted("other", now() + timedelta(days=1), what="Send pumpernickel")
    return promises.make_in(wanted, conversation, actor=cast.alice).pk


def ties_of(cast: Cast, conversation: Conversation) -> dict[str, object]:
    """One of each kind; nothing is read elsewhere because of it."""
    second, third = (
        take_in(cast.mailbox, bytes(letter("Dora Quaggenburg <dora@quagga.example>", f"More pumpernickel {n}")))
        .messages.get()
        .conversation
        for n in (1, 2)
    )
    merged = merge_conversations(second, third, actor=cast.alice)
    made = split(conversation, conversation.messages.earliest("occurred_at"), actor=cast.alice)
    unsplit(made, actor=cast.alice)
    membership = open_case(conversation, actor=cast.alice)
    case = {"case_id": membership.case_id, "membership_id": membership.pk}
    case["contact_id"] = conversation.messages.earliest("occurred_at").pk
    ties = {**case, "conversation_merge_id": merged.pk, "split_id": made.pk}
    return {**ties, "link_id": link(conversation, second, actor=cast.alice).pk}


def test_a_stranger_is_sent_to_the_sign_in(dossier: Dossier) -> None:
    with nothing_changes():
        for address, method, answer in walk(Client, dossier):
            if not is_open(address):
                sent_away = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
                assert sent_away or answer.status_code in REFUSED, told(address, method, answer)


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEAD])
def test_for_people_of_another_brand_it_does_not_exist(dossier: Dossier, role: Role) -> None:
    charlie = dossier.cast.charlie
    charlie.role = role
    charlie.save()
    with nothing_changes():
        for address, method, answer in walk(lambda: signed_in(charlie), dossier):
            if names_something(address):
                hidden = HIDDEN if role == Role.TEAM_LEAD and not is_administrators(address) else REFUSED - {401}
                assert answer.status_code in hidden or is_machine(address), told(address, method, answer)


def test_a_planner_needs_nobodys_letters(dossier: Dossier) -> None:
    with nothing_changes():
        for address, method, answer in walk(lambda: signed_in(dossier.cast.planner), dossier, among=is_not_planners):
            if names_something(address):
                assert answer.status_code in REFUSED, told(address, method, answer)


def test_the_files_of_a_draft_are_its_writers_own(dossier: Dossier) -> None:
    file = reverse("workspace:draft_file", args=["all", dossier.examples["file_id"]])
    assert signed_in(dossier.cast.bob).delete(file).status_code == 404
    assert signed_in(dossier.cast.alice).delete(file).status_code == 200


def test_a_token_of_another_brand_finds_nothing(dossier: Dossier) -> None:
    secret = bearer(brand=dossier.cast.other_brand)
    with nothing_changes():
        for address, method, answer in walk(lambda: Client(headers=secret), dossier, among=is_machine):
            if names_something(address):
                assert answer.status_code in HIDDEN, told(address, method, answer)


@pytest.mark.parametrize("secret", ["", "Bearer ", "Bearer nl_guessed", "Basic YTpi", "revoked"])
def test_without_a_token_there_is_no_api(dossier: Dossier, secret: str) -> None:
    """Not even for an administrator who is signed in: a cookie is no token."""
    token, was_good = accounts.give_token("Soon gone")
    accounts.revoke(token)
    headers = {"Authorization": f"Bearer {was_good}" if secret == "revoked" else secret}
    with nothing_changes():
        for address, method, answer in walk(lambda: signed_in(dossier.cast.admin, headers), dossier, among=is_machine):
            if not is_open(address):
                assert answer.status_code in REFUSED, told(address, method, answer)


def test_the_live_stream_tells_nothing_to_whoever_reads_nothing(office: Office) -> None:
    assert office.window().request("/live/").status == 403
    assert office.desk_of("Gijs").request("/live/").status == 403


def test_rows_that_are_asked_for_at_a_signal_are_shown_to_those_who_may_see_them(
    office: Office, dora: Customer
) -> None:
    dora.mails(f"About pumpernickel {dora.address}")
    alice = office.desk_of("Alice").goes_to("/desk/unassigned/")
    row = alice.row(f"About pumpernickel {dora.address}").locator("xpath=..").get_attribute("id") or ""
    rows = f"/live/unassigned/?rows={row.removeprefix('row-')}"
    assert "pumpernickel" in alice.request(rows).text()

    assert office.window().request(rows).status == office.desk_of("Gijs").request(rows).status == 403
    charlie = office.desk_of("Charlie").request(rows)
    assert charlie.status == 200
    assert "pumpernickel" not in charlie.text()
    assert "<li" not in charlie.text()
    garbage = alice.request("/live/unassigned/?rows=x,y")
    assert (garbage.status, garbage.text()) == (400, "These are no ids of conversations: x, y.")


def test_whoever_looks_is_written_down(dossier: Dossier) -> None:
    """Each address that names something of Dora's, and answers, leaves a line in the log of who looked at whom."""
    looked_at = 0
    lead = signed_in(dossier.cast.lead)
    for address in filter(names_something, addresses()):
        Viewing.objects.all().delete()
        forget_looks()
        if address.route not in OF_NOBODY and found(lead, address.url(dossier.examples)):
            looked_at += 1
            seen = Viewing.objects.get()
            assert (seen.person, seen.customer) == (dossier.cast.lead, dossier.conversation.customer_id), address
    assert looked_at >= 8


def test_looking_through_the_api_is_written_down_too(dossier: Dossier) -> None:
    machine = Client(headers=bearer(name="The warehouse"))
    looked_at = 0
    for address in filter(names_something, filter(is_machine, addresses())):
        Viewing.objects.all().delete()
        forget_looks()
        if address.route not in OF_NOBODY and found(machine, address.url(dossier.examples)):
            looked_at += 1
            seen = Viewing.objects.get()
            assert (str(seen.token), seen.customer) == ("The warehouse", dossier.conversation.customer_id), address
    assert looked_at >= 4


def walk(
    outsider: Callable[[], Client], dossier: Dossier, among: Callable[[Address], bool] = lambda address: True
) -> Iterator[tuple[Address, str, HttpResponse]]:
    """Ask for everything in every way; no answer may hold a word of Dora's."""
    for address in filter(among, addresses()):
        client = outsider()  # Anew: one of the addresses signs out.
        for method in METHODS:
            answer = ask(client, method, address.url(dossier.examples), as_json=is_machine(address))
            assert no_secret_in(answer), f"{method} /{address.route} shows what was not meant for this reader"
            yield address, method, answer


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = tables()
    yield
    after = tables()
    assert [table for table in before if before[table] != after[table]] == []


def tables() -> dict[str, list[dict[str, object]]]:
    """Every row of ours. Signing in, using a token and asking at all leave their own marks, which are no change."""
    marks = {"last_login", "last_used_at"}
    rows = {model: model._base_manager.order_by("pk").values() for model in apps.get_models() if is_ours(model)}
    return {
        model.__name__: [{name: value for name, value in row.items() if name not in marks} for row in found]
        for model, found in rows.items()
    }


def is_ours(model: type[Model]) -> bool:
    return model.__module__.startswith("ninelives.") and model._meta.managed and model not in OF_THE_READER


def ask(client: Client, method: str, url: str, *, as_json: bool) -> HttpResponse:
    url = f"{url}?q=zebra" if method == "GET" else url
    if as_json:
        said = {"other": str(new_id())} if url.endswith(("/merges", "/links")) else {"text": "I was here"}
        said = {"until": (now() + timedelta(days=1)).isoformat()} if url.endswith("/snooze") else said
        said = {"message": str(new_id())} if url.endswith("/splits") else said
        said = {"conversation": str(new_id())} if "/cases" in url and url.endswith("/conversations") else said
        said = _of_promises(url) if "/promises/" in url else said
        said = {"state": "break"} if "/agents/" in url else said
        said = {} if method == "PATCH" or url.endswith(("/closure", "/passing")) else said
        said = {"title": "I was here"} if method == "PATCH" and "/cases/" in url else said
        return client.generic(method, url, json.dumps(said), content_type="application/json")
    body = "&".join(f"{name}={value}" for name, value in WORDS.items())
    return client.generic(method, url, body, content_type="application/x-www-form-urlencoded")


def _of_promises(url: str) -> dict[str, object]:
    return {
        "attempts": {"outcome": "reached"},
        "withdrawal": {"reason": "I was here"},
        "window": {"due_by": (now() + timedelta(days=2)).isoformat()},
        "owner": {"person": None},
    }.get(url.rsplit("/", 1)[-1], {})


def no_secret_in(answer: HttpResponse) -> bool:
    shown = answer.getvalue()
    return not any(secret.encode() in shown for secret in SECRETS)


def found(client: Client, url: str) -> bool:
    answer = client.get(url)
    return answer.status_code == 200 and bool(answer.getvalue())


def is_open(address: Address) -> bool:
    return address.name in OPEN or address.name.startswith(SIGNING_IN)


def is_machine(address: Address) -> bool:
    return address.route.startswith("api/")


def is_administrators(address: Address) -> bool:
    return address.route.startswith("webhooks/")


def is_not_planners(address: Address) -> bool:
    """What a planner sets up is theirs to change."""
    return not address.route.startswith(("channel-loads/", "hours/", "queues/", "skills/", "wall/"))


def names_something(address: Address) -> bool:
    return bool(set(address.parameters) - {"view"}) and not is_open(address)


def signed_in(person: Person, headers: Mapping[str, str] | None = None) -> Client:
    client = Client(headers=headers)
    client.force_login(person)
    return client


def told(address: Address, method: str, answer: HttpResponse) -> str:
    return f"{method} /{address.route} ({address.name}) answered {answer.status_code}"
