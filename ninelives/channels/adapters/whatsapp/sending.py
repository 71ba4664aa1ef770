"""Answers, files and templates, over the Cloud API."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ninelives.channels.asking import File, Heard, Interface, refusal
from ninelives.channels.bodies import at, each, text
from ninelives.channels.protocol import (
    AccountView,
    FileKeeper,
    FileOpener,
    InboundFile,
    NotConfigured,
    Outbound,
    OutboundFile,
    Refused,
    SendProblem,
    Template,
    TemplateUse,
    TryLater,
    Uncertain,
)

# https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
_LATER = {2, 4, 80007, 130429, 131016, 131048, 131056, 133004}
_NOT_LET_IN = {0, 3, 10, 190, *range(200, 300), 131005, 131031}
_WINDOW_CLOSED = 131047
# An id of the business' own (a country, a point, letters and digits) is no number to be dialled.
_USER_ID = re.compile(r"[A-Z]{2}\..+")
_PAGES = 20


def send(outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
    interface = _interface(account)
    message = {"messaging_product": "whatsapp", "recipient_type": "individual", **_to(outbound.to.address.value)}
    # Given back with every status: so it is known what became of a message also when no answer came to this call.
    message["biz_opaque_callback_data"] = outbound.external_id
    content = _content(outbound, interface, account, open_file)
    heard = interface.post_json(f"{account.settings['phone_number_id']}/messages", {**message, **content})
    sent = text(heard.told, "messages", 0, "id")
    if not heard.is_well:
        raise _problem(heard)
    if not sent:
        raise Uncertain("no_answer")
    return sent


def fetch(file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
    """By its id its address is asked, which is good for five minutes."""
    interface = _interface(account)
    heard = interface.get(file.reference)
    if not heard.is_well:
        raise _problem(heard)
    sha256, media_type = interface.keep(text(heard.told, "url"), keep)
    told = text(heard.told, "mime_type").partition(";")[0].strip()
    return InboundFile(file.name, told or file.media_type or media_type, sha256=sha256)


def templates(account: AccountView) -> Sequence[Template]:
    owner = account.settings.get("business_account_id", "")
    if not owner:
        raise NotConfigured("no_business_account")
    return [_template(one) for one in _told_of(_interface(account), f"{owner}/message_templates")]


def _interface(account: AccountView) -> Interface:
    token = account.settings["access_token"]
    return Interface(account.settings["api_base"], {"Authorization": f"Bearer {token}"})


def _to(address: str) -> dict[str, str]:
    return {"recipient": address} if _USER_ID.fullmatch(address) else {"to": address}


def _content(
    outbound: Outbound, interface: Interface, account: AccountView, open_file: FileOpener
) -> dict[str, object]:
    if outbound.template:
        return {"type": "template", "template": _filled(outbound.template)}
    if not outbound.files:
        return {"type": "text", "text": {"body": outbound.text, "preview_url": False}}
    file = outbound.files[0]
    kind = _media_kind(file)
    told = {"id": _upload(file, interface, account, open_file)}
    if outbound.text and kind != "audio":
        told["caption"] = outbound.text
    if kind == "document":
        told["filename"] = file.name
    return {"type": kind, kind: told}


def _media_kind(file: OutboundFile) -> str:
    if file.media_type in ("image/jpeg", "image/png"):
        return "image"
    if file.media_type in ("video/mp4", "video/3gpp"):
        return "video"
    return "audio" if file.media_type in ("audio/mpeg", "audio/ogg", "audio/mp4", "audio/aac") else "document"


def _upload(file: OutboundFile, interface: Interface, account: AccountView, open_file: FileOpener) -> str:
    """What was uploaded and not used does no harm: whatever goes wrong here, nothing was sent."""
    told = {"messaging_product": "whatsapp", "type": file.media_type}
    part = File("file", file.name, file.media_type, open_file(file.sha256))
    try:
        heard = interface.post_parts(f"{account.settings['phone_number_id']}/media", told, [part])
    except Uncertain as reason:
        raise TryLater(reason.reason) from reason
    if not heard.is_well:
        problem = _problem(heard)
        raise TryLater(problem.reason) if isinstance(problem, Uncertain) else problem
    return text(heard.told, "id")


def _filled(use: TemplateUse) -> dict[str, object]:
    named = [
        {"type": "text", "text": value, **({} if place.isdecimal() else {"parameter_name": place})}
        for place, value in zip(use.places, use.values, strict=True)
    ]
    components = [{"type": "body", "parameters": named}] if named else []
    return {"name": use.name, "language": {"code": use.language}, "components": components}


def _told_of(interface: Interface, path: str) -> Iterator[dict[str, Any]]:
    query = {"fields": "name,language,status,category,components", "limit": "100"}
    for _page in range(_PAGES):
        heard = interface.get(path, query)
        if not heard.is_well:
            raise _problem(heard)
        yield from each(heard.told, "data")
        after = text(heard.told, "paging", "cursors", "after")
        if not after or not at(heard.told, "paging", "next"):
            return
        query = {**query, "after": after}


def _template(told: dict[str, Any]) -> Template:
    body = (text(one, "text") for one in each(told, "components") if text(one, "type") == "BODY")
    return Template(
        text(told, "name"),
        text(told, "language"),
        next(body, ""),
        text(told, "category").lower(),
        text(told, "status") == "APPROVED",
    )


def _problem(heard: Heard) -> SendProblem:
    error = at(heard.told, "error")
    code = at(error, "code")
    said = text(error, "error_data", "details") or text(error, "message")
    if code == _WINDOW_CLOSED:
        return Refused("reply_window_closed")
    if code in _NOT_LET_IN or heard.status == 401:
        return NotConfigured(f"not_let_in:{said or heard.status}")
    if code in _LATER:
        return TryLater(f"{code}: {said}", heard.rest)
    return refusal(heard, f"{code}: {said}" if said else "")
