"""Queues, agents and their states, offers, and why a conversation went to whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from ninja import Query, Router
from ninja.responses import Status

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.models import Person
from ninelives.api import routing_schemas as schemas
from ninelives.api.conversations import found as conversation_found
from ninelives.api.idempotency import Key, once
from ninelives.api.paging import page, page_together
from ninelives.api.problems import INVALID, OFFER_ENDED, Problem, wrong_field
from ninelives.api.schemas import Named, Referenced, Slice
from ninelives.api.tokens import MAY_ANSWER, MAY_READ, MAY_WATCH, TokenRequest
from ninelives.channels.registry import CHANNELS
from ninelives.foundation.clock import now
from ninelives.routing import actions, queries
from ninelives.routing.models import Choice, Offer, Placement, Presence, Queue
from ninelives.routing.opening import opening_of_queue
from ninelives.routing.wording import explained

queues, agents, offers, stories = (Router(tags=["routing"]) for _ in range(4))


@queues.get("", response=schemas.Queues, auth=MAY_WATCH)
def list_queues(request: TokenRequest, asked: Query[Slice]) -> Any:
    """With how many wait, for how long, and how long somebody who comes now will wait."""
    rows = Queue.objects.visible_to(request.auth).select_related("brand", "experts")
    return page_together(schemas.Queues, rows, asked, lambda part: [_queue(one) for one in queries.queues_now(part)])


@agents.get("", response=schemas.Agents, auth=MAY_WATCH)
def list_agents(request: TokenRequest, asked: Query[Slice]) -> Any:
    """Those who answer customers, with their state and how much they have."""
    return page_together(schemas.Agents, queries.agents(request.auth), asked, _agents)


@agents.put("/{agent_id}/state", response=schemas.Agent, auth=MAY_WATCH)
def set_agent_state(request: TokenRequest, agent_id: UUID, wanted: schemas.NewState) -> Any:
    """Whether they are offered work. Who is away gives back what waits for an answer."""
    person = get_object_or_404(queries.agents(request.auth), pk=agent_id)
    if unknown := [kind for kind in wanted.without if kind not in CHANNELS]:
        words = gettext("There is no kind of channel “%s”.") % unknown[0]
        raise Problem(INVALID, errors=[wrong_field("without", "unknown_kind", words)])
    if wanted.state == Presence.State.WRAP_UP:
        words = gettext("This state comes by itself after a conversation.")
        raise Problem(INVALID, errors=[wrong_field("state", "not_to_be_set", words)])
    actions.forget_beat(person)
    actions.set_state(person, wanted.state, actor=request.auth, reason=wanted.reason, without=wanted.without)
    return _agents([person])[0]


@offers.get("", response=schemas.Offers, auth=MAY_READ)
def list_offers(request: TokenRequest, asked: Query[schemas.OffersAsked]) -> Any:
    """Those that are open, unless another `state` is asked for; newest first."""
    rows = queries.offers_visible_to(request.auth)
    if asked.agent:
        rows = rows.filter(person=asked.agent)
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page(schemas.Offers, rows, asked, _offer)


@offers.post("/{offer_id}/acceptance", response={201: schemas.Offer}, auth=MAY_ANSWER)
def accept_offer(request: TokenRequest, offer_id: UUID, idempotency_key: Key = "") -> HttpResponse:
    """For whoever it was offered to: the conversation is theirs. Accepted twice is accepted once."""
    offer = _found(request, offer_id)

    def accept() -> Status[Any]:
        try:
            actions.accept(offer)
        except actions.OfferEndedError as reason:
            raise Problem(OFFER_ENDED) from reason
        return Status(201, _offer(_found(request, offer_id)))

    return once(request, idempotency_key, accept)


@offers.post("/{offer_id}/passing", response={201: schemas.Offer}, auth=MAY_ANSWER)
def pass_offer(
    request: TokenRequest, offer_id: UUID, wanted: schemas.NewPass, idempotency_key: Key = ""
) -> HttpResponse:
    """Whoever it was offered to does not take it: somebody else is asked."""
    offer = _found(request, offer_id)

    def pass_on() -> Status[Any]:
        if not actions.pass_on(offer, reason=wanted.reason):
            raise Problem(OFFER_ENDED)
        return Status(201, _offer(_found(request, offer_id)))

    return once(request, idempotency_key, pass_on)


@stories.get("/{conversation_id}/routing", response=schemas.Story, auth=MAY_READ)
def read_routing(request: TokenRequest, conversation_id: UUID) -> Any:
    """Its places in queues and each decision, with its reasons. That this token read it is logged."""
    conversation = conversation_found(request.auth, conversation_id)
    note_viewing(request.auth, customer=conversation.customer_id, subject="conversation", subject_id=conversation.pk)
    return schemas.Story(placements=[_placement(one) for one in queries.placements_of(conversation)])


def _found(request: TokenRequest, offer_id: UUID) -> Offer:
    return get_object_or_404(queries.offers_visible_to(request.auth), pk=offer_id)


def _queue(seen: queries.QueueNow) -> schemas.Queue:
    queue = seen.queue
    opening = opening_of_queue(queue, now())
    return schemas.Queue(
        id=queue.pk,
        name=queue.name,
        brand=Named(id=queue.brand_id, name=queue.brand.name),
        is_active=queue.is_active,
        is_open=opening.is_open,
        opens_at=opening.opens_at,
        waiting=seen.waiting,
        offered=seen.offered,
        held=seen.held,
        longest_wait=(now() - seen.waits_since).total_seconds() if seen.waits_since else None,
        expected_wait=_wait(seen.expected),
        within=queue.within,
        experts=Named(id=queue.experts.pk, name=queue.experts.name) if queue.experts else None,
        lets_choose=queue.lets_choose,
    )


def _agents(people: list[Person]) -> list[schemas.Agent]:
    return [_agent(one) for one in queries.agents_now(people)]


def _agent(seen: queries.AgentNow) -> schemas.Agent:
    person, presence = seen.person, seen.presence
    return schemas.Agent(
        id=person.pk,
        name=person.name,
        state=seen.state,
        why=presence.why if presence else "",
        reason=presence.reason if presence else "",
        since=presence.at if presence else None,
        without=presence.without if presence else [],
        load=seen.load,
        held=seen.held,
        offer=seen.offer,
        queues=list(seen.queues),
    )


def _offer(offer: Offer) -> schemas.Offer:
    placement = offer.placement
    customer = placement.conversation.customer.record
    return schemas.Offer(
        id=offer.pk,
        state=offer.state,
        agent=Named(id=offer.person_id, name=offer.person.name),
        queue=Named(id=placement.queue_id, name=placement.queue.name),
        conversation=Referenced(id=placement.conversation_id, reference=placement.conversation.reference),
        customer=Named(id=customer.pk, name=customer.name),
        channel=placement.kind,
        reason=offer.reason,
        at=offer.at,
        expires_at=offer.expires_at,
        ended_at=offer.ended_at,
    )


def _placement(placement: Placement) -> schemas.Placement:
    waits = placement.state == Placement.State.WAITING
    ahead, wait = queries.wait_of_placement(placement) if waits else (None, None)
    return schemas.Placement(
        id=placement.pk,
        queue=Named(id=placement.queue_id, name=placement.queue.name),
        state=placement.state,
        purpose=placement.purpose,
        agent=Named(id=placement.person.pk, name=placement.person.name) if placement.person else None,
        since=placement.since,
        accepted_at=placement.accepted_at,
        ended_at=placement.ended_at,
        why=placement.why,
        ahead=ahead,
        expected_wait=_wait(wait),
        choice=_choice(placement),
        decisions=[
            schemas.Decision(
                id=one.pk,
                at=one.at,
                agent=Named(id=one.person.pk, name=one.person.name) if one.person else None,
                waited=one.waited,
                guard=one.guard,
                explanation=explained(one),
                score=one.winner_score,
                runner_up=one.runner_up_name,
                runner_up_score=one.runner_up_score,
                class_price=one.class_price,
                profile_price=one.profile_price,
                plan=one.plan,
            )
            for one in queries.decisions_of(placement)
        ],
    )


def _choice(placement: Placement) -> schemas.Choice | None:
    """What the customer chose last."""
    one = max(placement.choices.all(), key=_chosen_at, default=None)
    if one is None:
        return None
    return schemas.Choice(
        what=one.what,
        at=one.at,
        starts=one.starts,
        ends=one.ends,
        agent=Named(id=one.person.pk, name=one.person.name) if one.person else None,
        experts=Named(id=one.experts.pk, name=one.experts.name) if one.experts else None,
        promise=Referenced(id=one.promise.pk, reference=one.promise.reference) if one.promise else None,
        ended_at=one.ended_at,
        has_lapsed=one.has_lapsed,
    )


def _chosen_at(choice: Choice) -> datetime:
    return choice.at


def _wait(wait: queries.Wait | None) -> schemas.Wait | None:
    return schemas.Wait(mean=wait.mean, low=wait.low, high=wait.high) if wait else None
