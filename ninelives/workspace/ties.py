"""What ties a conversation to others, as the desk tells it: merged, split off, linked."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.channels.queries import icon
from ninelives.conversations import tied
from ninelives.conversations.models import Conversation, ConversationLink, ConversationMerge, ConversationSplit
from ninelives.workspace import wording
from ninelives.workspace.lines import line
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place
from ninelives.workspace.screens.panes import LinkShown
from ninelives.workspace.screens.timeline import Bubble


def lines(conversation: Conversation, person: Person | None, place: Place) -> list[Bubble]:
    """On the timeline. What never was merged, split or linked costs no question."""
    if not conversation.has_ties:
        return []
    return [*_told(conversation, person, place)]


@dataclass(frozen=True, slots=True)
class _Teller:
    conversation: Conversation
    may_undo: bool
    place: Place

    def said(
        self,
        tie: ConversationMerge | ConversationSplit | ConversationLink,
        deed: str,
        begun: str,
        ended: str,
        to: Conversation,
    ) -> Iterator[Bubble]:
        url = link(deed, self.place.view, self.conversation.pk, tie.pk)
        undo_url = url if self.may_undo and tie.undone_at is None else ""
        target = "" if to.record_id == self.conversation.pk else self.place.url(to.pk)
        named = (to.subject or to.reference) if target else ""
        if tie.undone_at is None:
            yield line(tie.pk, tie.at, begun, undo_url=undo_url, link_url=target, link_label=named)
        else:
            yield line(tie.pk, tie.at, begun)
            yield line(tie.pk, tie.undone_at, ended, "end", link_url=target, link_label=named)


def _told(conversation: Conversation, person: Person | None, place: Place) -> Iterator[Bubble]:
    teller = _Teller(conversation, person is not None and person.may(Permission.ANSWER), place)
    for merge in tied.merges_of(conversation):
        yield from teller.said(merge, "conversation_merge", *_merged(conversation, merge))
    for split in tied.splits_of(conversation):
        yield from teller.said(split, "split", *_split(conversation, split))
    if person is not None:
        for one in tied.links_of(person, conversation):
            yield from teller.said(one, "conversation_link", *_linked(conversation, one))


def _merged(conversation: Conversation, merge: ConversationMerge) -> tuple[str, str, Conversation]:
    named = {"who": merge.by_name, "again": merge.undone_by_name, "number": merge.merged.reference}
    if merge.merged_id == conversation.pk:
        named["number"] = merge.kept.reference
        ended = _("%(again)s took this out of %(number)s again") % named
        return _("%(who)s merged this into %(number)s") % named, ended, merge.kept
    ended = _("%(again)s took %(number)s out of this again") % named
    return _("%(who)s merged %(number)s into this one") % named, ended, merge.merged


def _split(conversation: Conversation, split: ConversationSplit) -> tuple[str, str, Conversation]:
    named = {"who": split.by_name, "again": split.undone_by_name}
    # Both ends are read here once they are one: it is told as it was done.
    if split.made_id == conversation.pk:
        named["number"] = split.source.reference
        ended = _("%(again)s put back what was split off from %(number)s") % named
        return _("%(who)s split this off from %(number)s") % named, ended, split.source
    count = len(split.took.all())
    named |= {"number": split.made.reference, "count": str(count)}
    begun = ngettext(
        "%(who)s split %(count)s message off into %(number)s",
        "%(who)s split %(count)s messages off into %(number)s",
        count,
    )
    return begun % named, _("%(again)s put back what was split off into %(number)s") % named, split.made


def _linked(conversation: Conversation, one: ConversationLink) -> tuple[str, str, Conversation]:
    other = tied.other_end(one, conversation)
    named = {"who": one.by_name, "again": one.undone_by_name, "number": other.reference}
    return _("%(who)s linked %(number)s") % named, _("%(again)s unlinked %(number)s") % named, other


def links(person: Person, conversation: Conversation, place: Place) -> tuple[LinkShown, ...]:
    """What stands over the conversation: those that have to do with it."""
    if not conversation.has_ties:
        return ()
    shown = {}
    for one in tied.links_of(person, conversation):
        other = tied.other_end(one, conversation).record
        if one.undone_at is None and other.pk != conversation.pk:
            shown[other.pk] = _link(person, conversation.pk, one, other, place)
    return tuple(shown.values())


def _link(person: Person, conversation_id: UUID, one: ConversationLink, other: Conversation, place: Place) -> LinkShown:
    may = person.may(Permission.ANSWER)
    return LinkShown(
        url=place.url(other.pk),
        reference=other.reference,
        subject=other.subject,
        customer=other.customer.record.name,
        channel=icon(other.account.kind),
        state=str(wording.STATES[other.status]),
        is_open=other.is_open,
        end_url=link("conversation_link", place.view, conversation_id, one.pk) if may else "",
    )
