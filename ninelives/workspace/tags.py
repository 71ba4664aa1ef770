"""Tags as the screens show them."""

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.conversations.models import Conversation, Tag
from ninelives.conversations.tagged import tags_of
from ninelives.ui.templatetags.ui import clock_words
from ninelives.workspace.links import link
from ninelives.workspace.lists import Place
from ninelives.workspace.screens.panes import TagShown

# Beyond this a list of words is no list any more: the rest is found by typing.
MOST_OFFERED = 500


def shown(conversation: Conversation, place: Place, *, may_answer: bool) -> tuple[TagShown, ...]:
    return tuple(
        TagShown(
            name=name,
            about=", ".join(filter(None, [who, clock_words(at)])),
            url=link("tag", place.view, conversation.pk, tag_id) if may_answer else "",
        )
        for tag_id, name, who, at in tags_of(conversation)
    )


def offered() -> list[str]:
    return list(Tag.objects.order_by("key").values_list("name", flat=True)[:MOST_OFFERED])


def may_make(person: Person) -> bool:
    return person.may(Permission.MAKE_TAGS)
