"""`python -m bench.offers_centre`, on DATABASE_URL: queues, skills, who is in which, and a session for each agent.

Reads JSON (`agents`, `queues`) and prints the cookie of each agent.
"""

import json
import os
import random
import string
import sys

from bench.offers_marks import address
from ninelives.cli.database import set_up_django


def make(agents: int, queues: int, seed: int) -> list[str]:
    from bench.product import agent_email
    from ninelives.accounts.models import Brand, Person
    from ninelives.channels import actions as channels
    from ninelives.routing import actions

    chance = random.Random(seed)
    brand = Brand.objects.get()
    people = [Person.objects.get(email=agent_email(number)) for number in range(agents)]
    skills = [actions.name_skill(f"skill {number}") for number in range(queues)]
    for number, skill in enumerate(skills):
        account = channels.open_account("mail", f"Queue {number}", brand, address=address(number))
        # Nothing that waits on purpose, as for a ring or a reserve: what is measured is how fast, not how well.
        rings = [actions.Ring(skill, 1)]
        fields = {"within": 20, "handling": 30, "patience": 120, "offer_stands": 60}
        described = actions.Described(fields=fields, accounts=[account.pk], rings=rings)
        actions.open_queue(brand, f"Queue {number}", described)
    for person in people:
        known = chance.sample(skills, chance.choice([1, 2, 2, 3]))
        actions.set_levels(person, [(skill, chance.randint(1, 5)) for skill in known])
    actions.set_load("mail", most=1, weight=100, interrupts=False)
    return [session_of(person, chance) for person in people]


def session_of(person: object, chance: random.Random) -> str:
    """As signing in makes it, without the hundreds of passwords."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)  # type: ignore[attr-defined]
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()  # type: ignore[attr-defined]
    session.create()
    token = "".join(chance.choices(string.ascii_letters + string.digits, k=32))
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"


if __name__ == "__main__":
    set_up_django(os.environ["DATABASE_URL"])
    told = json.load(sys.stdin)
    print(json.dumps(make(told["agents"], told["queues"], told["seed"])))
