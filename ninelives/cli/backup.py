"""`ninelives backup FILE`: everything of the organisation in one file, also while it works."""

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path

from ninelives.cli.database import address
from ninelives.cli.errors import CannotDo, WrongInput
from ninelives.cli.progress import progress
from ninelives.config.environment import Environment
from ninelives.foundation import backups
from ninelives.foundation.backups import BackupError, Manifest


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="where to; a folder gets a file named for this moment")
    parser.add_argument(
        "--with-key", action="store_true", help="put the secret key in too: then guard the file as you do it"
    )
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")


def run(options: argparse.Namespace) -> int:
    began, settings = time.monotonic(), Environment.read()
    target = _target(options.file)
    with address(settings) as url:
        try:
            manifest = _written(target, url, settings, with_key=options.with_key)
        except BackupError as told:
            raise CannotDo(str(told)) from None
        except OSError as told:
            raise CannotDo(f"{target} cannot be written: {told.strerror or told}") from None
    _report(target, manifest)
    if options.json:
        print(json.dumps(_figures(target, manifest, time.monotonic() - began)))
    return 1 if manifest.lost_files else 0


def _target(given: Path) -> Path:
    target = given / f"ninelives-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar" if given.is_dir() else given
    if target.exists():
        raise WrongInput(f"{target} is there already: name another file")
    if not target.parent.is_dir():
        raise WrongInput(f"there is no folder {target.parent}")
    return target


def _written(target: Path, url: str, settings: Environment, *, with_key: bool) -> Manifest:
    key, count = settings.secret_key(), backups.count_files(url)
    with progress("files put in", count) as tell:
        backups.write(target, url, settings.data / "files", key, with_key=with_key, tell=tell)
    with progress("files read back", count) as tell:
        return backups.check(target, tell)


def _report(target: Path, manifest: Manifest) -> None:
    rows = sum(manifest.rows.values())
    print(f"{target}: {rows} rows in {len(manifest.rows)} tables, {len(manifest.files)} files; read back and whole")
    if not manifest.has_key:
        print("the secret key is not in it: keep secret.key of the data folder, or NINELIVES_SECRET_KEY, elsewhere")
    if manifest.lost_files:
        print(f"{len(manifest.lost_files)} files are not in it: the data folder does not have them any more")
        for sha256 in manifest.lost_files[:20]:
            print(f"  {sha256}")


def _figures(target: Path, manifest: Manifest, seconds: float) -> dict[str, object]:
    return {
        "file": str(target),
        "bytes": target.stat().st_size,
        "rows": manifest.rows,
        "files": len(manifest.files),
        "lost_files": len(manifest.lost_files),
        "has_key": manifest.has_key,
        "seconds": round(seconds, 2),
    }
