"""The catalogue's keeper, on a small package of its own."""

import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "translations.py"
TEMPLATE = """
  <p title="{% translate "Close" %}">{% translate "agent" context "role" %} it's
      {% blocktranslate count n=all %}One mail{% plural %}{{ n }} mails{% endblocktranslate %}</p>
"""


@pytest.fixture
def tool(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("translations", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    package = tmp_path / "ninelives"
    (package / "desk" / "templates" / "desk").mkdir(parents=True)
    (package / "desk" / "templates" / "desk" / "page.html").write_text(TEMPLATE)
    (package / "desk" / "views.py").write_text("title = _('Dear %(name)s')\nother = gettext(title)\n")
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    monkeypatch.setattr(module, "PACKAGE", package)
    monkeypatch.setattr(module, "PO", package / "nl.po")
    return module


def translate(tool, **texts):
    """Give each text its translation, as a translator does in the file."""
    catalogue = tool.kept()
    for message in catalogue:
        if message.id:
            first = message.id if isinstance(message.id, str) else message.id[0]
            message.string = texts.get(first.split()[0], message.string)
    tool.PO.write_bytes(tool.as_po(catalogue))


ALL = {"Close": "Sluiten", "agent": "medewerker", "One": ("Eén mail", "%(n)s mails"), "Dear": "Beste %(name)s"}


def test_texts_of_templates_and_sources_are_found_with_context_and_plural(tool):
    tool.extract()
    found = {(message.context, message.id) for message in tool.kept() if message.id}
    assert found == {
        (None, "Close"),
        ("role", "agent"),
        (None, ("One mail", "%(n)s mails")),
        (None, "Dear %(name)s"),
    }


def test_a_translated_catalogue_passes_and_is_written_the_same_again(tool, capsys):
    tool.extract()
    translate(tool, **ALL)
    assert tool.check() == 0, capsys.readouterr().err
    before = tool.PO.read_bytes()
    tool.extract()
    assert tool.PO.read_bytes() == before
    assert b"page.html:" not in before
    assert b"POT-Creation-Date" not in before


def test_a_missing_translation_fails(tool, capsys):
    tool.extract()
    translate(tool, **{**ALL, "Close": ""})
    assert tool.check() == 1
    assert "not translated: 'Close'" in capsys.readouterr().err


def test_other_placeholders_fail(tool, capsys):
    tool.extract()
    translate(tool, **{**ALL, "Dear": "Beste %(naam)s"})
    assert tool.check() == 1
    assert "other placeholders" in capsys.readouterr().err


def test_a_new_text_in_the_sources_fails_until_extracted(tool, capsys):
    tool.extract()
    translate(tool, **ALL)
    (tool.PACKAGE / "desk" / "more.py").write_text("_('More')\n")
    assert tool.check() == 1
    assert "not up to date" in capsys.readouterr().err


def test_what_is_compiled_is_what_django_reads(tool):
    import gettext

    tool.extract()
    translate(tool, **ALL)
    tool.compile()
    with tool.PO.with_suffix(".mo").open("rb") as file:
        dutch = gettext.GNUTranslations(file)
    assert dutch.gettext("Close") == "Sluiten"
    assert dutch.pgettext("role", "agent") == "medewerker"
    assert dutch.ngettext("One mail", "%(n)s mails", 2) == "%(n)s mails"
