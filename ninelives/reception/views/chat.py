"""The customers' door: what the widget on the organisation's own site asks. docs/reference/webchat.md tells it."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ninelives.accounts.models import LANGUAGES
from ninelives.accounts.queries import opening_of
from ninelives.channels.queries import abilities
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable
from ninelives.reception import actions
from ninelives.reception.history import BadCursorError, History, Page, Shown
from ninelives.reception.listening import note_listening
from ninelives.reception.pacing import Pace
from ninelives.reception.queries import session_of, uploads_of
from ninelives.reception.views.chat_files import told_file
from ninelives.reception.views.door import Call, Refusal, body_of, chat, invalid, json_response

MOST_BODY = 100_000
MOST_FILES = 10
_MOST_PAIRS = 20


def _config(call: Call) -> HttpResponse:
    account, told = call.account, call.account.view().settings
    allowed = abilities(account.kind)
    opening = opening_of(account.brand, now())
    return json_response(
        {
            "name": account.brand.name,
            "colour": told.get("colour", ""),
            "greeting": _in_their_language(told, "greeting", call.language),
            "is_open": opening.is_open,
            "opens_at": opening.opens_at.isoformat() if opening.opens_at else None,
            "help": _in_their_language(told, "help", call.language),
            "away": "" if opening.is_open else _in_their_language(told, "away", call.language),
            "max_length": allowed.max_length,
            "max_file_bytes": allowed.max_attachment_bytes,
            "max_files": MOST_FILES,
            "language": call.language,
        },
        Cache_Control="public, max-age=60",
        Vary="Accept-Language",
    )


def _in_their_language(told: Mapping[str, str], name: str, language: str) -> str:
    return told.get(f"{name}_{language}") or told.get(name, "")


def _begin(call: Call) -> HttpResponse:
    body = body_of(call.request, MOST_BODY)
    language = text_of(body, "language", 5).lower()[:2]
    told = actions.Told(
        customer=text_of(body, "customer", 200),
        signature=text_of(body, "signature", 200),
        email=mail_of(body, "email"),
        email_signature=text_of(body, "email_signature", 200),
        name=text_of(body, "name", 200),
        language=language if language in dict(LANGUAGES) else call.language,
    )
    earlier_token = text_of(body, "token", 200)
    try:
        session, token = actions.begin(call.account, told, session_of(call.account, earlier_token))
    except actions.NotProvenError as reason:
        raise Refusal(
            "wrong-signature", 403, _("Not proven"), _("The signature does not belong to what it was to prove.")
        ) from reason
    visitor = session.visitor
    answer = {"token": token or earlier_token, "visitor": str(visitor.pk), "is_proven": visitor.is_proven}
    return json_response(answer, 201)


def _say_who(call: Call) -> HttpResponse:
    visitor, body = call.visitor, body_of(call.request, MOST_BODY)
    email = mail_of(body, "email")
    if not email and not text_of(body, "name", 200):
        raise invalid(_("An e-mail address or a name is needed."))
    actions.say_who(visitor, email=email, name=text_of(body, "name", 200))
    return HttpResponse(status=204)


def _read(call: Call) -> HttpResponse:
    note_listening(call.visitor)
    history, asked = History(call.visitor), call.request.GET
    try:
        if asked.get("after"):
            page = history.after(asked["after"])
        else:
            page = history.before(asked["before"]) if asked.get("before") else history.newest()
    except BadCursorError as reason:
        raise Refusal("bad-cursor", 400, _("Unknown cursor"), _("Use a cursor as it was given.")) from reason
    return json_response(_page(call, page))


def _write(call: Call) -> HttpResponse:
    browser = call.browser
    body = body_of(call.request, MOST_BODY)
    key = _key(body)
    ids = _files(body)
    text = text_of(body, "text", None).strip()
    _check_words(text, ids, abilities(call.account.kind).max_length or MOST_BODY)
    files = uploads_of(browser.visitor, ids)
    if len(files) < len(ids):
        # A browser that asks again may do so after its files were put away with the message.
        if not actions.was_written(browser, key):
            raise invalid(_("A file is no longer here. Add it again."))
    else:
        language = call.language
        written = actions.Written(key, text, files, _flat(body, "page"), _flat(body, "context"), language)
        actions.write(browser, written)
    return json_response({"key": key}, 202)


def _typing(call: Call) -> HttpResponse:
    visitor = call.visitor
    actions.note_typing(visitor, body_of(call.request, MOST_BODY).get("is_typing") is True)
    return HttpResponse(status=204)


def _seen(call: Call) -> HttpResponse:
    visitor = call.visitor
    try:
        up_to = UUID(text_of(body_of(call.request, MOST_BODY), "up_to", 40))
    except ValueError as reason:
        raise invalid(_("“%s” should be the id of a message.") % "up_to") from reason
    History(visitor).see(up_to)
    return HttpResponse(status=204)


config = chat(Pace("config", visitor=300, network=6000), GET=_config)
sessions = chat(Pace("sessions", visitor=60, network=1200), POST=_begin)
address = chat(Pace("address", visitor=20, network=300), POST=_say_who)
messages = chat(Pace("messages", visitor=600, network=20_000), GET=_read, POST=_write)
typing = chat(Pace("typing", visitor=120, network=6000), POST=_typing)
seen = chat(Pace("seen", visitor=120, network=6000), POST=_seen)


def _page(call: Call, page: Page) -> dict[str, Any]:
    told: dict[str, Any] = {
        "messages": [_message(call, one) for one in page.messages],
        "cursor": page.cursor,
        "is_typing": page.is_typing,
        "read_up_to": str(page.read_up_to) if page.read_up_to else None,
        "status": page.status,
    }
    if page.earlier is not None:
        told["earlier"] = page.earlier or None
    return told


def _message(call: Call, one: Shown) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "key": one.key,
        "direction": one.direction,
        "author": one.author,
        "text": one.text,
        "html": "",
        "files": [told_file(call, file) for file in one.files],
        "at": one.at.isoformat(),
        "status": one.status,
    }


def _check_words(text: str, files: list[UUID], most: int) -> None:
    if not text and not files:
        raise invalid(_("There is nothing to send yet."))
    if len(text) > most:
        raise invalid(_("The text is too long: at most %d characters can be sent.") % most)


def text_of(body: Mapping[str, Any], name: str, most: int | None) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid(_("“%s” should be a text.") % name)
    if most is not None and len(value) > most:
        raise invalid(_("“%(name)s” is longer than %(most)d characters.") % {"name": name, "most": most})
    return storable(value if most is None else value.strip())


def mail_of(body: Mapping[str, Any], name: str) -> str:
    value = text_of(body, name, 254).lower()
    if value and not actions.is_mail(value):
        raise invalid(_("“%s” is not an e-mail address.") % value)
    return value


def _key(body: Mapping[str, Any]) -> str:
    key = text_of(body, "key", 64)
    if not re.fullmatch(r"[0-9A-Za-z-]{16,64}", key):
        raise invalid(_("“%s” should be a UUID that the widget made.") % "key")
    return key


def _files(body: Mapping[str, Any]) -> list[UUID]:
    given = body.get("files") or []
    if not isinstance(given, list) or len(given) > MOST_FILES:
        raise invalid(_("At most %d files can go with one message.") % MOST_FILES)
    try:
        return [UUID(str(one)) for one in given]
    except ValueError as reason:
        raise invalid(_("“%s” should be ids of files.") % "files") from reason


def _flat(body: Mapping[str, Any], name: str) -> dict[str, str]:
    """What a page tells beside the words: short texts under short names, and the rest left out."""
    given = body.get(name)
    pairs = given.items() if isinstance(given, dict) else ()
    return {
        storable(str(key))[:60]: storable(str(value))[:500]
        for key, value in list(pairs)[:_MOST_PAIRS]
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
