"""Fields in a canned answer: `{customer.first_name}`, or `{customer.first_name|you}` where it may be unknown."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIELDS: dict[str, str | Promise] = {
    "customer.name": _("the customer's name"),
    "customer.first_name": _("the customer's first name"),
    "agent.name": _("your name"),
    "agent.first_name": _("your first name"),
    "brand": pgettext_lazy("field", "the brand"),
    "reference": _("the number of the conversation"),
    "subject": _("the subject of the conversation"),
}
_FIELD = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)(?:\|([^{}\n]*))?\}")


def unknown_fields(text: str) -> list[str]:
    """Fields that nobody can fill, in their order."""
    return [found[1] for found in _FIELD.finditer(text) if found[1] not in FIELDS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """A field without a value shows what stands after its |; without that, it stays as it is, to be seen."""
    return _FIELD.sub(lambda found: values.get(found[1]) or (found[0] if found[2] is None else found[2]), text)


def first_name(name: str) -> str:
    """Of a person's name; nothing for what is no name, such as a mail address."""
    return "" if "@" in name or not name else name.split()[0]
