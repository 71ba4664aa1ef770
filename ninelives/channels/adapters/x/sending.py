"""What we say on X, and what is fetched there."""

from datetime import timedelta
from urllib.parse import quote, urlsplit

from ninelives.channels.asking import Heard, Interface, refusal
from ninelives.channels.bodies import text
from ninelives.channels.protocol import (
    AccountView,
    FileKeeper,
    InboundFile,
    NotConfigured,
    Outbound,
    Refused,
    SendProblem,
    TryLater,
    Uncertain,
)
from ninelives.foundation.clock import now

from .signing import authorised

# Where the files of direct messages lie. Those of posts are for everybody.
_OURS = ("ton.twitter.com", "ton.x.com")


def say_in_public(outbound: Outbound, account: AccountView) -> str:
    if not outbound.in_reply_to:
        # It would stand there for everybody, and be an answer to nobody.
        raise Refused("no_post_to_answer")
    told = {"text": outbound.text, "reply": {"in_reply_to_tweet_id": outbound.in_reply_to}}
    return _said(account, "2/tweets", told, "id")


def say_in_private(outbound: Outbound, account: AccountView) -> str:
    to = quote(outbound.to.address.value, safe="")
    return _said(account, f"2/dm_conversations/with/{to}/messages", {"text": outbound.text}, "dm_event_id")


def fetch(file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
    interface = Interface(account.settings["api_base"], in_our_name(file.reference, account))
    sha256, media_type = interface.keep(file.reference, keep)
    return InboundFile(file.name, file.media_type or media_type, sha256=sha256)


def in_our_name(url: str, account: AccountView) -> dict[str, str]:
    """Nobody but X itself is shown who we are."""
    hosts = (*_OURS, urlsplit(account.settings["api_base"]).hostname)
    return authorised("GET", url, account) if urlsplit(url).hostname in hosts else {}


def _said(account: AccountView, path: str, told: object, name: str) -> str:
    base = account.settings["api_base"]
    headers = authorised("POST", f"{base.rstrip('/')}/{path}", account)
    heard = Interface(base, headers).post_json(path, told)
    if not heard.is_well:
        raise problem_of(heard)
    id_ = text(heard.told, "data", name)
    if not id_:
        raise Uncertain("no_answer")
    return id_


def problem_of(heard: Heard) -> SendProblem:
    said = text(heard.told, "detail") or text(heard.told, "title")
    # Our application may not do this, whoever it is said to.
    is_ours = heard.status == 403 and text(heard.told, "reason").startswith(("client-", "oauth1-"))
    if heard.status == 401 or is_ours:
        return NotConfigured(f"not_let_in:{said or heard.status}")
    if heard.status == 429:
        return TryLater(said or "HTTP 429", _rest(heard))
    return refusal(heard, said)


def _rest(heard: Heard) -> timedelta | None:
    """X names the moment at which more may be asked."""
    reset = heard.headers.get("x-rate-limit-reset", "")
    if not reset.isdecimal():
        return heard.rest
    return timedelta(seconds=min(max(int(reset[:12]) - now().timestamp(), 1), 3600))
