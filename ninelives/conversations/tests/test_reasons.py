"""A row that was found shows the words for which it was."""

import pytest
from django.test import Client

from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.conversations.reasons import Reason, reasons
from ninelives.customers.models import Customer
from ninelives.foundation.models import File
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def said(cast: Cast, *texts: str) -> Conversation:
    customer = Customer.objects.create(base=cast.brand.base, name="Dora Jansen")
    conversation = Conversation.objects.create(customer=customer, account=cast.mailbox, brand=cast.brand)
    for text in texts:
        Message.objects.create(conversation=conversation, account=cast.mailbox, direction="inbound", text=text)
    return conversation


def shown(reason: Reason) -> str:
    return "".join(f"[{one.text}]" if one.is_marked else one.text for one in reason.words)


@pytest.mark.parametrize(
    ("text", "q", "line"),
    [
        ("Waar blijft mijn factuur van mei?", "facturen", "…mijn [factuur] van mei?"),
        ("Onze zonnepanelen, en die panelen", "panelen", "Onze zonne[panelen], en die [panelen]"),
        ("Het Café is\n\n dicht", "cafe", "Het [Café] is dicht"),
        ("Bel 06-12 34 56 78 graag", "+31612345678", "Bel 0[6-12 34 56 78] graag"),
        ("IBAN NL91 ABNA 0417 1643 00.", "NL91ABNA0417164300", "IBAN [NL91 ABNA 0417 1643 00]."),
        ("Ons gas en de gasmeter, niet vergast", "gas", "Ons [gas] en de [gas]meter, niet vergast"),
        ("De verhuizing is af", "verhiuzing", "De [verhuizing] is af"),
        ("<b>factuur</b>", "factuur", "<b>[factuur]</b>"),
    ],
)
def test_the_words_that_were_found_are_marked(cast: Cast, text: str, q: str, line: str) -> None:
    conversation = said(cast, "Iets anders", text)
    assert shown(reasons([conversation.pk], q)[conversation.pk]) == line


def test_who_is_found_by_name_needs_no_reason(cast: Cast) -> None:
    conversation = said(cast, "Hallo")
    assert reasons([conversation.pk], "jansen") == {}
    assert reasons([conversation.pk], "%%") == {}


def test_a_file_is_shown_by_its_name(cast: Cast) -> None:
    conversation = said(cast, "Zie bijlage")
    message = conversation.messages.get()
    Message.objects.filter(pk=message.pk).update(has_files=True)
    file = File.objects.create(sha256="0" * 64, size=1)
    Attachment.objects.create(message=message, file=file, name="Contract.pdf", media_type="application/pdf", size=1)
    reason = reasons([conversation.pk], "contract")[conversation.pk]
    assert (shown(reason), reason.is_file) == ("[Contract].pdf", True)


def test_rows_show_it_and_what_is_to_be_told(cast: Cast, client: Client) -> None:
    said(cast, "De <i>factuur</i> klopt niet")
    client.force_login(cast.alice)
    just_so = client.get("/desk/all/", {"q": "facturen"}).content.decode()
    assert "De &lt;i&gt;<mark>factuur</mark>&lt;/i&gt; klopt niet" in just_so
    assert "come close" not in just_so
    assert "come close" in client.get("/desk/all/", {"q": "faktuur"}).content.decode()
    assert "come close" not in client.get("/desk/all/", {"q": "~faktuur"}).content.decode()
    assert "come close" not in client.get("/desk/all/", {"q": "xyzzyq"}).content.decode()
