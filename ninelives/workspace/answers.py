"""Canned answers as the screens show them."""

from typing import Any

from django.urls import reverse

from ninelives.accounts.models import Person
from ninelives.conversations.models import Conversation
from ninelives.knowledge.filling import FIELDS, filled, first_name
from ninelives.knowledge.models import CannedAnswer
from ninelives.knowledge.queries import suggest
from ninelives.workspace.screens.composing import Canned

MOST = 8


def suggestions(person: Person, conversation: Conversation, q: str) -> tuple[Canned, ...]:
    values = _values(person, conversation)
    language = conversation.customer.language
    found = suggest(person, brand_id=conversation.brand_id, language=language, q=q, most=MOST)
    texts = {one.pk: filled(one.text, values) for one in found}
    return tuple(
        Canned(str(one.pk), f"/{one.shortcut}", one.title, texts[one.pk], texts[one.pk][:160]) for one in found
    )


def fields_shown() -> list[tuple[str, str]]:
    return [(f"{{{name}}}", str(meaning)) for name, meaning in FIELDS.items()]


def as_initial(answer: CannedAnswer | None) -> dict[str, Any]:
    if answer is None:
        return {}
    names = ("shortcut", "title", "text", "language", "brand")
    return {name: getattr(answer, name) for name in names}


def list_url() -> str:
    return reverse("workspace:answers")


def _values(person: Person, conversation: Conversation) -> dict[str, str]:
    customer = conversation.customer
    is_person = customer.kind == customer.Kind.PERSON
    return {
        "customer.name": "" if "@" in customer.name else customer.name,
        "customer.first_name": first_name(customer.name) if is_person else "",
        "agent.name": person.name,
        "agent.first_name": first_name(person.name),
        "brand": person.brand_names[conversation.brand_id],
        "reference": conversation.reference,
        "subject": conversation.subject,
    }
