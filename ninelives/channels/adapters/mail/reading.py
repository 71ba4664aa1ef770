"""One mail from its bytes to facts, whatever is broken about it."""

import re
from dataclasses import dataclass

from ninelives.channels.protocol import (
    AccountView,
    Envelope,
    Inbound,
    InboundMessage,
    Machine,
    Participant,
    Unreadable,
)
from ninelives.foundation.address import Address, Proof

from . import bodies, bounces, files, identity, machines, proof, tokens
from .addresses import address, participants
from .folding import find_quotation, own_text
from .folding_html import fold
from .headers import Headers
from .limits import MAX_RAW_HTML, MAX_SUBJECT, MAX_TEXT
from .parsing import parse
from .plain import parse_html, to_html, to_text
from .remarks import Remarks
from .sanitising import sanitise

_DAEMON = re.compile(r"mailer[- _]?daemon|mail delivery", re.IGNORECASE)


def read(body: bytes, envelope: Envelope, account: AccountView, max_file_bytes: int) -> tuple[Inbound, ...]:
    """The message in this mail, and after it what the mail tells of messages we sent."""
    if not body.strip():
        raise Unreadable("empty")
    remarks = Remarks()
    root = parse(body, remarks)
    headers = root.headers
    sender = _sender(headers, envelope, remarks)
    parts = bodies.split(root, remarks)
    words = _words(parts[0], remarks)
    machine = machines.machine(headers, envelope, sender.address.value, account)
    check = proof.read_results(headers, account.settings.get("trusted_authserv", ""))
    message = InboundMessage(
        sender=sender,
        fingerprint=identity.fingerprint(body, headers),
        external_id=identity.external_id(headers),
        refers_to=identity.refers_to(headers),
        thread_tokens=tokens.thread_tokens(headers, envelope, account),
        recipients=participants(headers, ("to", "cc"), remarks),
        reply_to=_reply_to(headers, sender, remarks),
        subject=_subject(headers, remarks),
        text=words.text,
        own_text=words.own_text,
        html=words.html,
        own_html=words.own_html,
        files=files.read_files(parts[1], max_file_bytes, remarks),
        written_at=identity.written_at(headers, remarks),
        machine=machine,
        proof=Proof.PROVEN if check.aligned else Proof.USUAL,
        check=check,
        distinguishable=identity.is_distinguishable(headers),
        remarks=remarks.all(),
    )
    is_report = machine is Machine.BOUNCE or machines.report_type(headers)
    return (message, *(bounces.statuses(root, parts[1], words.text) if is_report else ()))


def _reply_to(headers: Headers, sender: Participant, remarks: Remarks) -> Participant | None:
    asked = participants(headers, ("reply-to",), remarks)
    return asked[0] if asked and asked[0].address != sender.address else None


def _sender(headers: Headers, envelope: Envelope, remarks: Remarks) -> Participant:
    """Who wrote it; else who the transport says sent it."""
    written = participants(headers, ("from",), remarks)
    if written:
        return written[0]
    told = participants(headers, ("sender", "return-path", "x-envelope-from", "reply-to"), remarks)
    guessed = told[0].address if told else address(envelope.sender) or _daemon(headers)
    if guessed is None:
        raise Unreadable("no_sender")
    remarks.add("sender_guessed")
    return told[0] if told else Participant(guessed)


def _daemon(headers: Headers) -> Address | None:
    # Some mail servers report under a name without an address; their news is wanted all the same.
    return Address("mail", "mailer-daemon@localhost") if _DAEMON.search(headers.raw("from")) else None


def _subject(headers: Headers, remarks: Remarks) -> str:
    subject = " ".join(headers.text("subject", remarks).split())
    if len(subject) > MAX_SUBJECT:
        remarks.add("subject_cut")
    return subject[:MAX_SUBJECT]


@dataclass(frozen=True, slots=True)
class _Written:
    text: str = ""
    own_text: str = ""
    html: str = ""
    own_html: str = ""


def _words(stretches: list[bodies.Words], remarks: Remarks) -> _Written:
    text = "\n\n".join(stretch.text.strip("\n") for stretch in stretches if stretch.text)
    if not any(stretch.html for stretch in stretches):
        kept = _cut(text, remarks)
        return _Written(kept, own_text(kept, find_quotation(kept)))
    markup = "\n".join(stretch.html or to_html(stretch.text) for stretch in stretches)
    only_html = any(not stretch.text.strip() for stretch in stretches)
    return _with_html("" if only_html else text, markup, remarks)


def _with_html(text: str, markup: str, remarks: Remarks) -> _Written:
    tree = parse_html(_cut(markup, remarks, MAX_RAW_HTML), remarks)
    if tree is None:
        return _Written(text, own_text(text, find_quotation(text)))
    full = _cut_html(sanitise(tree), remarks)
    kept = _cut(text or to_text(tree), remarks)
    quotation = find_quotation(kept)
    if not fold(tree, markup, quotation):
        return _Written(kept, own_text(kept, quotation), full, full)
    own_html = _cut_html(sanitise(tree), remarks) or full
    own = own_text(kept, quotation) if text else _cut(to_text(tree), remarks)
    return _Written(kept, own or kept, full, own_html)


def _cut(text: str, remarks: Remarks, limit: int = MAX_TEXT) -> str:
    if len(text) > limit:
        remarks.add("text_cut")
    return text[:limit]


def _cut_html(markup: str, remarks: Remarks) -> str:
    if len(markup) <= MAX_TEXT:
        return markup
    tree = parse_html(_cut(markup, remarks), remarks)
    return "" if tree is None else sanitise(tree)
