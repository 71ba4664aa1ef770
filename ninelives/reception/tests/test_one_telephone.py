"""A telephone number on several channels: one person, unless something says that the number is another's now."""

from typing import Any

import pytest

from ninelives.channels.actions import open_account, store
from ninelives.channels.protocol import Envelope
from ninelives.conversations.models import Conversation
from ninelives.customers import tasks
from ninelives.customers.models import Customer
from ninelives.foundation.models import Fact
from ninelives.reception.working import take_receipts
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Telephone:
    """What comes in of one number."""

    def __init__(self, cast: Cast) -> None:
        twilio = {"account_sid": "AC1", "auth_token": "a token", "number": "+15005550006"}
        self.sms_account = open_account("twilio_sms", "SMS", cast.brand, told=twilio)
        meta = {"app_secret": "s", "verify_token": "v", "phone_number_id": "1", "access_token": "t"}
        self.app_account = open_account("whatsapp", "WhatsApp", cast.brand, told=meta)

    def sms(self, text: str) -> None:
        body = f"MessageSid=SM{text}&From=%2B31612345678&Body={text}".encode()
        store(self.sms_account, body, Envelope())
        process()

    def whatsapp(self, text: str, user_id: str, name: str) -> None:
        body = _WHATSAPP % {"id": text, "user_id": user_id, "name": name}
        store(self.app_account, body.encode(), Envelope())
        process()


_WHATSAPP = """{"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [
  {"field": "messages", "value": {
  "messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"},
  "contacts": [{"profile": {"name": "%(name)s"}, "wa_id": "31612345678", "user_id": "%(user_id)s"}],
  "messages": [{"from": "31612345678", "from_user_id": "%(user_id)s", "id": "wamid.%(id)s", "timestamp": "1790000000",
                "type": "text", "text": {"body": "%(id)s"}}]}}]}]}"""


def process() -> None:
    while take_receipts():
        pass
    for fact in Fact.objects.filter(name="AddressShared").order_by("pk"):
        tasks.join_if_safe(fact_id=fact.pk, **fact.told)


def people() -> dict[Any, set[str]]:
    """Of each person, the channels on which they wrote."""
    found: dict[Any, set[str]] = {}
    for one in Conversation.objects.select_related("customer__root", "account"):
        found.setdefault(one.customer.record.pk, set()).add(one.account.kind)
    return found


def test_who_writes_on_whatsapp_and_then_an_sms_is_one_person(cast: Cast) -> None:
    phone = Telephone(cast)
    phone.whatsapp("one", "NL.1", "Dora Jansen")
    phone.sms("two")
    assert list(people().values()) == [{"whatsapp", "twilio_sms"}]
    assert Customer.objects.get().name == "Dora Jansen"


def test_a_number_that_somebody_of_another_name_has_now_joins_nobody(cast: Cast) -> None:
    phone = Telephone(cast)
    phone.whatsapp("one", "NL.1", "Dora Jansen")
    phone.whatsapp("two", "NL.2", "Bram de Boer")
    assert list(people().values()) == [{"whatsapp"}, {"whatsapp"}]


def test_who_writes_an_sms_and_then_on_whatsapp_is_one_person(cast: Cast) -> None:
    phone = Telephone(cast)
    phone.sms("one")
    phone.whatsapp("two", "NL.1", "Dora Jansen")
    assert list(people().values()) == [{"whatsapp", "twilio_sms"}]
    assert Customer.objects.get().name == "Dora Jansen"


@pytest.mark.parametrize("name", ["Dora Jansen", ""])
def test_another_account_on_a_number_joins_nobody_whatever_its_name(cast: Cast, name: str) -> None:
    phone = Telephone(cast)
    phone.whatsapp("one", "NL.1", "Dora Jansen")
    phone.whatsapp("two", "NL.2", name)
    assert list(people().values()) == [{"whatsapp"}, {"whatsapp"}]
