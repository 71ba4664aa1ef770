"""Where mails stand in an archive, whatever is broken about it."""

import gzip
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ninelives.reception import archives
from ninelives.reception.archives import Archive, NotFoundError

FROM = b"From dora@example.org Sat Nov 21 10:00:00 2026\n"


def a_mail(subject: str, day: int = 1, text: str = "Hello") -> bytes:
    head = f"From: dora@example.org\nSubject: {subject}\nDate: {day} Nov 2026 10:00:00 +0100\n"
    return (head + f"\n{text}\n").encode()


def read(path: Path) -> list[bytes]:
    with Archive(path) as archive:
        archive.look()
        return [content for _name, content in archive.mails()]


def subjects(path: Path) -> list[str]:
    return [_subject(content) for content in read(path)]


def _subject(content: bytes) -> str:
    return next(line[9:].decode() for line in content.splitlines() if line.startswith(b"Subject: "))


def test_an_mbox_is_read_in_order_of_date(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.write_bytes(b"\n".join(FROM + a_mail(str(day), day) for day in (3, 1, 2)))
    assert subjects(box) == ["1", "2", "3"]


def test_what_an_mbox_adds_is_taken_away(tmp_path: Path) -> None:
    box = tmp_path / "box.mbox"
    box.write_bytes(FROM + a_mail("1", text="Then:\n>From there it went on.\n>>From here too."))
    assert read(box)[0].endswith(b"Then:\nFrom there it went on.\n>From here too.\n")
    assert read(box)[0].startswith(b"From: dora")


def test_one_mail_is_left_as_it_is(tmp_path: Path) -> None:
    raw = FROM + a_mail("1", text=">From there it went on.")
    (tmp_path / "one.eml").write_bytes(raw)
    assert read(tmp_path / "one.eml") == [raw]


@pytest.mark.parametrize(
    "text",
    [
        "A list:\n\nFrom there it went on.\nAnd further.",
        "From the start: 10 people\nSubject matters.",
        "Hi,\n\nFrom 2026 on\n\nit is so.",
        "From 10:30 until 2026 we waited.\nAll of us.",
    ],
)
def test_a_line_of_text_that_begins_with_from_starts_no_mail(tmp_path: Path, text: str) -> None:
    box = tmp_path / "box.mbox"
    box.write_bytes(FROM + a_mail("1", text=text) + b"\n" + FROM + a_mail("2"))
    assert subjects(box) == ["1", "2"]
    assert text.encode() in read(box)[0]


@pytest.mark.parametrize(
    "line", [b"From\x20\n", b"From - \n", b"From ???@??? \n", b"From dora@example.org\n", b"From - Sat Nov 21 2026\n"]
)
def test_a_broken_from_line_after_a_blank_line_still_starts_a_mail(tmp_path: Path, line: bytes) -> None:
    box = tmp_path / "box.mbox"
    box.write_bytes(FROM + a_mail("1") + b"\n" + line + a_mail("2"))
    assert subjects(box) == ["1", "2"]


def test_a_mail_before_the_first_sound_from_line_is_not_lost(tmp_path: Path) -> None:
    box = tmp_path / "box.mbox"
    box.write_bytes(b"Fro dora@example.org\n" + a_mail("1") + FROM + a_mail("2"))
    assert subjects(box) == ["1", "2"]
    assert read(box)[0].startswith(b"From: dora")


def test_a_missing_blank_line_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    box = tmp_path / "box.mbox"
    box.write_bytes((FROM + a_mail("1") + FROM + a_mail("2") + b"\n" + FROM + a_mail("3")).replace(b"\n", b"\r\n"))
    assert subjects(box) == ["1", "2", "3"]


def test_a_from_line_on_the_edge_of_a_block_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = tmp_path / "box.mbox"
    box.write_bytes(b"\n".join(FROM + a_mail(str(number)) for number in range(5)))
    for size in (1, 2, 3, 5, 7, 64, 150):
        monkeypatch.setattr(archives, "_BLOCK", size)
        assert subjects(box) == ["0", "1", "2", "3", "4"]


@given(some.lists(some.text(some.characters(codec="utf-8"), max_size=80), min_size=1, max_size=6))
def test_any_text_comes_back_from_an_mbox(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    mails = [a_mail(str(number), text=text) for number, text in enumerate(texts)]
    box = tmp_path_factory.mktemp("any") / "box.mbox"
    quoted = [re.sub(rb"(?m)^(>*From )", rb">\1", mail) for mail in mails]
    box.write_bytes(b"".join(FROM + mail + b"\n" for mail in quoted))
    assert [content.rstrip(b"\n") for content in read(box)] == [mail.rstrip(b"\n") for mail in mails]


def test_a_maildir_is_read_with_its_folders(tmp_path: Path) -> None:
    for number, place in enumerate(("cur/1:2,S", "new/2", ".Sent/cur/3:2,S", "tmp/4")):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(a_mail(place, number + 1))
    assert subjects(tmp_path) == ["cur/1:2,S", "new/2", ".Sent/cur/3:2,S"]


def test_a_folder_is_searched_for_mails_and_the_rest_is_counted(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "msg_01.txt").write_bytes(a_mail("text", 2))
    (tmp_path / "one.eml").write_bytes(a_mail("eml", 1))
    (tmp_path / "Inbox").write_bytes(FROM + a_mail("mbox", 3))
    (tmp_path / "packed.eml.gz").write_bytes(gzip.compress(a_mail("packed", 4)))
    (tmp_path / "notes.txt").write_text("no mail")
    with Archive(tmp_path) as archive:
        archive.look()
        assert [_subject(content) for _name, content in archive.mails()] == ["eml", "text", "mbox", "packed"]
        assert archive.other_files == 1


def test_what_cannot_be_read_is_named_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.eml").write_bytes(a_mail("good"))
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "cut.eml.gz").write_bytes(gzip.compress(a_mail("cut"))[:-20])
    with Archive(tmp_path) as archive:
        archive.look()
        (tmp_path / "good2.eml").write_bytes(a_mail("too late"))
        assert [_subject(content) for _name, content in archive.mails()] == ["good"]
        assert sorted(name for name, _reason in archive.unreadable) == ["cut.eml.gz", "gone.eml"]


def test_a_file_that_vanishes_between_the_passes_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(a_mail("1"))
    with Archive(tmp_path) as archive:
        archive.look()
        os.unlink(tmp_path / "one.eml")
        assert list(archive.mails()) == []
        assert [name for name, _reason in archive.unreadable] == ["one.eml"]


def test_a_mail_without_a_date_stays_beside_the_one_before_it(tmp_path: Path) -> None:
    bare = b"From: dora@example.org\nSubject: bare\n\nHello\n"
    box = tmp_path / "box.mbox"
    box.write_bytes(
        b"\n".join([FROM + a_mail("late", 9), FROM + a_mail("early", 1), FROM + bare, FROM + a_mail("mid", 5)])
    )
    assert subjects(box) == ["early", "bare", "mid", "late"]


@pytest.mark.parametrize("date", ["yesterday", "99 Nov 99999 10:00", "Thu, 1 Jan 1970 00:00:00 +9999999999", ""])
def test_a_date_nobody_can_read_does_no_harm(tmp_path: Path, date: str) -> None:
    (tmp_path / "one.eml").write_bytes(f"From: dora@example.org\nSubject: 1\nDate: {date}\n\nHello".encode())
    assert subjects(tmp_path) == ["1"]


def test_a_mail_that_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MAIL", 300)
    box = tmp_path / "box.mbox"
    box.write_bytes(FROM + a_mail("1") + b"\n" + FROM + a_mail("2", text="x" * 300))
    with Archive(box) as archive:
        archive.look()
        assert len(archive) == 1
        assert len(archive.unreadable) == 1


def test_an_empty_mbox_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.mbox").write_bytes(b"")
    assert read(tmp_path / "empty.mbox") == []


def test_nothing_at_the_path(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        Archive(tmp_path / "nowhere")
