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


def test_when_a_brand_is_open(capsys: pytest.CaptureFixture[str]) -> None:
    make_cast()
    assert main(["brand", "hours", "zonnestroom"]) == 0
    assert capsys.readouterr().out == "always open\n"
    main(["brand", "hours", "Zonnestroom", "ma-vr 9:00-17:30, sa 10:00-16:00"])
    main(["brand", "hours", "Zonnestroom", "closed", "--on", "2026-12-25"])
    capsys.readouterr()
    main(["brand", "hours", "Zonnestroom", "09:00-12:00", "--on", "2026-12-24"])
    assert capsys.readouterr().out.splitlines() == [
        "mo-fr 09:00-17:30, sa 10:00-16:00", "2026-12-24 09:00-12:00", "2026-12-25 closed",
    ]  # fmt: skip
    main(["brand", "hours", "Zonnestroom", "usual", "--on", "2026-12-24"])
    assert "2026-12-24" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["all day"], ["closed"], ["closed", "--on", "Christmas"], ["9-12", "--on", "2026-12-25"]]
)
def test_hours_that_cannot_be_are_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    make_cast()
    assert main(["brand", "hours", "Zonnestroom", *words]) == 2
    assert "2026-12-25" in (told := capsys.readouterr().err) or "mo-fr" in told
