"""What the timeline of one conversation shows."""

import pytest

from ninelives.channels.registry import CHANNELS
from ninelives.conversations.models import Message
from ninelives.ui.assets import shapes_of
from ninelives.workspace.lists import Place
from ninelives.workspace.threads import bubbles
from tests.cast import dora_writes, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_where_a_chat_was_written_is_told_where_it_changes() -> None:
    cast = make_cast()
    told = [_page("a"), _page("a"), None, _page("a"), _page("b", order="1"), _page("b", order="2"), _page("a")]
    for number, page in enumerate(told):
        dora_writes(cast, message_id=f"{number}@example.org", In_Reply_To="<0@example.org>")
        Message.objects.filter(external_id=f"{number}@example.org").update(page=page)
    conversation = Message.objects.latest("id").conversation

    shown = [bubble.page for bubble in bubbles(conversation, cast.alice, Place("all"))]

    assert [page and (page.title, page.context) for page in shown] == [
        ("a", ()), None, None, None, ("b", (("order", "1"),)), ("b", (("order", "2"),)), ("a", ()),
    ]  # fmt: skip


def _page(title: str, **context: str) -> dict[str, object]:
    return {"url": f"https://shop.example/{title}", "title": title, "context": list(context.items())}


def test_every_kind_of_address_has_its_sign() -> None:
    kinds = {speaks.address_kind for speaks in CHANNELS.values()} | {"sms"}
    assert [kind for kind in sorted(kinds) if not shapes_of(kind)] == []
