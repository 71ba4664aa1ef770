"""Letters by a folder, by a printer's mail and at the desk: each once, whatever happens on the way."""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ninelives.channels import actions, queries
from ninelives.channels.adapters.letter.folder import Folder
from ninelives.channels.fetching import Fetching
from ninelives.channels.gathering import draw_due, fetch_due, next_drawing, next_fetch
from ninelives.channels.mailboxes import mailboxes, polled_accounts
from ninelives.channels.models import ChannelAccount, MediaFetch, Receipt
from ninelives.channels.polling import NotLetIn
from ninelives.channels.protocol import Envelope
from ninelives.channels.registry import POLLED
from ninelives.conversations.actions.filing import take_fetched
from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.customers.models import Customer, CustomerDetail
from ninelives.demo.papers import paper
from ninelives.foundation import files
from ninelives.foundation.ids import new_id
from ninelives.reception.working import take_receipts
from ninelives.workspace import papers
from tests.cast import Cast, arrives, dora_writes, mail, make_cast
from tests.erasing import erase

pytestmark = pytest.mark.django_db(transaction=True)

FIXTURES = Path(queries.__file__).parent / "tests" / "fixtures" / "letter"
# Nobody writes while a test looks, unless it says so.
CALM = 0.02


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    (tmp_path / "scans").mkdir()
    return tmp_path / "scans"


@pytest.fixture
def post(cast: Cast, scans: Path) -> ChannelAccount:
    return actions.open_account("letter", "Post", cast.brand, address="post@example.com", told={"folder": str(scans)})


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.alice)
    return client


def look(post: ChannelAccount, scans: Path, *, calm: float = CALM) -> Fetching:
    folder = Folder(str(scans), calm=calm, calm_without_end=calm * 5)
    time.sleep(calm * 1.5)
    folder.choose()
    fetching = Fetching(post, folder, POLLED["letter"])
    fetching.look()
    return fetching


def fetch(post: ChannelAccount, scans: Path) -> None:
    fetching = look(post, scans)
    while fetching.step():
        pass
    fetching.rest()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def process() -> None:
    take_receipts()
    while draw_due():
        pass
    for fetched in MediaFetch.objects.exclude(file=None).values_list("pk", flat=True):
        take_fetched(fetched)


def test_what_is_dropped_is_a_letter_with_its_pages_and_moved(post: ChannelAccount, scans: Path) -> None:
    (scans / "0001.pdf").write_bytes((FIXTURES / "three-pages.pdf").read_bytes())
    fetch(post, scans)
    assert (names(scans), names(scans / "taken")) == ([], ["0001.pdf"])
    process()
    said = Message.objects.get()
    assert "ketel" in said.text
    pdf, *pages = said.attachments.all()
    assert pdf.media_type == "application/pdf"
    assert [files.content(page.file_id or "")[:4] for page in pages] == [b"\x89PNG"] * 3
    assert said.conversation.is_open
    assert said.conversation.waiting_since


