"""One letter from its PDF, or as many as a multifunction printer's mail carries."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import PurePath
from uuid import UUID

from ninelives.channels.bodies import fingerprint, is_pdf
from ninelives.channels.protocol import AccountView, Envelope, InboundFile, InboundMessage, Participant, Unreadable
from ninelives.foundation.address import Address, Proof

from ..mail.reading import read as read_mail
from .drawing import Words, words
from .paper import MOST_PAGES

PDF = "application/pdf"
MOST_FILE_BYTES = 50_000_000


def letters(body: bytes, envelope: Envelope, account: AccountView) -> Iterable[InboundMessage]:
    if is_pdf(body):
        name = PurePath(envelope.file_name.replace("\\", "/")).name or "letter.pdf"
        return [_letter(InboundFile(name, PDF, body), account)]
    if b":" not in body[:4096].partition(b"\n")[0]:
        raise Unreadable("not_a_pdf")
    return _mailed(body, envelope, account)


def sender_of(content: bytes, account: AccountView) -> Address:
    piece = UUID(bytes=sha256(content).digest()[:16])
    return Address("letter", f"{account.id}/{piece}")


def page_reference(content_hash: str, number: int) -> str:
    return f"page:{number}:{content_hash}"


def _mailed(body: bytes, envelope: Envelope, account: AccountView) -> list[InboundMessage]:
    facts = read_mail(body, envelope, account, MOST_FILE_BYTES)
    files = [file for fact in facts if isinstance(fact, InboundMessage) for file in fact.files if is_pdf(file.content)]
    if not files:
        raise Unreadable("no_letter_in_mail")
    return [_letter(file, account) for file in {file.content: file for file in files}.values()]


def _letter(file: InboundFile, account: AccountView) -> InboundMessage:
    digest = sha256(file.content)
    known, read = digest.hexdigest(), words(file.content)
    shown = 0 if read.problem else min(read.pages, MOST_PAGES)
    address = sender_of(file.content, account)
    ours = f"Post {address.value[-4:].upper()}"
    name = file.name if file.name.lower().endswith(".pdf") else f"{file.name or 'letter'}.pdf"
    return InboundMessage(
        # A scanner knows no senders: until somebody says whose it is, this letter is all that is known of its own.
        sender=Participant(address, ours, is_stand_in=True),
        fingerprint=fingerprint("letter", known),
        text=read.text,
        own_text=read.text,
        files=(InboundFile(name, PDF, file.content), *_pages(known, shown)),
        proof=Proof.USUAL,
        remarks=tuple(_remarks(read)),
    )  # fmt: skip


def _pages(content_hash: str, count: int) -> Iterable[InboundFile]:
    """Each is drawn by a step of its own."""
    for number in range(count):
        yield InboundFile(f"page-{number + 1}.png", "image/png", reference=page_reference(content_hash, number))


def _remarks(read: Words) -> Iterable[str]:
    if read.problem:
        yield read.problem
    if read.pages > MOST_PAGES:
        yield f"pages_left_out:{read.pages - MOST_PAGES}"
    if read.is_cut:
        yield "text_cut"
