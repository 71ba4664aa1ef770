"""What is said is found by its stems, its parts, in any grouping of its digits, and nearly so written."""

import random
import threading
from uuid import UUID

import pytest
from django.db import connection, transaction

from ninelives.accounts.models import Actor
from ninelives.conversations import actions, searching
from ninelives.conversations.models import Attachment, Conversation, Message, Word
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.foundation.models import File
from ninelives.workspace.finding import groups
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def said(cast: Cast, text: str, *, name: str = "Somebody", other: bool = False, subject: str = "") -> Conversation:
    account = cast.other_mailbox if other else cast.mailbox
    customer = Customer.objects.create(base_id=account.brand.base_id, name=name)
    conversation = Conversation.objects.create(customer=customer, account=account, brand_id=account.brand_id)
    Message.objects.create(
        conversation=conversation, account=account, direction="inbound", text=text, subject=subject, customer=customer
    )
    return conversation


def found(actor: Actor, q: str) -> set[UUID]:
    """Just as it was asked."""
    return set(searching.newest(actor, q, most=100, nearly=False).ids)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        # Dutch stems, and what they stand in.
        ("Waar is mijn factuur?", ["facturen", "Factuur", "FACTUREN"]),
        ("Twee betalingen gedaan", ["betaling"]),
        ("Er liggen zonnepanelen", ["zonnepaneel", "paneel", "panelen", "zonnep"]),
        ("Wij gaan verhuizen", ["verhuizing"]),
        ("Vorige week verhuisd", ["verhuizing", "verhuis"]),
        ("Twee brieven", ["brief"]),
        ("De huizen", ["huis"]),
        # English stems.
        ("Three invoices", ["invoice", "invoices"]),
        ("We are moving", ["moved"]),
        # Parts, also of what is no word.
        ("Een zonnepanelenactie", ["panelen", "nelenact", "acties"]),
        ("De omvormer staat uit", ["vorm", "omvorm"]),
        ("Zie https://www.example.org/voorwaarden2025.pdf", ["voorwaarden2025", "example.org", "waarden2025.pdf"]),
        ("Mail naar dora.devries@example.org", ["devries", "dora.devries@example.org"]),
        # Accents, both ways.
        ("Het café is dicht", ["cafe", "cafes", "caf"]),
        ("Groeten van Müller", ["muller", "MÜLLER", "mul", "mü"]),
        ("Een cafe aan zee", ["café"]),
        ("Één", ["een", "één"]),
        # Numbers in any writing, and in part.
        ("IBAN NL91 ABNA 0417 1643 00 graag", ["NL91ABNA0417164300", "nl91 abna 0417 1643 00", "04 17.1643"]),
        ("IBAN NL91ABNA0417164300 graag", ["NL91 ABNA 0417 1643 00", "0417164300", "0417 1643 00"]),
        ("Meter 12.345-678", ["12345678", "12 345 678", "12.345.678", "345678"]),
        ("Meter 12345678", ["12.345-678", "1234 5678", "12345678"]),
        ("Bel 06-12 34 56 78", ["0612345678", "+31 6 1234 5678", "0031612345678", "06 12345678", "+31 (0)6 12345678"]),
        ("Bel +31 (0)6 1234 5678", ["06-12345678", "0612345678", "31612345678"]),
        ("Bel 0031612345678.", ["06-12 34 56 78", "+31612345678"]),
        ("Order INV-2025-00123", ["INV202500123", "inv-2025-00123", "2025 00123", "INV-2025"]),
        ("Nummers 12345 67890", ["12345", "67890", "12345 67890", "67890 12345"]),
        # Together, in one message.
        ("De factuur 12.345-678 klopt niet", ["facturen 12345678", "12345678 klop"]),
    ],
)  # fmt: skip
def test_what_is_said_is_found(cast: Cast, text: str, asked: list[str]) -> None:
    conversation = said(cast, text)
    said(cast, "Iets heel anders over water")
    for q in asked:
        assert found(cast.alice, q) == {conversation.pk}, q
        assert not found(cast.charlie, q), q


def test_what_is_something_else_is_not_found(cast: Cast) -> None:
    said(cast, "Factuur 12345678 van 3 mei, meter 00123 voor het parkeren")
    for q in ("87654321", "meting", "2345 factuur meter water", "parkiet", "123 456 78 9", "acht"):
        assert not found(cast.alice, q), q


LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOWELS = "aeiou"


