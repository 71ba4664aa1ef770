import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template import Context, Template
from django.utils import timezone, translation

import ninelives
from ninelives.ui.templatetags.ui import dom_id, filesize, linked, moment, when

CATALOGUE = Path(ninelives.__file__).parent / "config/locale/nl/LC_MESSAGES/django.po"


def a_day_ago() -> datetime:
    return timezone.localtime() - timedelta(days=1)


def test_today_is_a_clock_time() -> None:
    now = timezone.localtime()
    assert f">{now:%H:%M}</time>" in when(now)


@pytest.mark.parametrize(("language", "shown"), [("nl", "3 mrt 2020"), ("en", "3 Mar 2020")])
def test_an_earlier_year_is_a_whole_date_in_the_readers_language(language: str, shown: str) -> None:
    with translation.override(language):
        assert f">{shown}</time>" in when(datetime(2020, 3, 3, 9, 5, tzinfo=UTC))


def test_a_message_keeps_its_clock_time_after_its_day() -> None:
    at = a_day_ago()
    assert f"{at:%H:%M}</time>" in moment(at)
    assert f"{at:%H:%M}</time>" not in when(at)


def test_no_time_is_no_words() -> None:
    assert when(None) == moment(None) == ""


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 B"), (999, "999 B"), (2_400, "2 kB"), (1_840_000, "1,8 MB"), (25_000_000, "25 MB")]
)
def test_sizes_are_those_of_file_managers(size: int, shown: str) -> None:
    with translation.override("nl"):
        assert filesize(size) == shown


def test_an_address_in_a_text_becomes_a_link_and_the_sentence_keeps_its_full_stop() -> None:
    assert '<a href="https://a.example/x?y=1&amp;z" ' in linked("See https://a.example/x?y=1&z.")
    assert linked("See https://a.example/x.").endswith("</a>.")


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", 'https://a.example/"onclick="x', "https://a.example/<b>"]
)
def test_a_text_brings_no_html_along(hostile: str) -> None:
    shown = str(linked(hostile))
    assert "<script" not in shown
    assert "<b>" not in shown
    assert '"onclick' not in shown


def test_one_spelling_of_ids() -> None:
    assert dom_id("thread", "42") == "thread-42"
    assert dom_id("list") == "list"


WORDS = Template(
    '{% translate "Search" %}|{% translate "Close" context "conversation" %}|{% translate "100%" %}|{% icon "mail" %}'
)


def test_constant_words_are_in_the_language_of_whoever_reads_them() -> None:
    for _again in range(2):
        with translation.override("nl"):
            assert WORDS.render(Context()).startswith("Zoeken|Afsluiten|100%|<svg")
        with translation.override("en"):
            assert WORDS.render(Context()).startswith("Search|Close|100%|<svg")


def test_words_that_are_not_constant_are_still_looked_up() -> None:
    words = Template(
        '{% translate word %}|{% translate "Search"|upper %}|{% translate "Search" as found %}[{{ found }}]'
    )
    for word, shown in ("Search", "Zoeken"), ("Close", "Sluiten"), ("<b>", "&lt;b&gt;"):
        with translation.override("nl"):
            assert words.render(Context({"word": word})).startswith(f"{shown}|")
            assert words.render(Context({"word": word})).endswith("[Zoeken]")


def test_tags_given_constants_escape_as_they_did() -> None:
    shown = Template('{% icon "mail" "<i>" %}{% dom_id "a&b" %}{% dom_id noun key %}').render(
        Context({"noun": "<x", "key": 1})
    )
    assert "&lt;i&gt;" in shown
    assert shown.endswith("a&b&lt;x-1")


def test_the_dutch_screens_say_je_to_their_readers() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    said = [words for message in catalogue if message.id for words in _all(message.string)]
    assert len(said) > 500
    assert [words for words in said if re.search(r"\b[Uu]w?\b", words)] == []


def _all(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return words if isinstance(words, tuple) else (words,)
