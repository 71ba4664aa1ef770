"""Comments on Facebook and on Instagram: how they are answered, and how a provider of them is played."""

import time
from collections.abc import Mapping
from urllib.parse import parse_qsl

from ninelives.channels.protocol import AccountView, Answered, Asked, DeliveryNews, Outbound, Post, Reply, Said, Sent

from .graph import NOT_AVAILABLE, NOT_LET_IN, TOO_MUCH, answered, interface, is_let_in, problem
from .messages import sent_as
from .played import heard_message
from .signing import signed


def answer_in_public(outbound: Outbound, account: AccountView, path: str) -> str:
    heard = interface(account).post_form(path, {"message": outbound.text})
    if not heard.is_well:
        raise problem(heard)
    return sent_as(heard, "id")


class MetaComments:
    """It tells nothing of what becomes of an answer. Who said something is told by the end of its id."""

    def id_of(self, said: Said) -> str:
        return f"{said.id}_{said.sender}"

    def tells(self, about: str, field: str, value: Mapping[str, object], own_id: str, account: AccountView) -> Post:
        entry = {"id": own_id, "time": int(time.time()), "changes": [{"field": field, "value": value}]}
        return signed({"object": about, "entry": [entry]}, account)

    def answers(self, asked: Asked, account: AccountView, edge: str, new_id: str) -> Answered:
        if not is_let_in(asked, account):
            return Answered(NOT_LET_IN)
        said, _slash, last = asked.path.strip("/").rpartition("/")
        if last == edge:
            words = dict(parse_qsl(asked.body.decode())).get("message", "")
            sent = Sent(f"c_{new_id}", said, words)
            return Answered(answered({"id": sent.id}), sent)
        sent = heard_message(asked, f"m_{new_id}")
        return Answered(answered({"recipient_id": sent.to, "message_id": sent.id}), sent)

    def news(self, sent: Sent, news: DeliveryNews, account: AccountView) -> Post | None:
        return None

    def limits(self) -> Reply:
        return TOO_MUCH

    def refuses(self) -> Reply:
        return NOT_AVAILABLE
