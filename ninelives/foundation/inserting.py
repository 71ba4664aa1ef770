"""One row, written once, in one statement: outside a transaction it is kept when this returns, after a single trip to
the database."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from ninelives.foundation.live import channel_of


def insert_once(row: Model, unique: Sequence[str], *, wakes: str = "") -> bool:
    """False when a row with equal `unique` fields is there. Whoever waits on the queue `wakes` is woken.

    Any other constraint that is broken raises IntegrityError.
    """
    told = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in _fields(type(row))]
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(row), tuple(unique)), [*told, wakes, channel_of(wakes)])
        is_new = cursor.fetchone() is not None
    row._state.adding, row._state.db = not is_new, connection.alias
    return is_new


def _fields(model: type[Model]) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def _statement(model: type[Model], unique: tuple[str, ...]) -> str:
    quoted = connection.ops.quote_name
    column_of = {field.name: quoted(str(field.column)) for field in _fields(model)}
    columns = ", ".join(column_of.values())
    places = ", ".join(["%s"] * len(column_of))
    once = ", ".join(column_of[name] for name in unique)
    return (
        f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places}) ON CONFLICT ({once}) DO NOTHING"  # noqa: S608
        " RETURNING CASE WHEN %s::text <> '' THEN pg_notify(%s, '') END"
    )
