"""Answers, files and templates, over the Cloud API."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ninelives.channels.asking import File, Interface
from ninelives.channels.bodies import at, each, text
from ninelives.channels.protocol import (
    AccountView,
    FileKeeper,
    FileOpener,
    InboundFile,
    NotConfigured,
    Outbound,
    OutboundFile,
    Template,
    TemplateUse,
    TryLater,
    Uncertain,
)

from ..meta.graph import Faults, interface, problem

# https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
_FAULTS = Faults(
    later=frozenset({2, 4, 80007, 130429, 131016, 131048, 131056, 133004}),
    not_let_in=frozenset({0, 3, 10, 190, *range(200, 300), 131005, 131031}),
    refused={131047: "reply_window_closed"},
)
# An id of the business' own (a country, a point, letters and digits) is no number to be dialled.
_USER_ID = re.compile(r"[A-Z]{2}\..+")
_PAGES = 20


def send(outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
    graph = interface(account)
    message = {"messaging_product": "whatsapp", "recipient_type": "individual", **_to(outbound.to.address.value)}
    # Given back with every status: so it is known what became of a message also when no answer came to this call.
    message["biz_opaque_callback_data"] = outbound.external_id
    content = _content(outbound, graph, account, open_file)
    heard = graph.post_json(f"{account.settings['phone_number_id']}/messages", {**message, **content})
    sent = text(heard.told, "messages", 0, "id")
    if not heard.is_well:
        raise problem(heard, _FAULTS)
    if not sent:
        raise Uncertain("no_answer")
    return sent


def fetch(file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
    """By its id its address is asked, which is good for five minutes."""
    graph = interface(account)
    heard = graph.get(file.reference)
    if not heard.is_well:
        raise problem(heard, _FAULTS)
    sha256, media_type = graph.keep(text(heard.told, "url"), keep)
    told = text(heard.told, "mime_type").partition(";")[0].strip()
    return InboundFile(file.name, told or file.media_type or media_type, sha256=sha256)


def templates(account: AccountView) -> Sequence[Template]:
    owner = account.settings.get("business_account_id", "")
    if not owner:
        raise NotConfigured("no_business_account")
    return [_template(one) for one in _told_of(interface(account), f"{owner}/message_templates")]


def _to(address: str) -> dict[str, str]:
    return {"recipient": address} if _USER_ID.fullmatch(address) else {"to": address}


def _content(outbound: Outbound, graph: Interface, account: AccountView, open_file: FileOpener) -> dict[str, object]:
    if outbound.template:
        return {"type": "template", "template": _filled(outbound.template)}
    if not outbound.files:
        return {"type": "text", "text": {"body": outbound.text, "preview_url": False}}
    file = outbound.files[0]
    kind = _media_kind(file)
    told = {"id": _upload(file, graph, account, open_file)}
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


def _upload(file: OutboundFile, graph: Interface, account: AccountView, open_file: FileOpener) -> str:
    """What was uploaded and not used does no harm: whatever goes wrong here, nothing was sent."""
    told = {"messaging_product": "whatsapp", "type": file.media_type}
    part = File("file", file.name, file.media_type, open_file(file.sha256))
    try:
        heard = graph.post_parts(f"{account.settings['phone_number_id']}/media", told, [part])
    except Uncertain as reason:
        raise TryLater(reason.reason) from reason
    if not heard.is_well:
        why = problem(heard, _FAULTS)
        raise TryLater(why.reason) if isinstance(why, Uncertain) else why
    return text(heard.told, "id")


def _filled(use: TemplateUse) -> dict[str, object]:
    named = [
        {"type": "text", "text": value, **({} if place.isdecimal() else {"parameter_name": place})}
        for place, value in zip(use.places, use.values, strict=True)
    ]
    components = [{"type": "body", "parameters": named}] if named else []
    return {"name": use.name, "language": {"code": use.language}, "components": components}


def _told_of(graph: Interface, path: str) -> Iterator[dict[str, Any]]:
    query = {"fields": "name,language,status,category,components", "limit": "100"}
    for _page in range(_PAGES):
        heard = graph.get(path, query)
        if not heard.is_well:
            raise problem(heard, _FAULTS)
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
