"""How mailboxes that are fetched go, for `channel` and `doctor`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ninelives.channels.mailboxes import Mailbox
    from ninelives.channels.models import ChannelAccount


def trouble_with(account: "ChannelAccount") -> str:
    """Go there now; "" when the mailbox lets us in."""
    from ninelives.channels.polling import FetchProblem
    from ninelives.channels.registry import POLLED
    from ninelives.channels.remarks import worded
    from ninelives.foundation.secrets import SecretLostError

    if account.kind not in POLLED or not account.is_active:
        return ""
    try:
        POLLED[account.kind].open(account.view()).close()
    except FetchProblem as problem:
        return worded(problem.reason)
    except SecretLostError:
        return worded("secret_lost")
    return ""


def mailbox_fields(mailbox: "Mailbox | None", *, as_json: bool) -> dict[str, object]:
    """As a row of a list has it: words for people, figures for programs."""
    if not as_json:
        return {"state": told(mailbox) if mailbox else ""}
    return {"mailbox": figures(mailbox) if mailbox else None}


def told(mailbox: "Mailbox") -> str:
    from django.utils.translation import gettext as _

    from ninelives.channels.remarks import worded

    if mailbox.problem:
        return worded(mailbox.problem)
    counts = {"done": mailbox.done, "total": mailbox.total}
    return {
        "new": _("not looked at yet"),
        "fetching": _("fetching, %(done)d of %(total)d") % counts,
        "watching": _("up to date, %(done)d mails") % counts,
        "failing": _("failing"),
        "closed": _("closed"),
        "unwatched": _("no worker looks at it"),
    }[mailbox.state]


def figures(mailbox: "Mailbox") -> dict[str, object]:
    from ninelives.channels.remarks import worded

    return {
        "state": mailbox.state,
        "done": mailbox.done,
        "total": mailbox.total,
        "known": mailbox.known,
        "problem": worded(mailbox.problem) if mailbox.problem else "",
        "failing_since": mailbox.failing_since,
        "retry_at": mailbox.retry_at,
        "last_success_at": mailbox.last_success_at,
    }
