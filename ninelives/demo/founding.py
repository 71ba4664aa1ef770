"""The demo organisation: its brands, people and addresses, and its past. All of it or nothing."""

import secrets
from dataclasses import asdict

from django.db import transaction

from ninelives.accounts import actions as accounts
from ninelives.accounts.models import Brand, Organisation, Person
from ninelives.accounts.permissions import Role
from ninelives.channels import actions as channels
from ninelives.channels.models import ChannelAccount
from ninelives.channels.registry import channel
from ninelives.demo import history, queues
from ninelives.demo.answers import ANSWERS
from ninelives.demo.cast import BOXES, BRANDS, EDITOR, ORGANISATION, PEOPLE, Agent, Box
from ninelives.knowledge import actions as knowledge


@transaction.atomic
def found(password: str) -> None:
    """Into an empty database; everybody gets this password."""
    accounts.found(ORGANISATION, is_demo=True)
    brands: dict[str, Brand] = {}
    for name, sister in BRANDS.items():
        brands[name] = accounts.open_brand(name, shares_customers_with=brands.get(sister))
    boxes = {box: _open(box, brands[box.brand]) for box in BOXES}
    people = {agent: _take_on(agent, brands) for agent in PEOPLE}
    accounts.give_password(password, *people.values())
    for answer in ANSWERS:
        knowledge.write_answer(None, actor=people[EDITOR], **asdict(answer))
    history.write(boxes, people)
    queues.set_up(brands, people)


@transaction.atomic
def complete() -> None:
    """What a demo that an older version founded has not: its organisation keeps what it is and changed."""
    # Locked, for two machines that start at once: the second finds it done.
    Organisation.objects.select_for_update().get()
    for box in BOXES:
        brand = Brand.objects.filter(name=box.brand).first()
        if brand and not ChannelAccount.objects.filter(kind=box.kind, brand=brand).exists():
            _open(box, brand)


def _open(box: Box, brand: Brand) -> ChannelAccount:
    secret = [setting.name for setting in channel(box.kind).settings if setting.required and setting.secret]
    return channels.open_account(
        box.kind,
        box.name,
        brand,
        address=box.address,
        takes_all=box.takes_all,
        confirms=box.confirms,
        told={name: secrets.token_urlsafe(24) for name in secret} | dict(box.told),
    )


def _take_on(agent: Agent, brands: dict[str, Brand]) -> Person:
    works_for = [brands[name] for name in agent.brands]
    role = Role(agent.role)
    return accounts.take_on(agent.email, agent.name, role, brands=works_for, language=agent.language, password=None)
