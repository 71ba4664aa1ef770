"""Every address of the product, from its URL conf: a new one is in the tests from its first day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Address:
    """`name` as `reverse` takes it; "" for one that catches whatever no other takes."""

    name: str
    route: str
    parameters: tuple[str, ...]

    def url(self, examples: Mapping[str, Any]) -> str:
        """With an example of each parameter filled in; a KeyError asks you to think of one."""
        if not self.name:
            return f"/{self.route}whatever"
        return reverse(self.name, kwargs={parameter: examples[parameter] for parameter in self.parameters})


def addresses() -> tuple[Address, ...]:
    return tuple(_below(get_resolver().url_patterns))


def _below(patterns: Sequence[Any], route: str = "", space: str = "") -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(
                pattern.url_patterns, here, space + (f"{pattern.namespace}:" if pattern.namespace else "")
            )
        elif isinstance(pattern, URLPattern):
            name = f"{space}{pattern.name}" if pattern.name else ""
            yield Address(name, here, tuple(pattern.pattern.regex.groupindex))
