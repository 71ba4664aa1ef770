"""What people do at the desk. A new noun rather than a special action: closing makes a closure."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ninelives.accounts.permissions import Permission
from ninelives.channels.protocol import TemplateUse
from ninelives.conversations import actions, queries, windows
from ninelives.conversations.models import Conversation, DraftFile
from ninelives.workspace import elsewhere, snoozes, threads
from ninelives.workspace.lists import Place
from ninelives.workspace.views.desk import panes
from ninelives.workspace.views.reaching import conversation_of, needs, page, person_of, place_of, problem

needs_answer = needs(Permission.ANSWER)


@require_http_methods(["POST", "DELETE"])
@needs_answer
def assignment(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    conversation = conversation_of(request, conversation_id)
    if request.method == "DELETE":
        actions.release(conversation, actor=person_of(request))
    elif not actions.claim(conversation, person=person_of(request)):
        conversation.refresh_from_db(fields=["assignee"])
        name = conversation.assignee.name if conversation.assignee else ""
        return problem(request, _("%s was just before you.") % name, 409, _("Already taken"))
    return shown(request, conversation, view)


@require_http_methods(["POST", "DELETE"])
@needs_answer
def closure(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    conversation = conversation_of(request, conversation_id)
    (actions.reopen if request.method == "DELETE" else actions.close)(conversation, actor=person_of(request))
    return shown(request, conversation, view)


@require_http_methods(["POST", "DELETE"])
@needs_answer
def snooze(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    conversation = conversation_of(request, conversation_id)
    if request.method == "DELETE":
        actions.wake(conversation, actor=person_of(request))
        return shown(request, conversation, view)
    try:
        until = snoozes.moment(request.POST.get("until", ""), localtime())
        if not until or not actions.snooze(conversation, actor=person_of(request), until=until):
            return problem(request, _("Choose a moment still to come, for a conversation that is open."))
    except actions.NoSuchMomentError:
        return problem(request, _("Choose a moment still to come."))
    return shown(request, conversation, view)


@require_POST
@needs_answer
def reply(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    return _write(request, view, conversation_of(request, conversation_id), is_note=False)


@require_POST
@needs_answer
def note(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    return _write(request, view, conversation_of(request, conversation_id), is_note=True)


@require_http_methods(["PUT"])
@needs_answer
def draft(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    given = QueryDict(request.body)
    mode = given.get("mode", "reply")
    version = given.get("version", "0")
    if mode not in ("reply", "note") or not version.isdigit():
        return HttpResponse(status=400)
    try:
        kept = actions.save_draft(
            conversation_of(request, conversation_id),
            person=person_of(request),
            text=given.get("text", ""),
            mode=mode,
            version=int(version[:9]),
        )
    except actions.DraftConflictError as conflict:
        return JsonResponse({"text": conflict.draft.text, "version": conflict.draft.version}, status=409)
    return HttpResponse(status=204, headers={"X-Version": str(kept.version)})


@require_POST
@needs_answer
def draft_files(request: HttpRequest, view: str, conversation_id: UUID) -> HttpResponse:
    conversation = conversation_of(request, conversation_id)
    for file in request.FILES.getlist("file"):
        try:
            actions.attach(conversation, person=person_of(request), name=file.name or _("file"), content=file.read())
        except actions.FileTooLargeError as large:
            return problem(request, _too_large(large), 413)
    return _composer(request, conversation, place_of(request, view))


@require_http_methods(["DELETE"])
@needs_answer
def draft_file(request: HttpRequest, view: str, file_id: UUID) -> HttpResponse:
    file = get_object_or_404(DraftFile.objects.select_related("draft"), pk=file_id, draft__person=person_of(request))
    conversation = conversation_of(request, file.draft.conversation_id)
    actions.detach(file)
    return _composer(request, conversation, place_of(request, view))


@require_POST
@needs_answer
def withdrawal(request: HttpRequest, view: str, message_id: UUID) -> HttpResponse:
    message = get_object_or_404(queries.messages_of(person_of(request)).select_related("elsewhere"), pk=message_id)
    written_in = message.elsewhere.written_in if hasattr(message, "elsewhere") else message.conversation
    if message.by_person_id != person_of(request).pk and message.by_person_id is not None:
        return problem(request, _("Only the one who sent it can undo it."), 403)
    if not actions.unsend(message, person=person_of(request)):
        return problem(request, _("It was already on its way."), 409, _("Too late"))
    return shown(request, written_in, view)


@require_POST
@needs_answer
def another_try(request: HttpRequest, view: str, message_id: UUID) -> HttpResponse:
    message = get_object_or_404(queries.messages_of(person_of(request)), pk=message_id)
    actions.send_again(message)
    return shown(request, message.conversation, view)


@require_POST
@needs_answer
def another_fetch(request: HttpRequest, view: str, attachment_id: UUID) -> HttpResponse:
    files = queries.files_of(person_of(request)).select_related("message__conversation__root", "fetch")
    attachment = get_object_or_404(files, pk=attachment_id)
    actions.fetch_again(attachment)
    return shown(request, attachment.message.conversation, view)


def _write(request: HttpRequest, view: str, conversation: Conversation, *, is_note: bool) -> HttpResponse:
    try:
        _say(request, conversation, is_note=is_note)
    except _REFUSALS as reason:
        return problem(request, _why(reason, request), 413 if isinstance(reason, actions.FileTooLargeError) else 422)
    answer = shown(request, conversation, view)
    draft = queries.draft_of(person_of(request), conversation)
    answer.headers["X-Version"] = str(draft.version if draft else 0)
    return answer


def _how(request: HttpRequest, conversation: Conversation) -> actions.How:
    chosen = request.POST.get("template", "")
    use = None
    if chosen:
        template = next((one for one in windows.templates_of(conversation) if str(one.pk) == chosen), None)
        values = tuple(request.POST.getlist(f"value-{chosen}"))
        use = TemplateUse(template.name, template.language, values) if template else TemplateUse("", "")
    return actions.How(
        template=use, in_parts="in_parts" in request.POST, in_private=bool(request.POST.get("in_private"))
    )


def _say(request: HttpRequest, conversation: Conversation, *, is_note: bool) -> None:
    text, key, person = request.POST.get("text", ""), request.POST.get("key", "")[:80], person_of(request)
    via = request.POST.get("via", "")
    if is_note:
        actions.note(conversation, actor=person, text=text, key=key, use_draft=True)
    elif not via:
        how = _how(request, conversation)
        actions.answer(conversation, actor=person, text=text, key=key, use_draft=True, how=how)
    else:
        way = elsewhere.chosen(via)
        if way is None:
            raise actions.NoSuchWayError
        how = actions.How(in_parts="in_parts" in request.POST)
        actions.answer_elsewhere(conversation, way, actor=person, text=text, key=key, use_draft=True, how=how)


_REFUSALS = (
    actions.EmptyMessageError,
    actions.TooLongError,
    actions.WindowClosedError,
    actions.NotInPrivateError,
    actions.NoTemplateError,
    actions.NoAddressError,
    actions.NoSuchWayError,
    actions.FilesNotTakenError,
    actions.FileTooLargeError,
)


def _why(reason: Exception, request: HttpRequest) -> str:
    """In the reader's words why nothing was sent."""
    if isinstance(reason, actions.TooLongError):
        return _too_long(reason, bool(request.POST.get("in_private")))
    if isinstance(reason, actions.FileTooLargeError):
        return _too_large(reason)
    if isinstance(reason, actions.WindowClosedError) and request.POST.get("via"):
        return _("On that channel the customer wrote too long ago for a free answer. Choose another one.")
    return {
        actions.EmptyMessageError: _("There is nothing to send yet."),
        actions.WindowClosedError: _("The time in which you can answer freely here is over. Choose a template."),
        actions.NotInPrivateError: _("This cannot be answered to the customer alone any more. Answer in public."),
        actions.NoTemplateError: _("Choose a template, and fill in all its fields."),
        actions.NoAddressError: _("This customer has no address on this channel."),
        actions.NoSuchWayError: _("The customer cannot be answered that way any more. Choose another one."),
        actions.FilesNotTakenError: _("That channel takes no files. Choose another one, or take the files off."),
    }[type(reason)]


def _too_long(reason: actions.TooLongError, in_private: bool) -> str:
    most = ngettext("At most %d character here.", "At most %d characters here.", reason.most) % reason.most
    return f"{most} {_('To the customer alone it goes in one message.')}" if in_private else most


def _too_large(large: actions.FileTooLargeError) -> str:
    most = large.most // 1_000_000
    return _("%(name)s is larger than %(most)s MB and was not attached.") % {"name": large.name, "most": most}


def shown(request: HttpRequest, conversation: Conversation, view: str) -> HttpResponse:
    return panes(request, conversation_of(request, conversation.pk), place_of(request, view))


def _composer(request: HttpRequest, conversation: Conversation, place: Place) -> HttpResponse:
    composer = threads.composer(person_of(request), conversation, place)
    thread = {"id": str(conversation.pk), "composer": composer, "is_open": conversation.is_open}
    return page(request, "workspace/desk.html#composer", {"desk": {"thread": thread}})
