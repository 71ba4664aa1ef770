"""`python -m bench.organisation [BRANDS [AGENTS]]`, on DATABASE_URL: what a bench needs, as far as it is missing."""

import os
import sys

from bench.product import EMAIL, PASSWORD, agent_email, one_brand_email
from ninelives.cli.database import set_up_django


def make(brands: int, agents: int) -> None:
    from ninelives.accounts import actions as accounts
    from ninelives.accounts.models import Brand, Organisation, Person
    from ninelives.accounts.permissions import Role
    from ninelives.channels import actions as channels
    from ninelives.channels.models import ChannelAccount

    if not Organisation.objects.exists():
        accounts.found("Bench")
    first = Brand.objects.first() or accounts.open_brand("Bench")
    if not ChannelAccount.objects.filter(kind="mail", takes_all=True).exists():
        channels.open_account("mail", "Service", first, address="service@bench.example", takes_all=True)
    for number in range(Brand.objects.count(), brands):
        # The second shares the first one's customers, the third has its own.
        brand = accounts.open_brand(f"Brand {number}", shares_customers_with=first if number == 1 else None)
        channels.open_account("mail", f"Service {number}", brand, address=f"service{number}@bench.example")
    people = {EMAIL: Role.ADMINISTRATOR} | {agent_email(number): Role.AGENT for number in range(agents)}
    for email, role in people.items():
        if not Person.objects.filter(email=email).exists():
            name = email.partition("@")[0].capitalize()
            accounts.take_on(email, name, role, brands=Brand.objects.all(), language="en", password=PASSWORD)
    if not Person.objects.filter(email=one_brand_email()).exists():
        last = Brand.objects.order_by("pk").last()
        brands = [last] if last else []
        accounts.take_on(one_brand_email(), "Onebrand", Role.AGENT, brands=brands, language="en", password=PASSWORD)


if __name__ == "__main__":
    set_up_django(os.environ["DATABASE_URL"])
    make(*[*(int(word) for word in sys.argv[1:]), 1, 1][:2])
