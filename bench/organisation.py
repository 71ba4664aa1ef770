"""`python -m bench.organisation`, on DATABASE_URL: who and what a bench needs, as far as it is missing."""

import os

from bench.product import EMAIL, PASSWORD
from ninelives.cli.database import set_up_django


def make() -> None:
    from ninelives.accounts import actions as accounts
    from ninelives.accounts.models import Brand, Organisation, Person
    from ninelives.accounts.permissions import Role
    from ninelives.channels import actions as channels
    from ninelives.channels.models import ChannelAccount

    if not Organisation.objects.exists():
        accounts.found("Bench")
    brand = Brand.objects.first() or accounts.open_brand("Bench")
    if not ChannelAccount.objects.filter(kind="mail", takes_all=True).exists():
        channels.open_account("mail", "Service", brand, address="service@bench.example", takes_all=True)
    if not Person.objects.filter(email=EMAIL).exists():
        accounts.take_on(EMAIL, "Mea Surer", Role.ADMINISTRATOR, brands=Brand.objects.all(), password=PASSWORD)


if __name__ == "__main__":
    set_up_django(os.environ["DATABASE_URL"])
    make()
