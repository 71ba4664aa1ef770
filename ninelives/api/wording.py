"""What is wrong with a field, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ninelives.api.schemas import FieldError

# By the type of pydantic's error; its context fills the places.
_WORDS: dict[str, str | Promise] = {
    "missing": _("This field is missing."),
    "extra_forbidden": _("There is no field of this name."),
    "string_type": _("This should be text."),
    "string_unicode": _("This is not text in Unicode: it has half of a pair in it."),
    "string_too_long": _("This may have at most %(max_length)s characters."),
    "string_pattern_mismatch": _("This has characters in it that may not be used here."),
    "bool_type": _("This should be true or false."),
    "int_parsing": _("This should be a whole number."),
    "int_parsing_size": _("This number is too large."),
    "int_type": _("This should be a whole number."),
    "int_from_float": _("This should be a whole number."),
    "greater_than_equal": _("This should be at least %(ge)s."),
    "less_than_equal": _("This should be at most %(le)s."),
    "literal_error": _("This should be one of: %(expected)s."),
    "datetime_from_date_parsing": _("This should be a moment as in ISO 8601."),
    "datetime_parsing": _("This should be a moment as in ISO 8601."),
    "timezone_aware": _("This needs its offset from UTC."),
    "uuid_parsing": _("This is not an id."),
    "uuid_type": _("This is not an id."),
    "model_attributes_type": _("This should be a JSON object."),
    "model_type": _("This should be a JSON object."),
}
_OTHERWISE = _("This value cannot be used.")


def of_field(error: Mapping[str, Any]) -> FieldError:
    """`error` as pydantic and ninja tell it: `type`, `loc`, `ctx`."""
    location, *path = (str(step) for step in error["loc"])
    # The first step into a body is the name of our own argument.
    field = ".".join(path[1:] if location == "body" else path[-1:])
    code = str(error["type"])
    words = str(_WORDS.get(code, _OTHERWISE))
    return FieldError(location=location, field=field, code=code, message=words % _plain(error.get("ctx", {})))


def _plain(context: Mapping[str, Any]) -> dict[str, str]:
    """Choices as they are typed: 'a' or 'b' becomes a, b."""
    return {name: str(value).replace("'", "").replace(" or ", ", ") for name, value in context.items()}
