"""What commands that ask or change the organisation share: the database, the language, clear words for wrong input."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ninelives.cli.database import database
from ninelives.cli.errors import CannotDo, WrongInput

if TYPE_CHECKING:
    from ninelives.accounts.models import Brand


@contextmanager
def organisation() -> Iterator[None]:
    """The organisation's database, and the language of whoever typed the command."""
    with database():
        from django.db import DatabaseError, InterfaceError, ProgrammingError
        from django.utils import translation
        from django.utils.translation import gettext as _

        with translation.override(language(os.environ)):
            try:
                yield
            except ProgrammingError as reason:
                if getattr(reason.__cause__, "sqlstate", "") != "42P01":
                    raise
                raise CannotDo(_("the database is not prepared yet: run `ninelives prepare` first")) from None
            except (DatabaseError, InterfaceError) as reason:
                words = " ".join(str(reason).split())
                raise CannotDo(_("the database cannot be used: %(reason)s") % {"reason": words}) from None


def language(environ: Mapping[str, str]) -> str:
    """As the system decides it: the first of these that is set."""
    chosen = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    return "nl" if chosen.lower().startswith("nl") else "en"


def brand_named(name: str) -> "Brand":
    from django.utils.translation import gettext as _

    from ninelives.accounts.models import Brand

    brand = Brand.objects.filter(name__iexact=name.strip()).first()
    if brand is None:
        known = ", ".join(Brand.objects.order_by("name").values_list("name", flat=True))
        raise WrongInput(_("there is no brand “%(name)s” (there is: %(known)s)") % {"name": name, "known": known})
    return brand


def the_brand(name: str) -> "Brand":
    """The brand of this name; without a name the only one there is."""
    from django.utils.translation import gettext as _

    from ninelives.accounts.models import Brand

    if name:
        return brand_named(name)
    brands = list(Brand.objects.order_by("name"))
    if len(brands) != 1:
        known = ", ".join(brand.name for brand in brands)
        raise WrongInput(_("say which brand, with --brand (there is: %(known)s)") % {"known": known})
    return brands[0]


def mail_address(text: str) -> str:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.utils.translation import gettext as _

    try:
        validate_email(text.strip())
    except ValidationError:
        raise WrongInput(_("“%(text)s” is not a mail address") % {"text": text}) from None
    return text.strip().lower()


def show(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """One row a line, in columns as wide as their widest word; or one JSON array."""
    if as_json:
        print(json.dumps(list(rows), ensure_ascii=False, default=str))
        return
    if not rows:
        return
    lines = [[name.upper() for name in rows[0]], *([_plain(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        print("  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip())


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in (None, "") else str(value)
