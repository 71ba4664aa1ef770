"""Every real mail of a folder through the SMTP listener, then all of them by import, twice."""

import argparse
import json
import os
import re
import smtplib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.feeding import Feeder
from bench.product import PROJECT, Ninelives

FOLDERS = "mails_*"
PATIENCE = 60.0
_BARE_LF = re.compile(rb"(?<!\r)\n")
_BARE_CR = re.compile(rb"\r(?!\n)")
_FROM = re.compile(rb"^from:.*?<?([\w.+-]+@[\w.-]+)", re.IGNORECASE | re.MULTILINE)


def arguments(parser: argparse.ArgumentParser) -> None:
    usual = os.environ.get("NINELIVES_SHARED_DATA") or PROJECT.parent / "shared" / "data"
    parser.add_argument("--path", type=Path, default=Path(usual), help="a folder with folders mails_*")


@dataclass
class Sent:
    taken: int = 0
    refused: list[str] = field(default_factory=list)
    # What SMTP cannot carry as it is: these go through import alone.
    unfit: list[str] = field(default_factory=list)
    seconds: float = 0.0


def bench(options: argparse.Namespace) -> dict[str, Any]:
    paths = list(mails_below(options.path))
    with Ninelives() as ninelives:
        sent = send_all(paths, ninelives)
        states, reasons = outcome(ninelives)
        unequal = unequal_duplicates(ninelives)
    with Ninelives() as ninelives:
        imports = [imported(options.path, ninelives) for _ in range(2)]
    figures = {
        "mails": len(paths),
        "smtp_taken": sent.taken,
        "smtp_refused": sent.refused,
        "smtp_unfit": sent.unfit,
        "smtp_s": round(sent.seconds, 1),
        "receipts": states,
        "quarantined": reasons,
        "lost": sent.taken - sum(states.get(state, 0) for state in ("processed", "duplicate", "quarantined")),
        "unequal_duplicates": unequal,
        "first_import": imports[0],
        "second_import": imports[1],
    }
    for name, value in figures.items():
        print(f"{name:<14} {value}")
    return figures


def mails_below(path: Path) -> Iterator[Path]:
    for folder in sorted(path.glob(FOLDERS)):
        for found in sorted(folder.rglob("*")):
            name = found.name
            if name.endswith(".eml") or (name.startswith("msg_") and name.endswith(".txt")):
                yield found


def send_all(paths: list[Path], ninelives: Ninelives) -> Sent:
    """One by one, as they lie on the disk but for the line ends: SMTP knows only CR LF."""
    sent, feeder, began = Sent(), Feeder(ninelives.smtp_port), time.monotonic()
    for path in paths:
        raw = path.read_bytes()
        name = f"{path.parent.name}/{path.name}"
        if b"\0" in raw or _BARE_CR.search(raw) or mixes_line_ends(raw) or not raw.strip():
            sent.unfit.append(name)
            continue
        try:
            feeder.send(_BARE_LF.sub(b"\r\n", raw), sender_of(raw))
            sent.taken += 1
        except smtplib.SMTPException as refusal:
            feeder.hang_up()
            sent.refused.append(f"{name}: {refusal}")
    feeder.hang_up()
    wait_until_processed(ninelives)
    sent.seconds = time.monotonic() - began
    return sent


def mixes_line_ends(raw: bytes) -> bool:
    """All lines ended by LF alone is how files lie on a disk; some of them is a mail with bare LF in it."""
    return b"\r\n" in raw and bool(_BARE_LF.search(raw))


def sender_of(raw: bytes) -> str:
    found = _FROM.search(raw.replace(b"\r", b"").partition(b"\n\n")[0])
    return found[1].decode("ascii", "replace") if found and found[1].isascii() else ""


def wait_until_processed(ninelives: Ninelives) -> None:
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(ninelives.database_url, autocommit=True) as database:
        while time.monotonic() < deadline:
            row = database.execute("SELECT count(*) FROM channels_receipt WHERE state = 'stored'").fetchone()
            if row and not row[0]:
                return
            time.sleep(0.05)


def outcome(ninelives: Ninelives) -> tuple[dict[str, int], dict[str, int]]:
    with psycopg.connect(ninelives.database_url) as database:
        rows = database.execute("SELECT state, reason, detail FROM channels_receipt").fetchall()
    states = Counter(state for state, _, _ in rows)
    reasons = Counter(f"{reason} {detail}".strip() for state, reason, detail in rows if state == "quarantined")
    return dict(states), dict(reasons)


def unequal_duplicates(ninelives: Ninelives) -> int:
    """Duplicates whose raw content is not that of the first: worth a look, as relays may differ and words may not."""
    with psycopg.connect(ninelives.database_url) as database:
        row = database.execute(
            "SELECT count(*) FROM channels_receipt r JOIN channels_receipt f ON f.id = r.duplicate_of_id"
            " WHERE r.raw IS DISTINCT FROM f.raw"
        ).fetchone()
    return int(row[0]) if row else 0


def imported(path: Path, ninelives: Ninelives) -> dict[str, Any]:
    """Every folder of mails in turn; what `ninelives import` says at the end, summed up."""
    began, total, named = time.monotonic(), Counter[str](), []
    for folder in sorted(path.glob(FOLDERS)):
        command = [sys.executable, "-P", "-m", "ninelives", "import", "mail", str(folder), "--json"]
        ran = subprocess.run(command, env=ninelives.environ, capture_output=True, text=True)
        last = (ran.stdout.strip().splitlines() or [""])[-1]
        if not last.startswith("{"):
            named.append(f"{folder.name}: code {ran.returncode}: {(ran.stderr or ran.stdout).strip()[-300:]}")
            continue
        figures = json.loads(last)
        total.update({name: value for name, value in figures.items() if isinstance(value, int)})
        named += [f"{folder.name}: {one}" for one in figures.get("unreadable", [])]
    return {**total, "seconds": round(time.monotonic() - began, 1), "named": named}
