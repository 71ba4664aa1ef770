"""`DEED=open|shut ACCOUNT=NAME python -m tests.stories.queue`: a queue of this account of DATABASE_URL's organisation.

Of no other: whatever waits in the other stories would be offered, too.
"""

import os

from ninelives.cli.database import set_up_django

MAILBOX, ADDRESS = "Offers", "offers@zonnestroom.example"


def main(deed: str, account: str) -> None:
    from ninelives.accounts.models import Brand
    from ninelives.channels import actions as channels
    from ninelives.channels.models import ChannelAccount
    from ninelives.routing import actions
    from ninelives.routing.models import Queue

    brand, name = Brand.objects.get(name="Zonnestroom"), f"Queue of {account}"
    if account == MAILBOX and not ChannelAccount.objects.filter(name=MAILBOX).exists():
        channels.open_account("mail", MAILBOX, brand, address=ADDRESS)
    of_it = [ChannelAccount.objects.get(name=account).pk]
    described = actions.Described(fields={"is_active": deed == "open"}, accounts=of_it)
    found = Queue.objects.filter(name=name).first()
    if found:
        actions.change_queue(found, described, actor=None)
    else:
        actions.open_queue(brand, name, described)


if __name__ == "__main__":
    set_up_django(os.environ["DATABASE_URL"])
    main(os.environ["DEED"], os.environ["ACCOUNT"])
