"""Meta's Graph API: where it is, what its faults mean, and how a provider that is played answers in its way."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ninelives.channels.asking import Heard, Interface, refusal
from ninelives.channels.bodies import at, number, text
from ninelives.channels.protocol import (
    AccountView,
    Asked,
    NotConfigured,
    Refused,
    Reply,
    SendProblem,
    TryLater,
)

VERSION = "v23.0"
GRAPH = f"https://graph.facebook.com/{VERSION}"
INSTAGRAM = f"https://graph.instagram.com/{VERSION}"


@dataclass(frozen=True, slots=True)
class Faults:
    """What a product's codes mean. `refused`: our reason by subcode, or by code where no subcode is known."""

    later: frozenset[int] = frozenset()
    not_let_in: frozenset[int] = frozenset()
    refused: Mapping[float | None, str] = field(default_factory=dict)


# https://developers.facebook.com/docs/graph-api/guides/error-handling, https://developers.facebook.com/docs/graph-api/overview/rate-limiting
# and https://developers.facebook.com/docs/messenger-platform/error-codes
FAULTS = Faults(
    later=frozenset({2, 4, 17, 32, 341, 613, 1200, 80001, 80002, 80006}),
    not_let_in=frozenset({0, 3, 10, 102, 190, *range(200, 300)}),
    refused={
        2018065: "reply_window_closed",
        2018278: "reply_window_closed",
        2534022: "reply_window_closed",
        551: "person_not_available",
        1545041: "person_not_available",
        2018108: "person_not_available",
        10900: "answered_privately_before",
    },
)


def interface(account: AccountView) -> Interface:
    return Interface(account.settings["api_base"], {"Authorization": f"Bearer {account.settings['access_token']}"})


def problem(heard: Heard, faults: Faults = FAULTS) -> SendProblem:
    error = at(heard.told, "error")
    code, named = number(error, "code"), text(error, "code")
    said = text(error, "error_data", "details") or text(error, "message")
    known = next((faults.refused[one] for one in (number(error, "error_subcode"), code) if one in faults.refused), "")
    if known:
        return Refused(known)
    if code in faults.not_let_in or heard.status == 401:
        return NotConfigured(f"not_let_in:{said or heard.status}")
    if code in faults.later:
        return TryLater(f"{named}: {said}", heard.rest)
    return refusal(heard, f"{named}: {said}" if said else "")


def answered(told: Mapping[str, object], status: int = 200) -> Reply:
    return Reply(json.dumps(told).encode(), "application/json", status)


def fault(status: int, code: int, message: str, subcode: int = 0) -> Reply:
    error = {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode}
    return answered({"error": error}, status)


def is_let_in(asked: Asked, account: AccountView) -> bool:
    return asked.headers.get("authorization") == f"Bearer {account.settings['access_token']}"


NOT_LET_IN = fault(401, 190, "Invalid OAuth access token")
TOO_MUCH = fault(400, 613, "Calls to this api have exceeded the rate limit.")
NOT_AVAILABLE = fault(400, 551, "This person isn't available right now.", 1545041)
