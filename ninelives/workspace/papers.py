"""Registering letters, and asking whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ninelives.accounts.models import Person
from ninelives.channels.actions import store
from ninelives.channels.bodies import is_pdf
from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import Envelope
from ninelives.channels.queries import abilities, accounts_for_paper, address_kind, is_paper
from ninelives.conversations.models import Conversation, Participant
from ninelives.customers.queries import listed_addresses
from ninelives.foundation.ids import new_id
from ninelives.workspace.links import link
from ninelives.workspace.screens import Whose

MOST_FILES = 50


class UnfitError(Exception):
    """Nothing was kept. It says why, for people."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The page on which letters are handed over."""

    accounts: tuple[tuple[str, str], ...]  # id and name; none: there is nowhere to put a letter
    key: str  # the same for the same click
    most: int


def asking(person: Person) -> Asking:
    return Asking(
        tuple((str(one.pk), one.name) for one in accounts_for_paper(person.brand_ids)), str(new_id()), MOST_FILES
    )


def register(person: Person, account_id: str, key: UUID, came: "Sequence[UploadedFile[bytes]]") -> int:
    """How many letters. The same key again keeps nothing more. Raises UnfitError."""
    account = next((one for one in accounts_for_paper(person.brand_ids) if str(one.pk) == account_id), None)
    if account is None:
        raise UnfitError(_("There is nowhere to put letters any more. Load the page anew."))
    _check(account, came)
    for number, file in enumerate(came):
        # One at a time: fifty of the largest would be more than there is room for.
        file.seek(0)
        store(account, file.read(), Envelope(), key=f"desk:{key}:{number}")
    return len(came)


def whose(conversation: Conversation) -> Whose | None:
    """Only of paper: whoever reaches us on another channel can be reached there."""
    kind = address_kind(conversation.account.kind)
    if not is_paper(conversation.account.kind):
        return None
    customer = conversation.customer.record
    if any(one.kind != kind for one in listed_addresses(customer)):
        return None
    # As whom it came in; whoever was given a name is somebody.
    came_as = Participant.objects.filter(conversation=conversation, kind=kind).values_list("name", flat=True)
    if customer.name not in came_as:
        return None
    query = urlencode({"next": link("conversation", "all", conversation.pk)})
    return Whose(f"{link('merges', customer.pk)}?{query}", link("customer", customer.pk))


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
