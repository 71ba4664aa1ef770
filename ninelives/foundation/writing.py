"""Rows that are written all day, by SQL that is put together once: Django puts it together anew for each row, which
costs more than PostgreSQL takes to write it. Outside a transaction a row is kept when this returns, after one trip.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model

from ninelives.foundation.live import channel_of


def insert(row: Model, *made: str) -> None:
    """`made` are fields whose value the database makes: read back. Raises IntegrityError."""
    given = [field for field in _fields(type(row)) if field.attname not in made]
    with connection.cursor() as cursor:
        cursor.execute(_plain(type(row), 1, made, ""), _told(row, given))
        for name, value in zip(made, cursor.fetchone() or () if made else (), strict=True):
            setattr(row, name, value)
    _is_here(row)


def insert_all(rows: Sequence[Model]) -> None:
    """All in one statement. Raises IntegrityError, and then none is written."""
    if not rows:
        return
    told = [value for row in rows for value in _told(row, _fields(type(row)))]
    with connection.cursor() as cursor:
        cursor.execute(_plain(type(rows[0]), len(rows), (), ""), told)
    for row in rows:
        _is_here(row)


def insert_new(rows: Sequence[Model]) -> int:
    """All in one statement, without those that are there in the sense of any unique constraint. How many were new."""
    if not rows:
        return 0
    told = [value for row in rows for value in _told(row, _fields(type(row)))]
    with connection.cursor() as cursor:
        cursor.execute(_plain(type(rows[0]), len(rows), (), " ON CONFLICT DO NOTHING"), told)
        return int(cursor.rowcount)


def insert_once(row: Model, unique: Sequence[str], *, wakes: str = "") -> bool:
    """False when a row with equal `unique` fields is there. Whoever waits on the queue `wakes` is woken.

    Any other constraint that is broken raises IntegrityError.
    """
    told = _told(row, _fields(type(row)))
    with connection.cursor() as cursor:
        cursor.execute(_once(type(row), tuple(unique)), [*told, wakes, channel_of(wakes)])
        is_new = cursor.fetchone() is not None
    if is_new:
        _is_here(row)
    return is_new


def update(row: Model, *names: str) -> None:
    """These fields of a row that is there."""
    told = _told(row, [_field(type(row), name) for name in names])
    with connection.cursor() as cursor:
        cursor.execute(_change(type(row), names), [*told, row.pk])


def _is_here(row: Model) -> None:
    row._state.adding, row._state.db = False, connection.alias


def _told(row: Model, fields: "Iterable[Field[Any, Any]]") -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]


@cache
def _fields(model: type[Model]) -> "list[Field[Any, Any]]":
    """An id that the database counts is left to it."""
    concrete = (field for field in model._meta.concrete_fields if not field.generated)
    return [field for field in concrete if not isinstance(field, AutoField)]


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    return next(field for field in model._meta.concrete_fields if field.name == name)


@cache
def _plain(model: type[Model], count: int, made: tuple[str, ...], unless: str) -> str:
    columns = [str(field.column) for field in _fields(model) if field.attname not in made]
    row = f"({', '.join(['%s'] * len(columns))})"
    back = f" RETURNING {_quoted(made)}" if made else ""
    into = f"INSERT INTO {_quoted([model._meta.db_table])} ({_quoted(columns)})"
    return f"{into} VALUES {', '.join([row] * count)}{unless}{back}"


@cache
def _change(model: type[Model], names: tuple[str, ...]) -> str:
    changed = ", ".join(f"{_quoted([str(_field(model, name).column)])} = %s" for name in names)
    key = str(model._meta.pk.column)
    return f"UPDATE {_quoted([model._meta.db_table])} SET {changed} WHERE {_quoted([key])} = %s"  # noqa: S608


@cache
def _once(model: type[Model], unique: tuple[str, ...]) -> str:
    once = _quoted([str(_field(model, name).column) for name in unique])
    return (
        f"{_plain(model, 1, (), '')} ON CONFLICT ({once}) DO NOTHING"
        " RETURNING CASE WHEN %s::text <> '' THEN pg_notify(%s, '') END"
    )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)