@pytest.mark.parametrize("seed", range(4))
def test_any_word_part_and_grouping_finds_it(cast: Cast, seed: int) -> None:
    draw = random.Random(seed)
    words = {_word(draw) for _ in range(40)}
    digits = ["".join(draw.choices("0123456789", k=draw.randint(6, 14))) for _ in range(10)]
    texts = [f"{' '.join(draw.sample(sorted(words), 4))} {_grouped(draw, number)}." for number in digits]
    conversations = [said(cast, text).pk for text in texts]
    for text, number, conversation in zip(texts, digits, conversations, strict=True):
        assert conversation in found(cast.alice, _grouped(draw, number)), (text, number)
        start = draw.randrange(len(number) - 5)
        assert conversation in found(cast.alice, number[start : start + draw.randint(5, 9)]), (text, number)
        for word in text.split()[:4]:
            start = draw.randrange(len(word) - 4)
            part = word[start : start + draw.randint(4, 12)]
            for q in (word, word.upper(), part, f"{word} {number}"):
                assert conversation in found(cast.alice, q), (text, q)


def _word(draw: random.Random) -> str:
    return "".join(draw.choice(LETTERS) + draw.choice(VOWELS) for _ in range(draw.randint(3, 8)))


def _grouped(draw: random.Random, digits: str) -> str:
    written, at = "", 0
    while at < len(digits):
        step = draw.randint(1, 5)
        written += (draw.choice([" ", "-", ".", ""]) if at else "") + digits[at : at + step]
        at += step
    return written


def test_files_are_found_by_their_names(cast: Cast) -> None:
    conversation, other = said(cast, "Zie bijlage"), said(cast, "Zie bijlage", other=True)
    for number, one in enumerate((conversation, other)):
        file = File.objects.create(sha256=f"{number:064}", size=1)
        message = one.messages.get()
        Message.objects.filter(pk=message.pk).update(has_files=True)
        Attachment.objects.create(
            message=message, file=file, name="Energiecontract_Gröen-2025.PDF", media_type="application/pdf", size=1
        )
    for q in ("contract", "energiecontract", "groen 2025", "groen-2025.pdf", "tract_gr", "PDF"):
        assert found(cast.alice, q) == {conversation.pk}, q
        assert found(cast.charlie, q) == {other.pk}, q
    assert not found(cast.alice, "contract 2026")


def test_customers_are_found_without_accents_in_any_order_and_by_telephone(cast: Cast) -> None:
    conversation = said(cast, "Hallo", name="Jürgen van der Groën-Bakker")
    CustomerAddress.objects.create(
        customer=conversation.customer, base_id=cast.brand.base_id, kind="phone", value="+31612345678"
    )
    for q in ("jurgen", "groen", "bakker jurgen", "der groën", "06-12 34 56 78", "0031 6 12345678", "12345678"):
        assert found(cast.alice, q) == {conversation.pk}, q
        assert not found(cast.charlie, q), q


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Dora de Vries", ["de Vreis", "vreis", "Dora Vreis", "Dira Vries"]),
        ("Piet Janssen", ["jansen", "Jasnsen", "Janszen", "Piet Jansen"]),
        ("Els Kowalski", ["kovalski", "Kowalsky"]),
    ],
)
def test_names_that_are_mistyped_are_found_and_told_so(cast: Cast, name: str, asked: list[str]) -> None:
    conversation = said(cast, "Hallo", name=name)
    said(cast, "Hallo", name="Koos Bloemen")
    for q in asked:
        nearly = searching.newest(cast.alice, q, most=9)
        assert (nearly.ids, nearly.is_nearly) == ([conversation.pk], True), q
        assert not found(cast.alice, q), q
        assert not searching.newest(cast.charlie, q, most=9).ids, q


def test_who_is_written_just_so_comes_alone_and_the_others_are_told_of(cast: Cast) -> None:
    exact, other = said(cast, "Hallo", name="Jan Jansen"), said(cast, "Hallo", name="Piet Janssen")
    just_so = searching.newest(cast.alice, "jansen", most=9)
    assert (just_so.ids, just_so.is_nearly, just_so.has_nearly) == ([exact.pk], False, True)
    both = searching.newest(cast.alice, "~jansen", most=9)
    assert (set(both.ids), both.is_nearly) == ({exact.pk, other.pk}, True)
    assert not searching.newest(cast.alice, "piet", most=9).has_nearly


