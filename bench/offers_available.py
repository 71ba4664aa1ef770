"""`python -m bench.offers_available`, on DATABASE_URL: every agent takes up work."""

import os

from ninelives.cli.database import set_up_django


def make() -> None:
    from ninelives.accounts.models import Person
    from ninelives.routing import actions

    for person in Person.objects.filter(email__startswith="agent"):
        actions.set_state(person, "available", actor=person)


if __name__ == "__main__":
    set_up_django(os.environ["DATABASE_URL"])
    make()
