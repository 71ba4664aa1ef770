"""From a fresh clone to ready with nothing cached, then a second start, and how long ending takes."""

import argparse
import os
import re
import shutil
import subprocess
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.product import PROJECT, Ninelives

# What `bin/run` says on its way, and what begins then.
PHASES = (
    ("environment", re.compile("making .venv")),
    ("packages", re.compile("installing packages")),
    ("screens", re.compile("building the screens")),
    ("database", re.compile("$^")),
    ("migrations", re.compile("bringing the database up to date")),
    ("demo and processes", re.compile("$^")),
    ("ready", re.compile("^ready ")),
)
LATER_STARTS = 3


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only-second", action="store_true", help="no clone: this folder's own environment")


def bench(options: argparse.Namespace) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    # Not below a folder of this user alone: the database's own user must be able to enter it.
    home = Path(tempfile.mkdtemp(prefix="ninelives-start-"))
    home.chmod(0o755)
    try:
        clone = PROJECT if options.only_second else cloned(home)
        ninelives = Ninelives(demo=True, command=[str(clone / "bin/run")], folder=home / "data")
        ninelives.environ |= own_caches(home)
        if not options.only_second:
            figures |= first(ninelives, clone)
        else:
            ninelives.start()
            ninelives.stop()
        figures |= later(ninelives)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    for name, value in figures.items():
        print(f"{name:<18} {value}")
    return figures


def cloned(home: Path) -> Path:
    subprocess.run(["git", "clone", "-q", "--no-local", str(PROJECT), str(home / "clone")], check=True)
    return home / "clone"


def own_caches(home: Path) -> dict[str, str]:
    """A home of its own as well: nothing that was downloaded before is found again."""
    caches = {"UV_CACHE_DIR": "uv", "npm_config_cache": "npm", "PIP_CACHE_DIR": "pip", "XDG_CACHE_HOME": "cache"}
    for name in caches.values():
        (home / name).mkdir()
    return {variable: str(home / name) for variable, name in caches.items()}


def first(ninelives: Ninelives, clone: Path) -> dict[str, Any]:
    began = time.monotonic()
    seconds = ninelives.start()
    phases = phases_of(ninelives.lines, began)
    ended = ninelives.stop()
    size = sum(path.lstat().st_size for path in (clone / ".venv").rglob("*") if path.is_file()) / 1e6
    return {
        "first_s": round(seconds, 1),
        "phases_s": phases,
        "first_end_s": round(ended, 2),
        "environment_mb": round(size),
        "cores": os.cpu_count(),
    }


def phases_of(lines: list[tuple[float, str]], began: float) -> dict[str, float]:
    moments = [("start", began)]
    for name, pattern in PHASES:
        at = next((at for at, line in lines if pattern.search(line)), None)
        if at is not None:
            moments.append((name, at))
    return {name: round(after - at, 1) for (name, at), (_, after) in pairwise(moments)}


def later(ninelives: Ninelives) -> dict[str, Any]:
    starts, ends = [], []
    for _ in range(LATER_STARTS):
        ninelives.lines.clear()
        starts.append(round(ninelives.start(), 2))
        time.sleep(2.0)
        ends.append(round(ninelives.stop(), 2))
    return {"second_s": max(starts), "second_starts_s": starts, "end_s": max(ends), "ends_s": ends}
