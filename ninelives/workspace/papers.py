"""Registering letters, of somebody or of nobody knows whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from ninelives.accounts.models import Person
from ninelives.channels.actions import store
from ninelives.channels.bodies import is_pdf
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import Envelope
from ninelives.channels.queries import abilities, accounts_for_paper, sender_of_paper
from ninelives.customers.actions import AddressTakenError, add_address
from ninelives.customers.models import Customer
from ninelives.foundation.address import Proof
from ninelives.foundation.ids import new_id
from ninelives.workspace.joining import Choice, choice
from ninelives.workspace.links import link

MOST_FILES = 50


class UnfitError(Exception):
    """Nothing was kept. It says why, for people."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The page on which letters are handed over."""

    accounts: tuple[tuple[str, str], ...]  # id and name; none: there is nowhere to put a letter
    key: str  # the same for the same click
    most: int
    url: str
    # Whose they are, where somebody has said so.
    customer: Choice | None


def asking(person: Person, whose: Customer | None) -> Asking:
    accounts = tuple((str(one.pk), one.name) for one in accounts_for_paper(person.brand_ids))
    url = link("letters")
    return Asking(accounts, str(new_id()), MOST_FILES, url, choice(whose, url) if whose else None)


def register(
    person: Person, account_id: str, key: UUID, came: "Sequence[UploadedFile[bytes]]", whose: Customer | None
) -> int:
    """How many letters. The same key again keeps nothing more. Raises UnfitError."""
    account = next((one for one in accounts_for_paper(person.brand_ids) if str(one.pk) == account_id), None)
    if account is None:
        raise UnfitError(_("There is nowhere to put letters any more. Load the page anew."))
    _check(account, came)
    if whose:
        _give(account, came, whose)
    for number, file in enumerate(came):
        # One at a time: fifty of the largest would be more than there is room for.
        file.seek(0)
        store(account, file.read(), Envelope(file_name=file.name or ""), key=f"desk:{key}:{number}")
    return len(came)


@transaction.atomic
def _give(account: ChannelAccount, came: "Sequence[UploadedFile[bytes]]", whose: Customer) -> None:
    """Their senders are this customer before they are read: all of them, or none."""
    if whose.base_id != account.brand.base_id:
        raise UnfitError(_("This customer is of another brand than the letters. Nothing was registered."))
    for file in came:
        file.seek(0)
        try:
            add_address(whose, sender_of_paper(account, file.read()), Proof.USUAL, source="agent")
        except AddressTakenError:
            told = {"name": file.name}
            words = _("“%(name)s” was registered before, as somebody else's. Nothing was registered now.")
            raise UnfitError(words % told) from None


def _check(account: ChannelAccount, came: "Sequence[UploadedFile[bytes]]") -> None:
    if not came:
        raise UnfitError(_("Choose the file of at least one letter."))
    if len(came) > MOST_FILES:
        raise UnfitError(_("These are more than %(n)s files. Nothing was registered.") % {"n": MOST_FILES})
    most = abilities(account.kind).max_attachment_bytes
    for file in came:
        if not is_pdf(file.read(1024)):
            raise UnfitError(_("“%(name)s” is no PDF. Nothing was registered.") % {"name": file.name})
        if (file.size or 0) > most:
            told = {"name": file.name, "mb": most // 1_000_000}
            raise UnfitError(_("“%(name)s” is larger than %(mb)s MB. Nothing was registered.") % told)
