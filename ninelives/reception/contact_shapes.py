"""What the contact API says, in the shapes that clients of Chatwoot's public API know."""

import mimetypes
from collections.abc import Callable, Sequence
from typing import Any

from ninelives.channels.models import ChannelAccount
from ninelives.conversations.models import Attachment
from ninelives.foundation.ids import as_number
from ninelives.reception.history import Shown
from ninelives.reception.models import Visitor
from ninelives.reception.talks import Talk

# Of a file, where it can be fetched.
Link = Callable[[Attachment], dict[str, Any]]

INCOMING, OUTGOING = 0, 1
_KINDS = ("image", "audio", "video")


def inbox(account: ChannelAccount, time_zone: str) -> dict[str, Any]:
    return {
        "identifier": account.view().settings["key"],
        "identity_validation_enabled": account.view().settings.get("identity") == "required",
        "name": account.brand.name,
        "timezone": time_zone,
        "working_hours": [],
        "working_hours_enabled": False,
        "csat_survey_enabled": False,
        "greeting_enabled": False,
    }


def contact(visitor: Visitor, source_id: str) -> dict[str, Any]:
    return {
        "id": as_number(visitor.pk),
        "source_id": source_id,
        "pubsub_token": source_id,
        "name": visitor.name,
        "email": visitor.email or None,
        "visitor": str(visitor.pk),
        "is_verified": visitor.is_proven,
    }


def conversation(talk: Talk, messages: Sequence[Shown], link: Link) -> dict[str, Any]:
    running = talk.running
    return {
        "id": talk.number,
        "uuid": str(running.pk) if running else None,
        "inbox_id": as_number(talk.visitor.account_id),
        "status": "resolved" if talk.is_resolved else "open",
        "contact_last_seen_at": 0,
        "agent_last_seen_at": int(running.seen_at.timestamp()) if running and running.seen_at else 0,
        "messages": [message(one, talk, link) for one in messages],
        "contact": {
            "id": as_number(talk.visitor.pk),
            "name": talk.visitor.name,
            "email": talk.visitor.email or None,
        },
    }


def message(one: Shown, talk: Talk, link: Link, echo_id: str = "") -> dict[str, Any]:
    is_theirs = one.direction == "inbound"
    told = {
        "id": as_number(one.id),
        "content": one.text,
        "message_type": INCOMING if is_theirs else OUTGOING,
        "content_type": "text",
        "content_attributes": {},
        "created_at": int(one.at.timestamp()),
        "conversation_id": talk.number,
        "status": one.status,
        "echo_id": echo_id or one.key or None,
        "sender": _sender(one, talk.visitor, is_theirs),
    }
    return told | ({"attachments": [_file(file, one, link) for file in one.files]} if one.files else {})


def _sender(one: Shown, visitor: Visitor, is_theirs: bool) -> dict[str, Any]:
    if is_theirs:
        return {"id": as_number(visitor.pk), "name": visitor.name, "email": visitor.email or None, "type": "contact"}
    return {"id": 0, "name": one.author, "available_name": one.author, "avatar_url": "", "type": "user"}


def _file(file: Attachment, one: Shown, link: Link) -> dict[str, Any]:
    told = link(file)
    kind = file.media_type.partition("/")[0]
    return {
        "id": as_number(file.pk),
        "message_id": as_number(one.id),
        "file_type": kind if kind in _KINDS else "file",
        "extension": (mimetypes.guess_extension(file.media_type) or "").lstrip(".") or None,
        "data_url": told["url"],
        "thumb_url": told["url"] if kind == "image" else "",
        "file_size": file.size,
        "file_name": file.name,
    }
