"""Reads that are put into SQL once.

Django writes the SQL of a query anew each time it runs, which costs more than PostgreSQL takes to answer it. Here a
function that builds a query is called once for each shape of its values, with marks in their place; from then on only
the values are filled in. What comes out is what the query would give: rows, or models with what they are joined with.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import UTC, datetime
from random import getrandbits
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID, uuid4

from django.db import connections
from django.db.models import QuerySet, prefetch_related_objects
from psycopg.sql import Literal

Given = ParamSpec("Given")
Row = TypeVar("Row")

# For a parameter: which value it is and how Django hands that over, or None and the constant it is.
Slot = tuple[int | None, Callable[[Any], Any], Any]

_COLLECTIONS = (frozenset, set, tuple, list)


class CannotCompileError(Exception):
    """A value decides what the SQL is, and not only what it is about: give it by name."""


class compiled(Generic[Given, Row]):  # noqa: N801 - a decorator
    """Given in order are values, which the SQL takes as parameters: ids, texts, numbers, moments, and collections of
    these. Given by name is what changes the query itself."""

    def __init__(self, build: Callable[Given, "QuerySet[Any, Row]"]) -> None:
        self._build = build
        self._ready: dict[object, _Compiled] = {}

    def __call__(self, *values: Given.args, **named: Given.kwargs) -> list[Row]:
        if _says_nothing(values):
            return list(self._build(*values, **named))
        return self._known(values, named).read(values)

    def statement(self, *values: Given.args, **named: Given.kwargs) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its parameters, for a larger statement."""
        known = self._known(values, named)
        return known.sql, known.params(values)

    def _known(self, values: tuple[Any, ...], named: dict[str, Any]) -> "_Compiled":
        shape = (*map(_shape, values), *named.items())
        known = self._ready.get(shape)
        if known is None:
            known = self._ready[shape] = _Compiled(self._build, values, named)
        return known


class _Compiled:
    def __init__(self, build: Callable[..., Any], values: Iterable[Any], named: dict[str, Any]) -> None:
        marks = [_marked(value) for value in values]
        queryset = build(*marks, **named)
        self.iterable = queryset._iterable_class
        self.prefetches = queryset._prefetch_related_lookups
        self.compiler = queryset.query.get_compiler(queryset.db)
        self.sql, params = self.compiler.as_sql()
        slots = _slots(list(_flat(marks)), params)
        self.sql = _with_constants(self.sql, slots)
        self.slots = [slot for slot in slots if not _is_constant(slot)]
        converters = self.compiler.get_converters([column for column, *_ in self.compiler.select])
        self.compiler.get_converters = lambda _: converters

    def read(self, values: Iterable[Any]) -> list[Any]:
        rows: list[Any] = list(self.iterable(_Run(self._filled(self.params(values)))))
        if self.prefetches:
            prefetch_related_objects(rows, *self.prefetches)
        return rows

    def params(self, values: Iterable[Any]) -> tuple[Any, ...]:
        given = list(_flat(values))
        return tuple([param if place is None else kind(given[place]) for place, kind, param in self.slots])

    def _filled(self, params: tuple[Any, ...]) -> Any:
        compiler = copy(self.compiler)
        # Each thread has a connection of its own.
        compiler.connection = connections[compiler.using]
        compiler.as_sql = lambda *_, **__: (self.sql, params)
        return compiler


class _Run:
    """What Django's iterables ask of a queryset and of its query."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, compiler: Any) -> None:
        self.query, self.db, self._compiler = self, compiler.using, compiler

    def get_compiler(self, *_: object, **__: object) -> Any:
        return self._compiler


def attach(rows: Iterable[Any], name: str, children: Iterable[Any], parent: str) -> None:
    """As `prefetch_related` leaves it: `row.<name>.all()` is those whose `parent` id is the row's, in their order."""
    of_each: dict[Any, list[Any]] = {}
    for child in children:
        of_each.setdefault(getattr(child, parent), []).append(child)
    for row in rows:
        found = getattr(row, name).get_queryset()
        found._result_cache, found._prefetch_done = of_each.get(row.pk, []), True
        cache = row.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[name] = found


def _shape(value: Any) -> object:
    return len(value) if isinstance(value, _COLLECTIONS) else value is None


def _says_nothing(values: Iterable[Any]) -> bool:
    """Of an empty collection Django makes another query, or none."""
    return any(isinstance(value, _COLLECTIONS) and not value for value in values)


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, _COLLECTIONS):
            yield from value
        else:
            yield value


def _marked(value: Any) -> Any:
    """Something of the same kind that nothing else in the SQL can be equal to."""
    if isinstance(value, _COLLECTIONS):
        return [_marked(one) for one in value]
    return None if value is None else _MARKS[type(value)]()


_MARKS: dict[type, Callable[[], Any]] = {
    UUID: uuid4,
    str: lambda: uuid4().hex,
    int: lambda: getrandbits(31),
    datetime: lambda: datetime.fromtimestamp(getrandbits(31), UTC),
}


def _slots(marks: list[Any], params: Iterable[Any]) -> list[Slot]:
    slots = [(_place(marks, param), param) for param in params]
    lost = {n for n, mark in enumerate(marks) if mark is not None} - {place for place, _ in slots}
    if lost:
        raise CannotCompileError(f"values {sorted(lost)} do not reach the SQL as they are given")
    return [(place, type(param) if isinstance(param, int) else _as_it_is, param) for place, param in slots]


def _place(marks: list[Any], param: Any) -> int | None:
    return next((n for n, mark in enumerate(marks) if isinstance(param, type(mark)) and param == mark), None)


def _is_constant(slot: Slot) -> bool:
    place, _, param = slot
    return place is None and isinstance(param, str | int)


def _with_constants(sql: str, slots: Iterable[Slot]) -> str:
    """Constants stand in the SQL itself: of a parameter PostgreSQL does not know whether a partial index fits, so that
    it would plan the statement anew each time."""
    left = iter(slots)

    def said(mark: re.Match[str]) -> str:
        if mark[0] != "%s" or not _is_constant(slot := next(left)):
            return mark[0]
        return Literal(slot[2]).as_string().strip().replace("%", "%%")

    return re.sub("%.", said, sql)


def _as_it_is(value: Any) -> Any:
    return value
