"""The files of messages."""

from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Router

from ninelives.accounts.actions import note_viewing
from ninelives.api.downloads import OCTETS, of_file
from ninelives.api.tokens import MAY_READ, TokenRequest
from ninelives.conversations.queries import files_of

router = Router(tags=["attachments"])


@router.get("/{attachment_id}", response=None, auth=MAY_READ, openapi_extra=OCTETS)
def read_attachment(request: TokenRequest, attachment_id: UUID) -> HttpResponseBase:
    """The bytes of a file, whatever it is: never shown in place. That this token read them is logged."""
    files = files_of(request.auth).select_related("message__conversation")
    attachment = get_object_or_404(files, pk=attachment_id)
    customer = attachment.message.conversation.customer_id
    note_viewing(request.auth, customer=customer, subject="attachment", subject_id=attachment.pk)
    if attachment.file_id is None:
        raise Http404
    return of_file(attachment.file_id, attachment.name)
