"""Every endpoint and every kind of problem stands in the reference, and nothing else does."""

import re
from pathlib import Path

from ninelives.api.problems import KINDS, TYPE_PREFIX
from ninelives.api.urls import api

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "api.md").read_text()


def test_every_endpoint_has_its_heading() -> None:
    paths = api.get_openapi_schema()["paths"]
    endpoints = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE)) == endpoints | {"GET /api/v1/openapi.json"}


def test_every_problem_has_its_row() -> None:
    assert TYPE_PREFIX in PAGE
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", PAGE, re.MULTILINE)
    assert rows == [(kind.name, str(kind.status)) for kind in KINDS]
