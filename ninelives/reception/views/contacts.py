"""The contact API: what an app of the organisation's own asks. The paths and shapes are those of Chatwoot's public
client API, so that a client of that needs another host and inbox identifier. docs/reference/contact-api.md tells it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ninelives.accounts.models import LANGUAGES
from ninelives.accounts.queries import organisation
from ninelives.channels.queries import abilities
from ninelives.conversations import actions as conversations
from ninelives.foundation.ids import new_id
from ninelives.reception import actions, contact_shapes
from ninelives.reception.models import AppConversation, Upload
from ninelives.reception.pacing import Pace, spend
from ninelives.reception.queries import session_of
from ninelives.reception.talks import Talk, talk, talks_with, written
from ninelives.reception.views.chat_files import BYTES, media_type_of, name_of, told_file
from ninelives.reception.views.contact_door import contact, text, told_by
from ninelives.reception.views.door import Call, Refusal, invalid, json_response, not_found, too_large

MOST_FILES = 10
_TYPING = {"on": True, "off": False}


def _inbox(call: Call) -> HttpResponse:
    return json_response(contact_shapes.inbox(call.account, organisation().time_zone))


def _begin(call: Call) -> HttpResponse:
    body = told_by(call.request)
    earlier = session_of(call.account, text(body, "source_id", 200))
    session, token = _begun(call, _told(call, body), earlier)
    return json_response(contact_shapes.contact(session.visitor, token or text(body, "source_id", 200)))


def _who(call: Call) -> HttpResponse:
    return json_response(contact_shapes.contact(call.visitor, _source_id(call)))


def _say_who(call: Call) -> HttpResponse:
    body = told_by(call.request)
    told = _told(call, body)
    if not told.customer:
        actions.say_who(call.visitor, email=told.email, name=told.name)
        return _who(call)
    if call.visitor.is_proven and call.visitor.address != f"{call.account.pk}:{told.customer}":
        raise Refusal(
            "conflict", 409, _("Somebody else"), _("This contact is known to be somebody else. Make another one.")
        )
    session, _token = _begun(call, told, call.browser)
    return json_response(contact_shapes.contact(session.visitor, _source_id(call)))


def _list(call: Call) -> HttpResponse:
    told = [_conversation(call, one) for one in talks_with(call.visitor)]
    return json_response(told)


def _open(call: Call) -> HttpResponse:
    told_by(call.request)
    begun = AppConversation.objects.create(number=conversations.promise_number(), visitor=call.visitor)
    return json_response(_conversation(call, Talk(call.visitor, begun.number)))


def _show(call: Call, number: int) -> HttpResponse:
    return json_response(_conversation(call, _talk(call, number)))


def _resolve(call: Call, number: int) -> HttpResponse:
    found = _talk(call, number)
    if found.running:
        conversations.close(found.running, actor=None)
    return json_response(_conversation(call, _talk(call, number)))


def _type(call: Call, number: int) -> HttpResponse:
    found, told = _talk(call, number), text(told_by(call.request), "typing_status", 10)
    if told not in _TYPING:
        raise invalid(_("“%s” should be “on” or “off”.") % "typing_status")
    if found.running:
        conversations.note_typing(found.running, _TYPING[told])
    return HttpResponse(status=200)


def _see(call: Call, number: int) -> HttpResponse:
    found = _talk(call, number)
    newest = found.newest_said()
    if newest:
        found.history.see(newest)
    return HttpResponse(status=200)


def _read(call: Call, number: int) -> HttpResponse:
    found, before = _talk(call, number), call.request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 17):
        raise Refusal("bad-cursor", 400, _("Unknown cursor"), _("“%s” should be the id of a message.") % "before")
    page = found.page(int(before) if before else None)
    told = [one for one in page.messages if one.direction != "event"] if page else []
    return json_response([contact_shapes.message(one, found, lambda file: told_file(call, file)) for one in told])


def _write(call: Call, number: int) -> HttpResponse:
    found, browser, body = _talk(call, number), call.browser, told_by(call.request)
    echo_id, content = text(body, "echo_id", 100), text(body, "content", 100_000)
    key = echo_id or new_id().hex
    if not actions.was_written(browser, key):
        files = _files(call)
        _check(content, files, abilities(call.account.kind).max_length or 0)
        told = actions.Written(
            key, content, files, language=call.language, conversation=found.number, thread=found.thread
        )
        actions.write(browser, told)
    said = written(browser, actions.key_of(browser, key))
    if said is None:
        raise not_found()
    return json_response(contact_shapes.message(said, found, lambda file: told_file(call, file), echo_id))


def _change(call: Call, number: int, message: int) -> HttpResponse:
    _talk(call, number)
    raise invalid(_("Forms within messages are not known here."))


inbox = contact(Pace("inbox", visitor=300, network=6000), GET=_inbox)
contacts = contact(Pace("contacts", visitor=60, network=1200), POST=_begin)
one_contact = contact(Pace("contact", visitor=120, network=6000), GET=_who, PATCH=_say_who)
conversation_list = contact(Pace("app conversations", visitor=120, network=6000), GET=_list, POST=_open)
conversation = contact(Pace("app conversation", visitor=300, network=6000), GET=_show)
toggle_status = contact(Pace("app status", visitor=60, network=1200), POST=_resolve)
toggle_typing = contact(Pace("app typing", visitor=120, network=6000), POST=_type)
update_last_seen = contact(Pace("app seen", visitor=120, network=6000), POST=_see)
messages = contact(Pace("app messages", visitor=600, network=20_000), GET=_read, POST=_write)
message = contact(Pace("app message", visitor=60, network=1200), PATCH=_change)


def _told(call: Call, body: dict[str, Any]) -> actions.Told:
    """An identifier without its hash says nothing, as anybody could have written it."""
    proof = text(body, "identifier_hash", 200)
    if call.account.view().settings.get("identity") == "required" and not proof:
        raise _wrong_hash()
    email = text(body, "email", 254).lower()
    if email and not actions.is_mail(email):
        raise invalid(_("“%s” is not an e-mail address.") % email)
    language = text(body, "language", 5).lower()[:2]
    return actions.Told(
        customer=text(body, "identifier", 200) if proof else "",
        signature=proof,
        email=email,
        name=text(body, "name", 200),
        language=language if language in dict(LANGUAGES) else call.language,
    )


def _begun(call: Call, told: actions.Told, earlier: Any) -> tuple[Any, str]:
    try:
        return actions.begin(call.account, told, earlier, keeps_token=True)
    except actions.NotProvenError as reason:
        raise _wrong_hash() from reason


def _wrong_hash() -> Refusal:
    return Refusal(
        "wrong-signature", 401, _("Not proven"), _("“identifier_hash” does not belong to this “identifier”.")
    )


def _source_id(call: Call) -> str:
    return str(call.request.resolver_match.kwargs["source_id"]) if call.request.resolver_match else ""


def _talk(call: Call, number: int) -> Talk:
    found = talk(call.visitor, number)
    if found is None:
        raise not_found()
    return found


def _conversation(call: Call, one: Talk) -> dict[str, Any]:
    messages = [said for said in one.history.newest().messages if said.direction != "event"]
    return contact_shapes.conversation(one, messages, lambda file: told_file(call, file))


def _files(call: Call) -> list[Upload]:
    """Those of a form, kept before the message that they go with."""
    given = [*call.request.FILES.getlist("attachments[]"), *call.request.FILES.getlist("attachments")]
    if len(given) > MOST_FILES:
        raise invalid(_("At most %d files can go with one message.") % MOST_FILES)
    most = abilities(call.account.kind).max_attachment_bytes
    if any((one.size or 0) > most for one in given):
        raise too_large(most)
    network = call.request.META.get("REMOTE_ADDR", "")
    spend(BYTES, visitor=str(call.visitor.pk), network=network, amount=sum(one.size or 0 for one in given))
    return [_upload(call, one) for one in given]


def _upload(call: Call, given: Any) -> Upload:
    name = name_of(given.name or "")
    kind = media_type_of(given.content_type or "", name)
    return actions.keep_upload(call.visitor, name=name, media_type=kind, content=given.read())


def _check(content: str, files: list[Upload], most: int) -> None:
    if not content and not files:
        raise invalid(_("There is nothing to send yet."))
    if len(content) > most:
        raise invalid(_("The text is too long: at most %d characters can be sent.") % most)
