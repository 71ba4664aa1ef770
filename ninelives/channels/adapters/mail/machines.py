"""Mail that no person wrote at that moment: answering it by machine is how loops begin.

`X-Auto-Response-Suppress` counts as such a mark by itself when it asks for no automatic answer (All, OOF, AutoReply):
whoever sets it says that a confirmation is not wanted, and a confirmation too few harms less than a loop.
"""

import re

from ninelives.channels.protocol import AccountView, Envelope, Machine

from .headers import Headers

_NO_REPLY = re.compile(
    r"(?:no|do|don|niet|geen)[-_.]?(?:not|t)?[-_.]?(?:reply|response|answer|beantwoorden|antwoord(?:en)?|reageren)"
    r"(?:[-_.+].*)?@"
)
_DAEMON = re.compile(r"(?:mailer[-_]?daemon|mail[-_]?daemon)(?:[-_.+].*)?@")
_POSTMASTER = re.compile(r"(?:postmaster|bounces?|listserv|majordomo)(?:[-_.+].*)?@")
_SUPPRESSED = {"all", "oof", "autoreply"}
_LIST_FIELDS = ("list-id", "list-post", "list-unsubscribe", "list-help")
_REPORT = re.compile(r"report-type\s*=\s*\"?([a-z-]+)", re.IGNORECASE)
OWN_FIELD = "x-ninelives-conversation"
OWN_ID = "ninelives."


def machine(headers: Headers, envelope: Envelope, sender: str, account: AccountView) -> Machine | None:
    """Which machine wrote this, None when nothing says that one did."""
    if _is_own(headers, sender, account):
        return Machine.OWN
    if is_bounce(headers, envelope, sender):
        return Machine.BOUNCE
    if _is_automatic(headers, envelope, sender):
        return Machine.AUTO_REPLY
    return Machine.LIST if _is_list(headers) else None


def is_bounce(headers: Headers, envelope: Envelope, sender: str) -> bool:
    if report_type(headers) == "delivery-status":
        return True
    if "x-failed-recipients" in headers or _DAEMON.match(sender):
        return not _is_auto_replied(headers)
    return is_null_sender(headers, envelope) and bool(_POSTMASTER.match(sender))


def report_type(headers: Headers) -> str:
    """`delivery-status`, `disposition-notification`, …; "" for what is no report."""
    kind = headers.raw("content-type")
    if kind[:16].lower() != "multipart/report":
        return ""
    found = _REPORT.search(kind)
    return found[1].lower() if found else "unknown"


def is_null_sender(headers: Headers, envelope: Envelope) -> bool:
    """Whether the transport says that no answer may go back. An envelope that tells nothing is no null sender."""
    return envelope.sender == "<>" or headers.raw("return-path").replace(" ", "") == "<>"


def _is_own(headers: Headers, sender: str, account: AccountView) -> bool:
    if OWN_FIELD in headers:
        return True
    return sender == account.address.lower() and headers.raw("message-id").strip().startswith(f"<{OWN_ID}")


def _is_automatic(headers: Headers, envelope: Envelope, sender: str) -> bool:
    return (
        _is_auto_submitted(headers)
        or report_type(headers) != ""
        or is_null_sender(headers, envelope)
        or bool(_NO_REPLY.match(sender) or _POSTMASTER.match(sender) or _DAEMON.match(sender))
    )


def _is_auto_submitted(headers: Headers) -> bool:
    submitted = headers.raw("auto-submitted").partition(";")[0].strip().lower()
    suppressed = {word.strip().lower() for word in headers.raw("x-auto-response-suppress").split(",")}
    return (
        submitted not in ("", "no")
        or "x-autoreply" in headers
        or "x-autorespond" in headers
        or "x-autoresponder" in headers
        or _precedence(headers) in ("auto_reply", "auto-reply")
        or bool(suppressed & _SUPPRESSED)
    )


def _is_auto_replied(headers: Headers) -> bool:
    return (
        headers.raw("auto-submitted").strip().lower().startswith("auto-replied")
        and "x-failed-recipients" not in headers
    )


def _is_list(headers: Headers) -> bool:
    return _precedence(headers) in ("bulk", "junk", "list") or any(name in headers for name in _LIST_FIELDS)


def _precedence(headers: Headers) -> str:
    return headers.raw("precedence").strip().lower()
