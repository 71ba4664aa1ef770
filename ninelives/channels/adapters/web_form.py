"""A form on the web: the door (`reception/views/web_form.py`) is our own, and so is the document it stores.

In: one JSON document a form that was filled in. The mail address in it was typed, so it is only claimed.
Out: nothing. What comes in by a form is answered by mail, from an account of its brand, to that address.
"""

from collections.abc import Iterable
from typing import Any

from ninelives.channels.bodies import each, file_content, fingerprint, loaded, loaded_or_empty, number, text
from ninelives.channels.protocol import (
    Abilities,
    AccountView,
    Envelope,
    FileOpener,
    Inbound,
    InboundFile,
    InboundMessage,
    Outbound,
    Page,
    Participant,
    Refused,
    Setting,
    Unreadable,
    Usual,
)
from ninelives.foundation.address import Address, Proof

MAX_LENGTH = 20_000
MAX_FILE_BYTES = 20_000_000
_ORIGIN = r"https?://[^\s/;,]+"


class WebForm(Usual):
    kind = address_kind = "web_form"
    answered_by = "mail"
    icon = "form"
    # Its door is our own.
    is_called = False
    is_stamped = False
    abilities = Abilities(
        max_length=MAX_LENGTH, max_attachment_bytes=MAX_FILE_BYTES, subject=True, answers=False, repeatable=True
    )
    settings = (
        Setting("key", required=True, is_made=True),
        Setting("answers_from", pattern=r"[^\s@]+@[^\s@]+", like="service@example.org"),
        Setting("origins", pattern=rf"({_ORIGIN}\s*)+", like="https://www.example.org https://shop.example.org"),
        Setting("thanks_url", pattern=rf"{_ORIGIN}(/[^\s;,#]*)?", like="https://www.example.org/thank-you"),
        *(Setting(f"intro{language}") for language in ("", "_nl", "_en")),
    )

    def lane(self, body: bytes, envelope: Envelope) -> str:
        return text(loaded_or_empty(body), "address")

    def key(self, body: bytes, envelope: Envelope) -> str:
        return text(loaded_or_empty(body), "key")

    def read(self, body: bytes, envelope: Envelope, account: AccountView) -> Iterable[Inbound]:
        return [_message(loaded(body))]

    def send(self, outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
        raise Refused("no_way_back")


def _message(told: dict[str, Any]) -> InboundMessage:
    key, mail, words = (_needed(told, name) for name in ("key", "mail", "text"))
    typed = Address("mail", mail)
    return InboundMessage(
        # Of this form alone: whoever types an address is not known by it.
        sender=Participant(Address("web_form", _needed(told, "address")), text(told, "name") or mail),
        reply_to=Participant(typed),
        fingerprint=fingerprint(key),
        external_id=f"web_form:{key}",
        subject=text(told, "subject"),
        text=words,
        own_text=words,
        files=tuple(
            InboundFile(text(one, "name"), text(one, "media_type"), file_content(one)) for one in each(told, "files")
        ),
        proof=Proof.CLAIMED,
        language=text(told, "language")[:5],
        claimed=(typed,),
        page=_page(text(told, "page")),
        opens_as=int(number(told, "conversation") or 0),
    )


def _needed(told: dict[str, Any], name: str) -> str:
    value = text(told, name)
    if not value.strip():
        raise Unreadable("field_missing", name)
    return value


def _page(url: str) -> Page | None:
    # It becomes a link on the desk; a page cannot make that anything else than a page.
    return Page(url) if url.startswith(("https://", "http://")) else None
