"""What is written for each of many things and may be written for all of them at once, in one statement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

One = TypeVar("One")


class Batch(Generic[One]):
    """Nothing is held unless somebody gathers; what is held when that fails was never written."""

    def __init__(self, name: str, write: Callable[[list[One]], None]) -> None:
        self._write = write
        self._held: ContextVar[list[One] | None] = ContextVar(name, default=None)

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Within a transaction: written at the end of the block, with it or not at all. Within another block it is
        part of that one, so that all stays in its order; when it fails, what it held itself is gone."""
        held = self._held.get()
        if held is not None:
            yield from self._within(held)
            return
        token = self._held.set([])
        try:
            yield
            self.write_held()
        finally:
            self._held.reset(token)

    @staticmethod
    def _within(held: list[One]) -> Iterator[None]:
        count = len(held)
        try:
            yield
        except BaseException:
            del held[count:]
            raise

    def add(self, one: One) -> None:
        held = self._held.get()
        if held is None:
            self._write([one])
        else:
            held.append(one)

    def write_held(self) -> None:
        """What must come before something else."""
        held = self._held.get()
        if held:
            self._write(held)
            held.clear()
