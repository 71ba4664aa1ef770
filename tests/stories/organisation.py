"""`python -m tests.stories.organisation`: the cast in the empty database of DATABASE_URL."""

import os

from ninelives.cli.database import set_up_django


def make() -> None:
    from ninelives.cli.prepare import bring_up_to_date
    from tests.cast import PASSWORD, bearer, make_cast

    bring_up_to_date()
    make_cast(password=PASSWORD)
    print(bearer()["Authorization"])


if __name__ == "__main__":
    set_up_django(os.environ["DATABASE_URL"])
    make()