def test_of_what_is_written_nearly_so_elsewhere_nothing_is_told(cast: Cast) -> None:
    said(cast, "De verhuizing", name="Piet Janssen", other=True)
    for q in ("jansen", "verhuiznig"):
        nothing = searching.newest(cast.alice, q, most=9)
        assert (nothing.ids, nothing.is_nearly, nothing.has_nearly) == ([], False, False), q


def test_words_that_are_mistyped_are_found_and_told_so(cast: Cast) -> None:
    conversation = said(cast, "De factuur van de verhuizing")
    for q in ("faktuur", "verhiuzing", "factur verhuiznig", "vehruizing"):
        nearly = searching.newest(cast.alice, q, most=9)
        assert (nearly.ids, nearly.is_nearly) == ([conversation.pk], True), q


def test_pages_of_what_is_written_nearly_so(cast: Cast) -> None:
    conversations = [said(cast, "verhuizing") for _ in range(5)]
    newest = sorted(((one.last_at, one.pk) for one in conversations), reverse=True)
    after: tuple[object, object] = (None, None)
    seen = []
    for _ in range(5):
        part = searching.newest(cast.alice, "verhiuzing", most=2, after=after)  # type: ignore[arg-type]
        seen += part.ids
        if len(part.ids) < 2:
            break
        after = next(one for one in newest if one[1] == part.ids[-1])
    assert seen == [pk for _at, pk in newest]


def test_a_reference_finds_its_conversation_alone(cast: Cast) -> None:
    conversation = said(cast, "Hallo")
    mentioned = said(cast, f"Het ging over #{conversation.number}")
    assert found(cast.alice, f"#{conversation.number}") == {conversation.pk}
    assert found(cast.alice, str(conversation.number)) == {conversation.pk, mentioned.pk}
    assert not found(cast.charlie, f"#{conversation.number}")


def test_rubbish_finds_nothing_and_breaks_nothing(cast: Cast) -> None:
    said(cast, "Iets")
    for q in (
        "\0",
        "~",
        "~~",
        "'''",
        "\\",
        "%_",
        "💩",
        "a" * 5000,
        "1" * 500,
        "٣٤٥٦٧٨",
        "² ³",
        "-" * 99,
        "~#1",
        "(0)",
        "' OR 1=1",
    ):
        searching.newest(cast.alice, q, most=9)
    assert not found(cast.alice, "a" * 5000)


def test_a_very_common_part_says_that_it_was_cut(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from ninelives.conversations import wording

    monkeypatch.setattr(wording, "MOST_MEANT", 2)
    said(cast, "aanmelding afmelding melding ommelding")
    assert searching.newest(cast.alice, "melding", most=9).is_cut
    assert not searching.newest(cast.alice, "afmelding", most=9).is_cut


@pytest.mark.django_db(transaction=True)
def test_two_who_say_the_same_new_word_do_not_wait_for_each_other(cast: Cast) -> None:
    first = said(cast, "Hallo")

    def say() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        Message.objects.create(conversation=first, account=cast.mailbox, direction="note", text="zonnewende b")
        connection.close()

    with transaction.atomic():
        Message.objects.create(conversation=first, account=cast.mailbox, direction="note", text="zonnewende a")
        other = threading.Thread(target=say)
        other.start()
        other.join(20)
        assert not other.is_alive()
    assert Word.objects.filter(word="zonnewende").count() == 2
    assert found(cast.alice, "wende") == {first.pk}


@pytest.mark.parametrize("written", ["C-{}", "c-{}", " #C-{} "])
def test_a_case_is_found_by_its_reference_and_nothing_else_is_meant(cast: Cast, written: str) -> None:
    one, two = said(cast, "My boiler drips"), said(cast, "It drips still")
    case = actions.open_case(one, actor=cast.alice).case
    Conversation.objects.filter(pk=two.pk).update(case=case)
    said(cast, f"About {case.reference} and C-999999")
    asked = written.format(case.number)
    assert found(cast.alice, asked) == {one.pk, two.pk}
    assert found(cast.charlie, asked) == set()
    # Where there is no such case, the words.
    assert len(found(cast.alice, "C-999999")) == 1
    (group, _conversations) = groups(cast.alice, asked)
    assert [(one.title, one.url) for one in group.found] == [(case.title, f"/cases/{case.pk}/")]
    assert "Cases" not in [group.label for group in groups(cast.charlie, asked)]
