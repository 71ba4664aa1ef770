"""Files and foreign pictures: handed out so that they can do nothing in our name."""

from uuid import UUID

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from ninelives.accounts.actions import note_viewing
from ninelives.accounts.permissions import Permission
from ninelives.conversations import queries
from ninelives.conversations.models import Message
from ninelives.foundation import files
from ninelives.workspace.threads import PICTURES, with_pictures
from ninelives.workspace.views.reaching import needs, page, person_of

_NOTHING = {"default-src": ["'none'"], "sandbox": True}
_PICTURES = {
    "default-src": ["'none'"],
    "img-src": ["https:", "http:", "data:", "'self'"],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "style-src-attr": ["'unsafe-inline'"],
}


@csp_replace(_NOTHING)
@require_GET
@needs(Permission.READ_CONVERSATIONS)
def file(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    theirs = queries.files_of(person_of(request)).select_related("message__conversation")
    attachment = get_object_or_404(theirs, pk=attachment_id)
    _note(request, attachment.message)
    try:
        content = files.content(attachment.file_id or "")
    except FileNotFoundError as lost:
        raise Http404 from lost
    # Only raster pictures are shown in place; anything else a browser might run is a download.
    shown = attachment.media_type in PICTURES and "download" not in request.GET
    response = HttpResponse(content, content_type=attachment.media_type if shown else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not shown, attachment.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@csp_replace(_PICTURES)
@xframe_options_sameorigin
@require_GET
@needs(Permission.READ_CONVERSATIONS)
def pictures(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message with its remote pictures, for a sandboxed frame: asking for them tells the sender it was read."""
    theirs = queries.messages_of(person_of(request)).select_related("conversation")
    message = get_object_or_404(theirs, pk=message_id)
    _note(request, message)
    chosen = message.html if "full" in request.GET else message.own_html or message.html
    html = with_pictures(chosen, message.attachments.all())
    shown = html.replace("data-remote-src=", "src=")
    return page(request, "workspace/pictures.html", {"html": shown})


def _note(request: HttpRequest, message: Message) -> None:
    """As a look at the conversation: its pictures, fetched after it, add no lines to the log."""
    whose, subject_id = message.conversation.customer_id, message.conversation_id
    note_viewing(person_of(request), customer=whose, subject="conversation", subject_id=subject_id)
