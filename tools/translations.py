"""The Dutch catalogue: `tools/translations.py extract | compile | check`.

`extract` brings the catalogue up to the sources and keeps what is translated; `compile` makes what Django reads;
`check` fails if the catalogue is not what `extract` would write, or if any text lacks a sound translation.
There are no line numbers and no dates in it, so that a change shows only what changed.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "ninelives"
PO = PACKAGE / "config" / "locale" / "nl" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def extract() -> int:
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(renewed()))
    return 0


def compile() -> int:
    """Written aside and renamed: a server that starts at this moment must not read half a file."""
    if PO.exists():
        draft = PO.with_name(f".django.mo.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, kept())
        draft.replace(PO.with_suffix(".mo"))
    return 0


def check() -> int:
    faults = list(faults_of(renewed()))
    if not PO.exists() or PO.read_bytes() != as_po(renewed()):
        faults.append(f"{PO.relative_to(PROJECT)} is not up to date: run tools/translations.py extract")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def faults_of(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        if not message.id:
            continue
        forms, translations = _texts(message.id), _texts(message.string)
        if not translations or not all(translations):
            yield f"not translated: {forms[0]!r}"
        elif message.fuzzy:
            yield f"marked as fuzzy: {forms[0]!r}"
        elif not _same_placeholders(forms, translations):
            yield f"other placeholders in the translation: {forms[0]!r}"


def _same_placeholders(forms: list[str], translations: list[str]) -> bool:
    """Each form against the last: a singular may say "one" where the plural says a number."""
    allowed = set(PLACEHOLDER.findall(forms[-1])) | set(PLACEHOLDER.findall(forms[0]))
    wanted = set(PLACEHOLDER.findall(forms[-1]))
    return set(PLACEHOLDER.findall(translations[-1])) == wanted and all(
        set(PLACEHOLDER.findall(text)) <= allowed for text in translations
    )


def _texts(value: Any) -> list[str]:
    return [value or ""] if value is None or isinstance(value, str) else list(value)


def renewed() -> Catalog:
    """What the sources say now, with the translations we have; a text that is gone takes its translation with it."""
    known, fresh = kept(), Catalog(locale="nl", header_comment="# The Dutch of Ninelives.")
    for path, message, context, comments in sorted(found(), key=lambda each: (str(each[0]), str(each[1]))):
        before = known.get(message[0] if isinstance(message, tuple) else message, context)
        entry = fresh.add(message, context=context, auto_comments=comments, locations=[(path, 0)])
        if before is not None and _fits(entry, before):
            entry.string, entry.flags = before.string, entry.flags | (before.flags & {"fuzzy"})
    return fresh


def _fits(entry: Message, before: Message) -> bool:
    return isinstance(entry.id, tuple) == (not isinstance(before.string, str))


def kept() -> Catalog:
    if not PO.exists():
        return Catalog(locale="nl")
    with PO.open("rb") as file:
        return read_po(file, locale="nl")


def as_po(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=110, omit_header=True, include_lineno=False, sort_by_file=True)
    header = 'msgid ""\nmsgstr ""\n"Language: nl\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    header += '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    return header.encode() + file.getvalue().rstrip(b"\n") + b"\n"


def found() -> Iterator[tuple[str, Any, str | None, list[str]]]:
    """Every text to translate: its file, its text or texts, its context and the notes for the translator."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or "/tests/" in str(path) or "/static/" in str(path):
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        name = str(path.relative_to(PROJECT))
        for _line, message, comments, context in extract_python("python", _python_of(path), KEYWORDS, ["Translators:"]):
            if any(_texts(message)):
                yield name, message, context, comments


def _python_of(path: Path) -> io.BytesIO:
    """A template becomes Python with the same texts, by Django's own reader of its tags.

    Only its lines with a call are kept, without their indentation: the rest need not be valid Python.
    """
    if path.suffix == ".py":
        return io.BytesIO(path.read_bytes())
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    lines = templatize(path.read_text(), origin=str(path)).splitlines()
    return io.BytesIO("\n".join(line.strip() for line in lines if "gettext(" in line or "_(" in line).encode())


if __name__ == "__main__":
    commands = {"extract": extract, "compile": compile, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
