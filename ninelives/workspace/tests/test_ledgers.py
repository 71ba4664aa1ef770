"""What the ledger shows of a receipt."""

import pytest
from django.test import Client

from ninelives.channels.models import Receipt
from ninelives.workspace.ledgers import row
from tests.cast import mail, make_cast, take_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_chatted_is_shown_by_what_a_person_can_read() -> None:
    account = make_cast().pretend
    theirs = Receipt(account=account, envelope_from=f"{account.pk}:48120377", size=1)
    ours = Receipt(account=account, envelope_from=f"{account.pk}/01a22486-0c26-718e-9deb-260c2fbe6d31", size=1)
    assert [row(receipt).sender for receipt in (theirs, ours)] == ["48120377", "…6D31"]


def test_who_waits_for_a_replay_is_told_what_became_of_it() -> None:
    cast = make_cast()
    receipt = take_in(cast.mailbox, mail())
    Receipt.objects.filter(pk=receipt.pk).update(state="stored")
    lead = Client()
    lead.force_login(cast.lead)
    waiting = lead.get(f"/ledger/{receipt.pk}/").content.decode()
    assert f'hx-get="/ledger/{receipt.pk}/"' in waiting
    Receipt.objects.filter(pk=receipt.pk).update(state="processed")
    told = lead.get(f"/ledger/{receipt.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in told
    assert "Processed" in told
    assert "hx-get" not in told
