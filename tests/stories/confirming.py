"""`python -m tests.stories.confirming`: mailboxes at ADDRESSES that confirm what comes in, on DATABASE_URL."""

import os

from ninelives.cli.database import set_up_django


def make(*addresses: str) -> None:
    from ninelives.accounts.models import Brand
    from ninelives.channels import actions as channels

    for address in addresses:
        channels.open_account("mail", address, Brand.objects.earliest("pk"), address=address, confirms=True)


if __name__ == "__main__":
    set_up_django(os.environ["DATABASE_URL"])
    make(*os.environ["ADDRESSES"].split())
