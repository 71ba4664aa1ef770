"""The files of messages: those that came along, and those that are fetched from the provider afterwards."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from ninelives.channels import gathering
from ninelives.channels.models import ChannelAccount, MediaFetch
from ninelives.channels.protocol import InboundFile
from ninelives.conversations.actions.telling import tell_timelines
from ninelives.conversations.models import Attachment, Message
from ninelives.foundation import files
from ninelives.foundation.models import File


def keep_files(message: Message, came: Sequence[InboundFile], account: ChannelAccount) -> None:
    """Those without a content that is to be had are left out."""
    rows = [_row(message, position, file, account) for position, file in enumerate(came)]
    Attachment.objects.bulk_create(row for row in rows if row)


@transaction.atomic
def take_fetched(fetch_id: UUID) -> None:
    """A file came from the provider, or never will: whoever looks at its message sees that."""
    attachment = Attachment.objects.select_related("message__conversation__root").filter(fetch=fetch_id).first()
    fetch = MediaFetch.objects.select_related("file").filter(pk=fetch_id).first()
    if attachment is None or fetch is None:
        return
    if fetch.file:
        attachment.file, attachment.size = fetch.file, fetch.file.size
        attachment.name, attachment.media_type = fetch.name or attachment.name, fetch.media_type
        attachment.save(update_fields=["file", "size", "name", "media_type"])
    tell_timelines(attachment.message.conversation)


def fetch_again(attachment: Attachment) -> bool:
    """Somebody asks for another try."""
    changed = attachment.fetch is not None and gathering.fetch_again(attachment.fetch)
    tell_timelines(attachment.message.conversation)
    return changed


def _row(message: Message, position: int, file: InboundFile, account: ChannelAccount) -> Attachment | None:
    row = Attachment(
        message=message,
        position=position,
        name=file.name[:200],
        media_type=file.media_type[:120],
        size=file.size,
        content_id=file.content_id[:500],
    )
    if file.reference:
        row.fetch = gathering.ask_for(account, file)
        return row
    content = _content(file)
    if content is None:
        return None
    row.file, row.size = content, content.size
    return row


def _content(file: InboundFile) -> File | None:
    return files.kept(file.sha256) if file.sha256 else files.store(file.content)