def test_killed_between_keeping_and_moving_nothing_is_lost_or_doubled(
    post: ChannelAccount, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        (scans / f"{number}.pdf").write_bytes(paper(f"Letter {number}"))
    with monkeypatch.context() as killed:
        killed.setattr(Folder, "settle", _die)
        with pytest.raises(KeyboardInterrupt):
            look(post, scans).step()
    assert len(names(scans)) == 3
    fetch(post, scans)
    assert (names(scans), len(names(scans / "taken"))) == ([], 3)
    process()
    assert sorted(Message.objects.values_list("text", flat=True)) == ["Letter 1", "Letter 2", "Letter 3"]
    assert Receipt.objects.count() == 3


def _die(folder: Folder, uids: object) -> None:
    raise KeyboardInterrupt


def test_killed_before_keeping_it_is_taken_the_next_time(
    post: ChannelAccount, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scans / "1.pdf").write_bytes(paper("Letter"))
    with monkeypatch.context() as killed:
        killed.setattr(Folder, "take", _die)
        with pytest.raises(KeyboardInterrupt):
            look(post, scans).step()
    assert not Receipt.objects.exists()
    fetch(post, scans)
    assert Receipt.objects.count() == 1


def test_a_file_that_is_still_written_is_left_alone(post: ChannelAccount, scans: Path) -> None:
    whole = paper("A letter that takes its time")
    half, hidden = scans / "slow.pdf", scans / ".hidden.pdf"
    half.write_bytes(whole[:400])
    hidden.write_bytes(whole)
    (scans / "other.pdf.part").write_bytes(whole)
    folder = Folder(str(scans), calm=CALM, calm_without_end=60.0)
    time.sleep(CALM * 1.5)
    folder.choose()
    assert folder.uids(1) == []
    half.write_bytes(whole)
    folder.choose()
    assert folder.uids(1) == []
    time.sleep(CALM * 1.5)
    folder.choose()
    assert folder.take(folder.uids(1)) == {1: whole}


def test_what_never_ends_is_taken_after_a_while_as_it_is(post: ChannelAccount, scans: Path) -> None:
    (scans / "torn.pdf").write_bytes(paper("Torn")[:300])
    folder = Folder(str(scans), calm=CALM, calm_without_end=CALM)
    time.sleep(CALM * 1.5)
    folder.choose()
    assert folder.uids(1) == [1]


def test_the_same_file_twice_is_one_letter_and_both_are_moved(post: ChannelAccount, scans: Path) -> None:
    for _twice in range(2):
        (scans / "0001.pdf").write_bytes(paper("Once"))
        fetch(post, scans)
    assert names(scans / "taken") == ["0001 (2).pdf", "0001.pdf"]
    process()
    assert Message.objects.count() == Receipt.objects.count() == 1
    assert mailboxes()[0].known == 1


def test_the_same_letter_by_folder_and_at_the_desk_stands_in_the_ledger_as_a_duplicate(
    post: ChannelAccount, scans: Path
) -> None:
    (scans / "0001.pdf").write_bytes(paper("Once"))
    fetch(post, scans)
    process()
    actions.store(post, paper("Once"), Envelope(), key="desk:1")
    process()
    assert Message.objects.count() == 1
    second = Receipt.objects.latest("received_at")
    assert (second.state, second.duplicate_of) == (Receipt.State.DUPLICATE, Receipt.objects.earliest("received_at"))


def test_another_letter_under_the_name_of_one_that_was_taken_is_a_letter_too(
    post: ChannelAccount, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scans / "scan.pdf").write_bytes(paper("First"))
    settle = Folder.settle

    def settle_late(folder: Folder, uids: Sequence[int]) -> None:
        (scans / "next").write_bytes(paper("Second"))
        (scans / "next").replace(scans / "scan.pdf")
        settle(folder, uids)

    with monkeypatch.context() as scanner:
        scanner.setattr(Folder, "settle", settle_late)
        look(post, scans).step()
    assert (names(scans), names(scans / "taken")) == (["scan.pdf"], [])
    fetch(post, scans)
    process()
    assert sorted(Message.objects.values_list("text", flat=True)) == ["First", "Second"]


def test_a_letter_that_changes_while_it_is_read_is_taken_when_it_is_whole(
    post: ChannelAccount, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scans / "scan.pdf").write_bytes(paper("Half"))
    read = Folder._read

    def read_slowly(folder: Folder, uid: int) -> Iterator[bytes]:
        yield from read(folder, uid)
        (scans / "scan.pdf").write_bytes(paper("The whole of it"))

    fetching = look(post, scans)
    with monkeypatch.context() as scanner:
        scanner.setattr(Folder, "_read", read_slowly)
        while fetching.step():
            pass
    assert not Receipt.objects.exists()
    fetch(post, scans)
    process()
    assert Message.objects.get().text == "The whole of it"


def test_of_what_is_too_large_the_beginning_is_kept_and_told_and_the_file_stands_in_refused(
    post: ChannelAccount, scans: Path
) -> None:
    with (scans / "book.pdf").open("wb") as book:
        book.write(b"%PDF-1.4\n")
        book.truncate(50_000_001)
        book.seek(0, os.SEEK_END)
        book.write(b"%%EOF")
    fetching = look(post, scans)
    while fetching.step():
        pass
    fetching.folder.choose()
    assert (names(scans), names(scans / "refused")) == ([], ["book.pdf"])
    process()
    assert Message.objects.get().remarks == ["letter_too_large:50 MB", "letter_damaged"]


def test_pages_that_are_drawn_keep_no_other_file_waiting(post: ChannelAccount) -> None:
    actions.store(post, (FIXTURES / "three-pages.pdf").read_bytes(), Envelope())
    take_receipts()
    assert (fetch_due(), next_fetch()) == (0, 60.0)
    assert next_drawing() == 0.0
    assert draw_due() == 3
    assert next_drawing() == 60.0


def test_a_page_is_shown_only_when_it_can_be_opened(post: ChannelAccount) -> None:
    actions.store(post, (FIXTURES / "one-page.pdf").read_bytes(), Envelope())
    take_receipts()
    assert draw_due() == 1
    assert MediaFetch.objects.get().state == MediaFetch.State.KEPT
    assert Attachment.objects.get(media_type="image/png").state == "waiting"
    take_fetched(MediaFetch.objects.get().pk)
    assert Attachment.objects.get(media_type="image/png").state == "kept"


def test_what_is_no_pdf_goes_to_refused_and_stands_in_the_ledger(post: ChannelAccount, scans: Path) -> None:
    (scans / "photo.tif").write_bytes(b"II*\0 no letter")
    folder = Folder(str(scans), calm=CALM, calm_without_end=CALM)
    time.sleep(CALM * 1.5)
    folder.choose()
    fetching = Fetching(post, folder, POLLED["letter"])
    fetching.look()
    while fetching.step():
        pass
    assert (names(scans), names(scans / "refused")) == ([], ["photo.tif"])
    process()
    assert Receipt.objects.get().reason == "not_a_pdf"


def test_a_link_in_the_folder_is_not_followed(post: ChannelAccount, scans: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(paper("Not for the desk"))
    os.symlink(tmp_path / "secret.pdf", scans / "link.pdf")
    fetch(post, scans)
    assert not Receipt.objects.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotLetIn, match="no_letter_folder"):
        Folder(str(tmp_path / "nowhere"))


def test_only_an_account_with_a_folder_is_looked_at(cast: Cast, post: ChannelAccount) -> None:
    actions.open_account("letter", "By hand alone", cast.brand)
    assert set(polled_accounts()) == {post.pk}
    assert [one.name for one in mailboxes()] == ["Post"]


def test_a_printers_mail_with_three_letters_is_three_conversations(post: ChannelAccount) -> None:
    account = queries.account_for_mail(["post@example.com"])
    assert account == post
    actions.store(post, (FIXTURES / "printer.eml").read_bytes(), Envelope("printer@example.org", ("post@example.com",)))
    process()
    assert Conversation.objects.count() == 3
    assert len(set(Conversation.objects.values_list("customer", flat=True))) == 3
    assert Attachment.objects.exclude(file=None).count() == 6


def test_a_click_that_is_sent_twice_registers_one_letter(client: Client, post: ChannelAccount) -> None:
    key = str(new_id())
    for _twice in range(2):
        with (FIXTURES / "one-page.pdf").open("rb") as file:
            answer = client.post("/letters/", {"account": str(post.pk), "key": key, "file": file})
        assert answer.status_code == 302
    process()
    assert Receipt.objects.count() == Message.objects.count() == 1


def test_at_the_desk_what_is_no_pdf_is_refused_by_its_name(client: Client, post: ChannelAccount, scans: Path) -> None:
    (scans / "photo.tif").write_bytes(b"II*\0")
    with (scans / "photo.tif").open("rb") as file:
        answer = client.post("/letters/", {"account": str(post.pk), "key": str(new_id()), "file": file})
    assert answer.status_code == 422
    assert "“photo.tif” is no PDF" in answer.content.decode()
    assert not Receipt.objects.exists()


def test_more_files_than_are_taken_at_once_are_refused_together(
    client: Client, post: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MOST_FILES", 1)
    with (FIXTURES / "one-page.pdf").open("rb") as one, (FIXTURES / "three-pages.pdf").open("rb") as other:
        answer = client.post("/letters/", {"account": str(post.pk), "key": str(new_id()), "file": [one, other]})
    assert answer.status_code == 422
    assert "Nothing was registered" in answer.content.decode()
    assert not Receipt.objects.exists()


def test_nobody_registers_a_letter_for_a_brand_that_is_not_theirs(client: Client, cast: Cast) -> None:
    others = actions.open_account("letter", "Theirs", cast.other_brand)
    with (FIXTURES / "one-page.pdf").open("rb") as file:
        answer = client.post("/letters/", {"account": str(others.pk), "key": str(new_id()), "file": file})
    assert answer.status_code == 422
    assert not Receipt.objects.exists()


def test_an_erased_letter_leaves_no_page_behind(post: ChannelAccount) -> None:
    actions.store(post, paper("Forget me"), Envelope())
    process()
    assert MediaFetch.objects.exclude(file=None).exists()
    erase(Conversation.objects.get().customer)
    assert not Attachment.objects.exists()
    assert not MediaFetch.objects.exists()


def hands_over(
    client: Client, post: ChannelAccount, path: Path, customer: Customer | None = None, name: str = ""
) -> int:
    told = {"account": str(post.pk), "key": str(new_id()), "customer": str(customer.pk) if customer else ""}
    file = SimpleUploadedFile(name or path.name, path.read_bytes(), "application/pdf")
    status = client.post("/letters/", {**told, "file": file}).status_code
    process()
    return status


@pytest.fixture
def dora(cast: Cast) -> Customer:
    return dora_writes(cast, message_id="1@example.org").customer


def test_whose_it_is_can_be_said_as_it_is_handed_over(client: Client, post: ChannelAccount, dora: Customer) -> None:
    assert hands_over(client, post, FIXTURES / "one-page.pdf", dora) == 302
    letter = Message.objects.get(account=post)
    assert (letter.customer, letter.conversation.customer, letter.author) == (dora, dora, "Dora de Vries")
    assert Customer.objects.count() == 1
    # A name of our own making is no name of hers.
    assert not CustomerDetail.objects.exists()
    page = client.get(f"/desk/all/{letter.conversation_id}/").content.decode()
    assert "Nobody knows yet who wrote this letter." not in page
    assert "one-page.pdf" in page


def test_a_letter_that_is_here_already_is_not_made_somebody_elses(
    client: Client, post: ChannelAccount, dora: Customer
) -> None:
    hands_over(client, post, FIXTURES / "one-page.pdf")
    files = [SimpleUploadedFile(name, (FIXTURES / name).read_bytes()) for name in ("three-pages.pdf", "one-page.pdf")]
    told = {"account": str(post.pk), "key": str(new_id()), "customer": str(dora.pk), "file": files}
    answer = client.post("/letters/", told)
    assert answer.status_code == 422
    assert "“one-page.pdf” was registered before, as somebody else&#x27;s." in answer.content.decode()
    assert (Receipt.objects.filter(account=post).count(), dora.addresses.count()) == (1, 1)


def test_another_brands_customer_can_not_be_chosen(client: Client, post: ChannelAccount, cast: Cast) -> None:
    arrives(mail(to="hallo@windkracht.example", sender="erik@example.net"), cast.other_mailbox)
    erik = Message.objects.get(account=cast.other_mailbox).conversation.customer
    assert hands_over(client, post, FIXTURES / "one-page.pdf", erik) == 404
    assert not Receipt.objects.filter(account=post).exists()


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Bezwaar De Vries.PDF", "Bezwaar De Vries.PDF"),
        ("scan 12", "scan 12.pdf"),
        ("..\\..\\secret.pdf", "secret.pdf"),
    ],
)
def test_the_file_keeps_its_name(client: Client, post: ChannelAccount, told: str, kept: str) -> None:
    hands_over(client, post, FIXTURES / "one-page.pdf", name=told)
    assert Attachment.objects.get(media_type="application/pdf").name == kept


def test_a_file_of_the_scanners_folder_keeps_its_name(post: ChannelAccount, scans: Path) -> None:
    (scans / "Bezwaar 12.pdf").write_bytes(paper("I object"))
    fetch(post, scans)
    process()
    assert Attachment.objects.get(media_type="application/pdf").name == "Bezwaar 12.pdf"


def test_who_is_looked_for_is_found_and_offered(client: Client, post: ChannelAccount, dora: Customer) -> None:
    found = client.get("/letters/?q=vries").content.decode()
    assert f"/letters/?with={dora.pk}" in found
    chosen = client.get(f"/letters/?with={dora.pk}").content.decode()
    assert f'name="customer" value="{dora.pk}"' in chosen
