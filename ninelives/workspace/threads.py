"""The middle pane: one conversation on the customer's timeline, and the composer under it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ninelives.accounts.models import Person, initials
from ninelives.accounts.permissions import Permission
from ninelives.channels.models import Delivery
from ninelives.channels.queries import abilities, icon, is_paper
from ninelives.channels.remarks import worded
from ninelives.conversations import queries, windows
from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.conversations.queries import Said, draft_of, left_elsewhere, said, typing_until
from ninelives.customers.models import Customer
from ninelives.foundation.address import at_account, shown
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.workspace import cases, elsewhere, happenings, merges, promises, routed, snoozes, tags, ties, wording
from ninelives.workspace.beside import Beside
from ninelives.workspace.handing_over import consult_of, may_hand_over
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place, hue
from ninelives.workspace.screens.composing import Composer, DraftFileShown, TemplateShown
from ninelives.workspace.screens.panes import ThreadHead, ThreadPane
from ninelives.workspace.screens.timeline import Attached, Bubble, Earlier, PageShown, SendState, TypingShown, Unread
from ninelives.workspace.whose import whose

MOST_MESSAGES = 500
EARLIER = 10
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_CID = re.compile(r"""src=(["'])cid:([^"']+)\1""")


def head(person: Person, conversation: Conversation, place: Place, next_url: str) -> ThreadHead:
    may_answer = person.may(Permission.ANSWER)
    customer = conversation.customer.record
    return ThreadHead(
        id=str(conversation.pk),
        customer_id=str(customer.pk),
        reference=conversation.reference,
        subject=conversation.subject,
        customer=customer.name,
        channel=icon(conversation.account.kind),
        account=conversation.account.name,
        brand=person.brand_names[conversation.brand_id],
        is_open=conversation.is_open,
        assignee=conversation.assignee.name if conversation.assignee else "",
        is_mine=conversation.assignee_id == person.pk,
        url=place.url(conversation.pk),
        head_url=_deed("head", place, conversation),
        assignment_url=_deed("assignment", place, conversation) if may_answer else "",
        closure_url=_deed("closure", place, conversation) if may_answer else "",
        snoozed_until=conversation.snoozed_until,
        snooze_url=_deed("snooze", place, conversation) if may_answer else "",
        presets=snoozes.presets(localtime()) if may_answer and conversation.is_open else (),
        tags=tags.shown(conversation, place, may_answer=may_answer),
        tags_url=_deed("tags", place, conversation) if may_answer else "",
        next_url=next_url,
        links=ties.links(person, conversation, place),
        merge_url=_deed("conversation_merges", place, conversation) if may_answer else "",
        link_url=_deed("conversation_links", place, conversation) if may_answer else "",
        case=cases.over(person, conversation, place),
        case_offers=cases.offers(person, conversation, place),
        case_url=_deed("case_of", place, conversation) if may_answer else "",
        hand_over_url=_deed("hand_over", place, conversation) if may_hand_over(person, conversation) else "",
        consult=consult_of(conversation, place),
        whose=whose(conversation) if may_answer else None,
        promises=promises.over(person, conversation, place),
        promising=promises.menu(person, conversation, place),
    )


def pane(
    person: Person,
    conversation: Conversation,
    place: Place,
    story: list[Earlier],
    next_url: str,
    came_from: str = "",
) -> ThreadPane:
    """`story`: the customer's conversations as `story_of` gives them."""
    above = head(person, conversation, place, next_url)
    related = conversation.related if conversation.related_id else None
    shows_related = related is not None and related.brand_id in person.brand_ids
    return ThreadPane(
        **{field.name: getattr(above, field.name) for field in fields(above)},
        earlier=_before(story, conversation),
        bubbles=bubbles(conversation, person, place),
        unread=unread(conversation, place),
        messages_url=_deed("messages", place, conversation),
        typing=typing(conversation, place),
        related_url=place.url(related.pk) if related and shows_related else "",
        related_label=f"{related.reference} {related.subject}" if related and shows_related else "",
        came_from=came_from,
        composer=composer(person, conversation, place),
    )


def typing(conversation: Conversation, place: Place) -> TypingShown:
    if not abilities(conversation.account.kind).live:
        return TypingShown("", "", "")
    until = typing_until(conversation)
    name = conversation.customer.record.name if until else ""
    return TypingShown(_deed("typing", place, conversation), name, f"{until:%H%M%S%f}" if until else "")


def bubbles(conversation: Conversation, person: Person | None, place: Place) -> tuple[Bubble, ...]:
    """Messages, notes and what happened, in the order they occurred."""
    told = said(conversation, MOST_MESSAGES)
    prefetch_related_objects([one.message for one in told if one.message.has_files], "attachments__fetch")
    beside = Beside.of([one.message for one in told])
    splits_url = ""
    if len(told) > 1 and person is not None and person.may(Permission.ANSWER):
        splits_url = _deed("splits", place, conversation)
    alone = windows.said_privately(conversation)
    shown = [
        replace(
            _bubble(one, conversation, person, place, splits_url),
            is_private=one.message.pk in alone,
            quote=beside.quote(one.message),
            changed=beside.changed(one.message),
        )
        for one in told
    ]
    if conversation.has_ties:
        shown = elsewhere.marked(shown, conversation, place) + _away(conversation, person, place)
    between = happenings.lines(conversation) + routed.lines(conversation) + merges.lines(conversation, person, place)
    between += ties.lines(conversation, person, place) + cases.lines(conversation, person, place)
    between += promises.lines(conversation, person, place)
    return _pages_told_once(sorted(shown + between, key=attrgetter("at")))


def _away(conversation: Conversation, person: Person | None, place: Place) -> list[Bubble]:
    """What was written here and left by another channel."""
    return [
        elsewhere.left(
            _bubble(one.said, conversation, person, place, ""), one.other, place, one.said.message.account.name
        )
        for one in left_elsewhere(conversation)
    ]


def _pages_told_once(shown: list[Bubble]) -> tuple[Bubble, ...]:
    """Where a chat was written stands where it begins and where it changes, not under every line of it."""
    told: PageShown | None = None
    once = []
    for bubble in shown:
        once.append(replace(bubble, page=None) if bubble.page == told else bubble)
        told = bubble.page or told
    return tuple(once)


def unread(conversation: Conversation, place: Place) -> Unread:
    """Of a conversation that was reached with its reader's mark."""
    heard_at = conversation.heard_at
    return Unread(
        url=_deed("read_mark", place, conversation),
        up_to=heard_at.isoformat() if heard_at else "",
        is_unread=conversation.is_unread,
    )


def story_of(person: Person, customer: Customer, place: Place) -> list[Earlier]:
    """The customer's conversations, newest first; one more than a page shows."""
    found = queries.story_of(person, customer, most=EARLIER + 1)
    return [
        Earlier(
            id=str(conversation_id),
            url=place.url(conversation_id),
            messages_url=link("earlier", conversation_id),
            subject=subject,
            reference=f"#{number}",
            preview=preview,
            at=at,
            channel=icon(kind),
            is_open=status == "open",
        )
        for conversation_id, subject, number, preview, at, kind, status in found
    ]


def _before(story: list[Earlier], conversation: Conversation) -> tuple[Earlier, ...]:
    """What the same customer wrote besides, oldest first."""
    others = [one for one in story if one.id != str(conversation.pk)]
    return tuple(reversed(others[:EARLIER]))


def composer(person: Person, conversation: Conversation, place: Place) -> Composer:
    draft = draft_of(person, conversation)
    allowed = abilities(conversation.account.kind)
    may_answer = person.may(Permission.ANSWER)
    ways = elsewhere.ways(conversation) if may_answer else ()
    can_answer = may_answer and bool(allowed.answers or ways)
    return Composer(
        key=str(new_id()),
        mode=draft.mode if draft else "reply",
        text=draft.text if draft else "",
        draft_url=_deed("draft", place, conversation),
        version=draft.version if draft else 0,
        reply_url=_deed("reply", place, conversation),
        note_url=_deed("note", place, conversation) if may_answer else "",
        files_url=_deed("draft_files", place, conversation),
        canned_url=_deed("canned", place, conversation),
        colleagues_url=_deed("colleagues", place, conversation),
        attendance_url=_deed("attendance", place, conversation),
        files=tuple(
            DraftFileShown(file.name, file.size, link("draft_file", place.view, file.pk))
            for file in (draft.files.all() if draft else ())
        ),
        to=conversation.customer.record.name,
        subject=conversation.subject if allowed.subject else "",
        max_length=allowed.max_length or 0,
        takes_files=allowed.attachments if allowed.answers else bool(ways),
        max_file_mb=allowed.max_attachment_bytes // 1_000_000,
        undo_seconds=int(allowed.undo.total_seconds()),
        can_answer=can_answer,
        why_not=_why_not(may_answer, can_answer),
        is_public=allowed.public,
        counts_bytes=allowed.counts_bytes,
        **_private(conversation) if can_answer and allowed.answers_privately else {},
        **_window(conversation) if can_answer and allowed.reply_window else {},
        ways=ways,
    )


def _private(conversation: Conversation) -> dict[str, Any]:
    alone = windows.private(conversation)
    why = ""
    if alone.was_used:
        why = _("This was answered to the customer alone already.")
    elif not alone.is_open:
        why = _("This was said too long ago to be answered to the customer alone.")
    return {"answers_privately": True, "private_until": alone.until, "why_not_private": why}


def _window(conversation: Conversation) -> dict[str, Any]:
    until = windows.open_until(conversation)
    return {
        "window_until": until,
        "is_window_closed": until is not None and until <= now(),
        "templates": tuple(
            TemplateShown(str(one.pk), one.name, one.language, one.text, tuple(windows.places(one.text)))
            for one in windows.templates_of(conversation)
        ),
    }


def _why_not(may_answer: bool, can_answer: bool) -> str:
    if not may_answer:
        return _("Your role reads along and does not answer.")
    return "" if can_answer else worded("no_way_back")


def with_pictures(html: str, attachments: Iterable[Attachment]) -> str:
    """Pictures the text shows in place get the addresses of their files; of one that did not come, its words stay."""
    if "cid:" not in html:
        return html
    known = {file.content_id: _file_url(file) for file in attachments if file.content_id}
    return _CID.sub(lambda found: f'src="{known[found[2]]}"' if found[2] in known else "", html)


def _deed(name: str, place: Place, conversation: Conversation) -> str:
    return link(name, place.view, conversation.pk)


def _bubble(told: Said, conversation: Conversation, person: Person | None, place: Place, splits_url: str) -> Bubble:
    message, author = told.message, told.author
    attachments = list(message.attachments.all()) if message.has_files else []
    html = with_pictures(message.own_html or message.html, attachments)
    in_place = set(_CID.findall(message.own_html or message.html)) if attachments else set()
    shown_ids = {content_id for _quote, content_id in in_place}
    inbound = message.direction == "inbound"
    is_letter = inbound and is_paper(message.account.kind)
    files, pages = (attachments[:1], attachments[1:]) if is_letter else (attachments, [])
    return Bubble(
        id=str(message.pk),
        kind=message.direction,
        author=author,
        initials=initials(author),
        hue=hue(message.customer_id or message.by_person_id or conversation.brand_id),
        address=_address(message) if inbound else "",
        at=message.occurred_at,
        subject="" if message.subject in ("", conversation.subject, f"Re: {conversation.subject}") else message.subject,
        text="" if html or is_letter else message.shown_text,
        html=html,
        full_text=message.text if message.own_text or is_letter else "",
        full_html=with_pictures(message.html, attachments) if message.own_html else "",
        files=tuple(_attached(file, place) for file in files if file.content_id not in shown_ids),
        pages=tuple(_attached(file, place) for file in pages),
        remarks=tuple(worded(remark) for remark in message.remarks),
        remote_pictures=message.html.count("data-remote-src="),
        pictures_url=link("pictures", message.pk) if message.html else "",
        proof=message.proof,
        proof_label=_proof(message),
        is_automatic=message.is_automatic or bool(message.machine),
        is_import=message.is_import,
        sending=_sending(told, person, place),
        page=_page(message.page) if message.page else None,
        split_url=f"{splits_url}?message={message.pk}" if splits_url else "",
    )


def _address(message: Message) -> str:
    """Of whoever is known here by an id of our making, where they are answered, if that is elsewhere."""
    is_of_our_making = at_account(message.sender_address) is not None
    return message.reply_to if is_of_our_making and message.reply_to else shown(message.sender_address)


def _page(told: Mapping[str, Any]) -> PageShown:
    context = tuple((str(wording.FACTS.get(name, name)), value) for name, value in told["context"])
    return PageShown(told["url"], told["title"] or told["url"], context)


def _proof(message: Message) -> str:
    if not message.proof:
        return ""
    results = {"DKIM": message.dkim, "SPF": message.spf, "DMARC": message.dmarc}
    told = ", ".join(f"{name} {result}" for name, result in results.items() if result)
    return f"{wording.PROOFS[message.proof]}{f' ({told})' if told else ''}"


def _sending(told: Said, person: Person | None, place: Place) -> SendState | None:
    message, delivery = told.message, told.delivery
    if delivery is None:
        return None
    left = _left(delivery)
    mine = person is not None and person.may(Permission.ANSWER)
    return SendState(
        state=delivery.state,
        label=str(_label(delivery, left)),
        reason=worded(delivery.reason) if delivery.reason else "",
        undo_url=link("withdrawal", place.view, message.pk) if left > 0 and mine else "",
        undo_seconds=left,
        again_url=link("another_try", place.view, message.pk)
        if delivery.state in ("held", "failed", "uncertain") and mine
        else "",
    )


def _left(delivery: Delivery) -> int:
    """Whole seconds in which sending can still be undone."""
    if delivery.state != Delivery.State.WAITING or delivery.attempts:
        return 0
    return max(0, round((delivery.due_at - now()).total_seconds()))


def _label(delivery: Delivery, left: int) -> object:
    if delivery.state == Delivery.State.WAITING and delivery.attempts:
        return wording.TRYING_AGAIN
    return wording.SENDING[delivery.state]


def _attached(file: Attachment, place: Place) -> Attached:
    state = file.state
    return Attached(
        file.name,
        file.size,
        _file_url(file) if state == "kept" else "",
        file.media_type,
        is_picture=state == "kept" and file.media_type in PICTURES,
        state=state,
        reason=worded(file.fetch.reason) if file.fetch and state == "failed" else "",
        again_url=link("another_fetch", place.view, file.pk) if state == "failed" else "",
    )


def _file_url(file: Attachment) -> str:
    return link("file", file.pk)
