"""Letters on paper: scanned PDFs, handed over at the desk, dropped into a folder, or mailed by a multifunction printer.

A PDF is what strangers made: it is taken apart by a program of its own (`paper.py`) that can reach nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from ninelives.channels.polling import Glance, OpenFolder
from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Envelope,
    FileKeeper,
    FileOpener,
    Inbound,
    InboundFile,
    Outbound,
    Refused,
    Setting,
    Usual,
)
from ninelives.foundation.address import Address

from .drawing import picture
from .folder import Folder
from .reading import MOST_FILE_BYTES, letters, sender_of


class Letter(Usual):
    kind = address_kind = icon = "letter"
    is_called = False
    takes_mail = True
    too_large = "letter_too_large"
    is_paper = True
    abilities = Abilities(answers=False, attachments=False, max_attachment_bytes=MOST_FILE_BYTES)
    settings: Sequence[Setting] = (Setting("folder", pattern=r"/\S.*", like="/srv/scans"),)

    def lane(self, body: bytes, envelope: Envelope) -> str:
        """Each is somebody's of whom nothing is known: none waits for another."""
        return sha256(body).hexdigest()

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return letters(body, envelope, account)

    def sender_of(self, content: bytes, account: AccountView) -> Address:
        return sender_of(content, account)

    def draw(self, file: InboundFile, open_file: FileOpener, keep: FileKeeper) -> InboundFile:
        _page, number, content_hash = file.reference.split(":")
        try:
            content = open_file(content_hash)
        except FileNotFoundError as gone:
            raise Refused("page_not_drawn") from gone
        return replace(file, sha256=keep([picture(content, int(number))]))

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        raise Refused("no_way_back")

    def own_address(self, told: Mapping[str, str]) -> str:
        return ""

    def folder(self, told: Mapping[str, str]) -> str:
        return told.get("folder", "").rstrip("/")

    def open(self, account: AccountView) -> OpenFolder:
        return Folder(self.folder(account.settings))

    def history(self, account: AccountView) -> int | None:
        return None

    def max_bytes(self, account: AccountView) -> int:
        return MOST_FILE_BYTES

    def glance(self, chunks: Iterable[bytes]) -> Glance:
        digest = sha256()
        for chunk in chunks:
            digest.update(chunk)
        return Glance(digest.hexdigest(), Envelope(), None, digest.hexdigest())
