"""Attachments under names that people understand."""

import re

from ninelives.channels.protocol import InboundFile

from .headers import Headers, decode_words
from .limits import MAX_FILE_NAME
from .parsing import Part
from .remarks import Remarks

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\"<>|*?:]+")
_HEADER_BLOCK = re.compile(rb"\r?\n\r?\n")
_SUBJECT = re.compile(rb"^subject:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_NAMES = {
    "text/calendar": "invite.ics",
    "text/plain": "text.txt",
    "text/html": "text.html",
    "text/csv": "table.csv",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "text/rfc822-headers": "headers.txt",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "application/pdf": "document.pdf",
    "application/ms-tnef": "winmail.dat",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "version.txt",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/zip": "archive.zip",
    "image/jpeg": "picture.jpg",
    "image/svg+xml": "picture.svg",
    "audio/mpeg": "sound.mp3",
    "audio/ogg": "sound.ogg",
    "video/mp4": "video.mp4",
}


def read_files(parts: list[Part], limit: int, remarks: Remarks) -> tuple[InboundFile, ...]:
    """The parts as files. One that is larger than `limit` bytes is left out, with a remark that names it."""
    files = []
    for part in parts:
        content = part.content()
        if part.defects:
            remarks.add("part_undecodable", _name(part, content, remarks))
        if len(content) > limit:
            remarks.add("file_too_large", f"{_name(part, content, remarks)} ({len(content) / 1e6:.1f} MB)")
        elif content or part.file_name:
            files.append(InboundFile(_name(part, content, remarks), _media_type(part), content, _content_id(part)))
    return tuple(files)


def _name(part: Part, content: bytes, remarks: Remarks) -> str:
    given = decode_words(part.file_name, remarks).replace("\\", "/").rpartition("/")[2]
    name = " ".join(_UNSAFE.sub(" ", given).split()).strip(". ")
    return _shortened(name) if name else _made_up_name(part, content, remarks)


def _made_up_name(part: Part, content: bytes, remarks: Remarks) -> str:
    kind = part.media_type
    if kind in ("message/rfc822", "message/global"):
        return _shortened(f"{_subject(content, remarks) or 'message'}.eml")
    if kind in _NAMES or not kind.startswith("image/"):
        return _NAMES.get(kind, "attachment.bin")
    return f"picture.{kind.removeprefix('image/')[:8]}" if kind[6:].isalnum() else "picture.bin"


def _subject(message: bytes, remarks: Remarks) -> str:
    found = _SUBJECT.search(_HEADER_BLOCK.split(message[:65_536], maxsplit=1)[0])
    raw = found[1].decode("ascii", "surrogateescape") if found else ""
    subject = Headers([("subject", raw)]).text("subject", remarks)
    return " ".join(_UNSAFE.sub(" ", subject.replace("/", " ").replace("\\", " ")).split()).strip(". ")


def _shortened(name: str) -> str:
    if len(name) <= MAX_FILE_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:MAX_FILE_NAME]
    return f"{stem[: MAX_FILE_NAME - len(extension) - 1]}.{extension}"


def _media_type(part: Part) -> str:
    kind = part.media_type
    return kind if _TYPE.fullmatch(kind) else "application/octet-stream"


def _content_id(part: Part) -> str:
    return part.headers.raw("content-id").strip().strip("<>").strip()[:200]
