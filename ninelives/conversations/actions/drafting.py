"""Drafts live on the server, so that they survive a reload, a crash and a change of device."""

import mimetypes

from django.db import IntegrityError, transaction
from django.db.models import F

from ninelives.accounts.models import Person
from ninelives.channels.queries import abilities
from ninelives.conversations.actions.living import tell_typing
from ninelives.conversations.models import Conversation, Draft, DraftFile
from ninelives.foundation import files
from ninelives.foundation.clock import now
from ninelives.foundation.text import storable


class DraftConflictError(Exception):
    """Another window of the same person wrote in between; `draft` is what it wrote."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(str(draft.pk))
        self.draft = draft


class FileTooLargeError(Exception):
    def __init__(self, name: str, most: int) -> None:
        super().__init__(f"{name} > {most}")
        self.name, self.most = name, most


def save_draft(conversation: Conversation, *, person: Person, text: str, mode: str, version: int) -> Draft:
    """Keep what is typed. `version` is the one the window last knew: an older one raises DraftConflictError."""
    draft = _draft(conversation, person)
    if draft.text == text and draft.mode == mode:
        return draft
    was_answering = _is_answer(draft.text, draft.mode)
    kept = Draft.objects.filter(pk=draft.pk, version=version)
    changed = kept.update(text=storable(text), mode=mode, version=F("version") + 1, updated_at=now())
    draft.refresh_from_db()
    if not changed:
        raise DraftConflictError(draft)
    if was_answering or _is_answer(text, mode):
        tell_typing(conversation, _is_answer(text, mode))
    return draft


def attach(conversation: Conversation, *, person: Person, name: str, content: bytes) -> DraftFile:
    """Put a file with the draft. Raises FileTooLargeError."""
    most = abilities(conversation.account.kind).max_attachment_bytes
    if len(content) > most:
        raise FileTooLargeError(name, most)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    with transaction.atomic():
        return DraftFile.objects.create(
            draft=_draft(conversation, person),
            file=files.store(content),
            name=storable(name)[:200],
            media_type=media_type,
            size=len(content),
        )


def detach(file: DraftFile) -> None:
    file.delete()


def clear(conversation: Conversation, person: Person) -> None:
    """The text was sent: the draft is empty again, and its version goes on, so that an old window notices, and a first
    saving of the same text that comes only now."""
    draft = _draft(conversation, person)
    draft.files.all().delete()
    Draft.objects.filter(pk=draft.pk).update(text="", mode=Draft.Mode.REPLY, version=F("version") + 1, updated_at=now())


def take_over(root: Conversation, merged: Conversation) -> None:
    """What somebody was writing in the merged one goes on in the kept one, under what they wrote there."""
    for draft in Draft.objects.filter(conversation=merged).prefetch_related("files", "person"):
        if draft.text or draft.files.all():
            _append(draft, _draft(root, draft.person))
            clear(merged, draft.person)


def _append(draft: Draft, kept: Draft) -> None:
    # What was meant for colleagues must not become an answer.
    notes = [one for one in (draft, kept) if one.text and one.mode == Draft.Mode.NOTE]
    kept.text, kept.mode = f"{kept.text}\n\n{draft.text}".strip(), Draft.Mode.NOTE if notes else Draft.Mode.REPLY
    kept.version, kept.updated_at = kept.version + 1, now()
    kept.save()
    draft.files.update(draft=kept)


def _is_answer(text: str, mode: str) -> bool:
    return mode == Draft.Mode.REPLY and bool(text.strip())


def _draft(conversation: Conversation, person: Person) -> Draft:
    try:
        with transaction.atomic():
            return Draft.objects.get_or_create(conversation=conversation, person=person)[0]
    except IntegrityError:
        return Draft.objects.get(conversation=conversation, person=person)
