"""From a fresh clone to ready with nothing cached, then a second start, and how long ending takes."""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench import cpu
from bench.product import PROJECT, Ninelives

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
    began = time.time()
    seconds = ninelives.start()
    phases = phases_of(ninelives, clone, began, began + seconds)
    ended = ninelives.stop()
    size = sum(path.lstat().st_size for path in (clone / ".venv").rglob("*") if path.is_file()) / 1e6
    return {
        "first_s": round(seconds, 1),
        "phases_s": phases,
        "first_end_s": round(ended, 2),
        "environment_mb": round(size),
        "cores": os.cpu_count(),
    }


def phases_of(ninelives: Ninelives, clone: Path, began: float, ready: float) -> dict[str, float]:
    """From what each phase leaves behind when it is done."""
    with psycopg.connect(ninelives.database_url) as database:
        row = database.execute("SELECT extract(epoch FROM max(applied)) FROM django_migrations").fetchone()
    web = next(one.pid for one in cpu.tree(ninelives.pid) if one.part == "web")
    said = time.time() - time.monotonic()
    installing = next(at for at, line in ninelives.lines if "installing packages" in line) + said
    ends = {
        "environment and uv": installing,
        "packages": (clone / ".venv" / "stamp-run").stat().st_mtime,
        "screens": (clone / ".venv" / "stamp-frontend").stat().st_mtime,
        "translations": (clone / ".venv" / "stamp-translations").stat().st_mtime,
        "database made": (ninelives.folder / "postgres").stat().st_ctime,
        "migrations": float(row[0]) if row else 0.0,
        "demo": psutil.Process(web).create_time(),
        "processes": ready,
    }
    moments = [began, *ends.values()]
    return {name: round(after - before, 1) for name, (before, after) in zip(ends, pairwise(moments), strict=True)}


def later(ninelives: Ninelives) -> dict[str, Any]:
    starts, cpus, ends = [], [], []
    for _ in range(LATER_STARTS):
        ninelives.lines.clear()
        starts.append(round(ninelives.start(), 2))
        cpus.append(round(sum(cpu.spent(ninelives.pid).values()), 2))
        time.sleep(2.0)
        ends.append(round(ninelives.stop(), 2))
    return {
        "second_s": starts[0],
        "second_starts_s": starts,
        "second_cpu_s": cpus[0],
        "end_s": max(ends),
        "ends_s": ends,
    }
