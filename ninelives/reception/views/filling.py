"""What stands in a web form, checked field by field, in the reader's words."""

import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ninelives.channels.bodies import each, file_content, text
from ninelives.channels.protocol import Unreadable
from ninelives.channels.queries import abilities, is_our_own
from ninelives.foundation.text import storable
from ninelives.reception.forms import Filled, GivenFile
from ninelives.reception.views.chat_files import media_type_of, name_of
from ninelives.reception.views.door import body_of

KIND = "web_form"
MOST_FILES = 10
# All files of one form; with what is around them it is no larger than the next.
MOST_BYTES = 40_000_000
MOST_BODY = 42_000_000
MOST_JSON = 5_000_000
# Nobody sees it, and machines fill it in.
TRAP = "website"
FIELDS = ("name", "mail", "subject", "text", "page", "form", TRAP)
_LONGEST = {"name": 200, "mail": 254, "subject": 200}


class Problems(Exception):
    """What is wrong, by field; under "" what is wrong with all of it."""

    def __init__(self, by_field: Mapping[str, str], status: int = 422, wait: int = 0) -> None:
        super().__init__(", ".join(by_field))
        self.by_field, self.status, self.wait = by_field, status, wait


def told_by(request: HttpRequest) -> dict[str, str]:
    """The fields of a form that was posted, as they stand there."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > MOST_BODY:
        raise too_large()
    return {name: storable(request.POST.get(name, "")).strip() for name in FIELDS}


def posted_files(request: HttpRequest) -> list[GivenFile]:
    given = [*request.FILES.getlist("files"), *request.FILES.getlist("files[]")]
    _check_files([(one.name or "", one.size or 0) for one in given])
    return [_posted(one) for one in given if one.size]


def told_as_json(request: HttpRequest) -> tuple[dict[str, str], list[GivenFile]]:
    body = body_of(request, MOST_JSON)
    wrong = {name: _("“%s” should be a text.") % name for name in FIELDS if not isinstance(body.get(name, ""), str)}
    if wrong:
        raise Problems(wrong)
    files = [_in_json(one) for one in each(body, "files")]
    _check_files([(one.name, len(one.content)) for one in files])
    told = {name: storable(text(body, name)).strip() for name in (*FIELDS, "key")}
    return told, files


def checked(told: Mapping[str, str], files: Sequence[GivenFile], language: str) -> Filled:
    """Raises Problems."""
    wrong = _too_long(told) | _missing(told) | _trapped(told)
    if wrong:
        raise Problems(wrong)
    return Filled(
        mail=told["mail"].lower(),
        text=told["text"].replace("\r\n", "\n"),
        name=" ".join(told["name"].split()),
        subject=" ".join(told["subject"].split()),
        files=files,
        language=language,
        page=told["page"][:2000],
    )


def too_large() -> Problems:
    return Problems({"files": _("At most %s can be sent at once.") % f"{MOST_BYTES // 1_000_000} MB"}, 413)


def _too_long(told: Mapping[str, str]) -> dict[str, str]:
    longest = {**_LONGEST, "text": abilities(KIND).max_length or 0}
    return {
        name: _("This is too long: at most %d characters can be sent.") % most
        for name, most in longest.items()
        if len(told[name]) > most
    }


def _missing(told: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    if not told["text"]:
        wrong["text"] = _("There is nothing to send yet.")
    if not told["mail"]:
        wrong["mail"] = _("Without an e-mail address we cannot answer you.")
    elif not _is_mail(told["mail"]):
        wrong["mail"] = _("“%s” is not an e-mail address.") % told["mail"][:254]
    elif is_our_own(told["mail"]):
        wrong["mail"] = _("This is an address of ours. Fill in your own.")
    return wrong


def _trapped(told: Mapping[str, str]) -> dict[str, str]:
    return {TRAP: _("Leave this field empty: it is here for machines.")} if told[TRAP] else {}


def _is_mail(given: str) -> bool:
    try:
        validate_email(given)
    except ValidationError:
        return False
    return True


def _check_files(files: Sequence[tuple[str, int]]) -> None:
    if len(files) > MOST_FILES:
        raise Problems({"files": _("At most %d files can go with one message.") % MOST_FILES})
    most = abilities(KIND).max_attachment_bytes
    for name, size in files:
        if size > most:
            told = {"name": name_of(name), "size": f"{most // 1_000_000} MB"}
            raise Problems({"files": _("“%(name)s” is larger than %(size)s.") % told}, 413)
    if sum(size for _name, size in files) > MOST_BYTES:
        raise too_large()


def _posted(given: Any) -> GivenFile:
    name = name_of(given.name or "")
    return GivenFile(name, media_type_of(given.content_type or "", name), given.read())


def _in_json(told: Any) -> GivenFile:
    name = name_of(text(told, "name"))
    kind = text(told, "media_type") or mimetypes.guess_type(name)[0] or ""
    try:
        return GivenFile(name, media_type_of(kind, name), file_content(told))
    except Unreadable as reason:
        raise Problems({"files": _("“%s” should have its bytes in “content”, as base64.") % name}) from reason
