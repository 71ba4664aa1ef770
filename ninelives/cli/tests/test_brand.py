"""Brands from the command line."""

import json

import pytest

from ninelives.accounts.models import Brand
from ninelives.cli import main
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_brand_of_its_own_and_one_that_shares(capsys: pytest.CaptureFixture[str]) -> None:
    cast = make_cast()
    assert main(["brand", "add", "--name", "Waterland"]) == 0
    assert main(["brand", "add", "--name", "Zon Zakelijk", "--shares-customers-with", "Zonnestroom"]) == 0
    assert Brand.objects.get(name="Waterland").base.name == "Waterland"
    assert Brand.objects.get(name="Zon Zakelijk").base == cast.brand.base
    capsys.readouterr()
    main(["brand", "list", "--json"])
    assert {"Waterland", "Zon Zakelijk"} < {row["name"] for row in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    "words", [["--name", " "], ["--name", "Zonnestroom"], ["--name", "x", "--shares-customers-with", "?"]]
)
def test_what_cannot_be_is_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    make_cast()
    assert main(["brand", "add", *words]) == 2
    assert capsys.readouterr().err.startswith("ninelives: ")
