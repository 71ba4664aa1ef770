"""Answers by the Send API (https://developers.facebook.com/docs/messenger-platform/reference/send-api): to somebody who
wrote to us, or once, privately, to who wrote something in public."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ninelives.channels.asking import File, Heard
from ninelives.channels.bodies import text
from ninelives.channels.protocol import (
    LONGER_WINDOW,
    AccountView,
    FileOpener,
    Outbound,
    OutboundFile,
    Refused,
    SendProblem,
    Uncertain,
)

from .graph import interface, problem

# The kinds of files that have a name of their own there; all others are `file`.
_KINDS = ("image", "video", "audio")
_BY_A_PERSON = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


@dataclass(frozen=True, slots=True)
class From:
    """Whose messages they are, as the path names it; what is told along with each; and whether Meta tells our own id
    back in an echo, so that it is known what became of a message also when no answer came to the call."""

    path: str
    along: Mapping[str, str] = field(default_factory=dict)
    tells_id: bool = False


def send(
    outbound: Outbound, account: AccountView, open_file: FileOpener, by: From, to: Mapping[str, str] | None = None
) -> str:
    """After a day only a person may answer, where Meta lets us: what it surely did not take is then said once more, as
    a person's."""
    recipient = {"recipient": to or {"id": outbound.to.address.value}}
    heard = _post(outbound, account, open_file, by, {**recipient, **by.along})
    if not heard.is_well and _may_be_tagged(problem(heard), outbound, account):
        heard = _post(outbound, account, open_file, by, {**recipient, **_BY_A_PERSON})
    if not heard.is_well:
        raise problem(heard)
    return sent_as(heard, "message_id")


def sent_as(heard: Heard, name: str) -> str:
    sent = text(heard.told, name)
    if not sent:
        raise Uncertain("no_answer")
    return sent


def _may_be_tagged(why: SendProblem, outbound: Outbound, account: AccountView) -> bool:
    is_late = isinstance(why, Refused) and why.reason == "reply_window_closed"
    return is_late and not outbound.automatic and account.settings.get(LONGER_WINDOW) == "yes"


def _post(
    outbound: Outbound, account: AccountView, open_file: FileOpener, by: From, told: Mapping[str, object]
) -> Heard:
    graph, path = interface(account), f"{by.path}/messages"
    along = {"metadata": outbound.external_id} if by.tells_id else {}
    if not outbound.files:
        return graph.post_json(path, {**told, "message": {"text": outbound.text, **along}})
    file = outbound.files[0]
    fields = {**told, "message": {"attachment": _attachment(file), **along}}
    part = File("filedata", file.name, file.media_type, open_file(file.sha256))
    return graph.post_parts(path, {name: _in_a_form(value) for name, value in fields.items()}, [part])


def _attachment(file: OutboundFile) -> dict[str, object]:
    kind = file.media_type.partition("/")[0]
    return {"type": kind if kind in _KINDS else "file", "payload": {"is_reusable": False}}


def _in_a_form(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
