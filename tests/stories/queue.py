"""`DEED=open|choosing|expert|shut ACCOUNT=NAME python -m tests.stories.queue`: a queue of this account of the
organisation of DATABASE_URL.

Of no other: whatever waits in the other stories would be offered, too. `choosing`: it lets customers choose by message.
`expert`: another queue of it, below, in which Bob is at work, with too much to do to be offered anything.
"""

import os

from ninelives.cli.database import set_up_django

MAILBOX, ADDRESS = "Offers", "offers@zonnestroom.example"


def main(deed: str, account: str) -> None:
    from ninelives.accounts.models import Brand, Person
    from ninelives.channels import actions as channels
    from ninelives.channels.models import ChannelAccount
    from ninelives.routing import actions
    from ninelives.routing.models import Queue

    brand, name, experts = Brand.objects.get(name="Zonnestroom"), f"Queue of {account}", f"Experts of {account}"
    if account == MAILBOX and not ChannelAccount.objects.filter(name=MAILBOX).exists():
        channels.open_account("mail", MAILBOX, brand, address=ADDRESS)
    of_it = [ChannelAccount.objects.get(name=account).pk]
    if deed == "expert":
        bob = Person.objects.get(name="Bob")
        actions.open_queue(brand, experts, actions.Described(accounts=of_it, members=[bob.pk]))
        actions.set_state(bob, "busy", actor=bob)
        return
    for one in Queue.objects.filter(name=experts):
        actions.switch_off(one)
        bob = Person.objects.get(name="Bob")
        actions.set_state(bob, "away", actor=bob)
    described = actions.Described(
        fields={"is_active": deed != "shut", "lets_choose": deed == "choosing"}, accounts=of_it
    )
    found = Queue.objects.filter(name=name).first()
    if found:
        actions.change_queue(found, described, actor=None)
    else:
        actions.open_queue(brand, name, described)


if __name__ == "__main__":
    set_up_django(os.environ["DATABASE_URL"])
    main(os.environ["DEED"], os.environ["ACCOUNT"])
