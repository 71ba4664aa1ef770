"""Files of a chat, both ways: taken in before the message they go with, handed out so that they can do nothing."""

import mimetypes
import re
import time
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from csp.decorators import csp_replace
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from ninelives.channels.queries import abilities
from ninelives.conversations.models import Attachment
from ninelives.foundation import files
from ninelives.foundation.secrets import is_signed, signature
from ninelives.reception import actions
from ninelives.reception.pacing import Pace, spend
from ninelives.reception.views.door import Call, Refusal, chat, json_response, not_found, too_large

# A link opens in a tab without a token, so it opens for whoever has it; for not longer than this.
OPENS_FOR = 6 * 3600
SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")
BYTES = Pace("bytes", visitor=200_000_000, network=2_000_000_000, seconds=86_400)
_PURPOSE = "chat file"
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


def _keep(call: Call) -> HttpResponse:
    visitor, request = call.visitor, call.request
    most = abilities(call.account.kind).max_attachment_bytes
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > most:
        raise too_large(most)
    if not size:
        raise Refusal("invalid", 422, _("Not valid"), _("The file is empty."))
    spend(BYTES, visitor=str(visitor.pk), network=request.META.get("REMOTE_ADDR", ""), amount=size)
    name = name_of(unquote(request.headers.get("X-File-Name", ""), errors="replace"))
    content, kind = request.read(most + 1), media_type_of(request.content_type or "", name)
    upload = actions.keep_upload(visitor, name=name, media_type=kind, content=content)
    told = {"file": str(upload.pk), "name": upload.name, "size": upload.size, "media_type": upload.media_type}
    return json_response(told, 201)


def name_of(given: str) -> str:
    """What is shown of the name that somebody gave to a file."""
    last = re.split(r"[/\\]", given)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:200] or _("file")


def media_type_of(told: str, name: str) -> str:
    told = told.lower()
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return told if _MEDIA_TYPE.fullmatch(told) and told != "application/octet-stream" else guessed


def told_file(call: Call, file: Attachment) -> dict[str, Any]:
    until = int(time.time()) // 3600 * 3600 + OPENS_FOR
    path = reverse("reception:file", args=[call.request.resolver_match.kwargs["key"], file.pk])  # type: ignore[union-attr]
    sign = signature(_PURPOSE, f"{file.pk}:{until}")
    url = call.request.build_absolute_uri(f"{path}?until={until}&sign={sign}")
    return {"name": file.name, "size": file.size, "media_type": file.media_type, "url": url}


def _hand_out(call: Call, attachment_id: UUID) -> HttpResponseBase:
    until, sign = call.request.GET.get("until", ""), call.request.GET.get("sign", "")
    if not is_signed(_PURPOSE, f"{attachment_id}:{until}", sign):
        raise not_found()
    if not until.isdigit() or int(until) < time.time():
        raise Refusal("gone", 410, _("No longer here"), _("This link has expired. Open the file from the chat again."))
    attachment = Attachment.objects.filter(pk=attachment_id, message__account=call.account).first()
    if attachment is None:
        raise not_found()
    return _bytes_of(attachment)


def _bytes_of(attachment: Attachment) -> HttpResponse:
    try:
        content = files.content(attachment.file_id or "")
    except FileNotFoundError as lost:
        raise not_found() from lost
    # Only raster pictures are shown in place; anything else a browser might run is a download.
    shown = attachment.media_type in SHOWN
    response = HttpResponse(content, content_type=attachment.media_type if shown else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not shown, attachment.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


uploads = chat(Pace("files", visitor=60, network=1200), POST=_keep)
file = csp_replace({"default-src": ["'none'"], "sandbox": True})(
    chat(Pace("file", visitor=600, network=6000), kinds=("webchat", "contact_api"), GET=_hand_out)
)
