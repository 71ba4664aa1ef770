"""`ninelives restore FILE`: a back-up into an empty database, or only tried out."""

import argparse
import tempfile
from pathlib import Path

import psycopg

from ninelives.cli.database import address
from ninelives.cli.errors import CannotDo
from ninelives.cli.progress import progress
from ninelives.config.environment import Environment
from ninelives.foundation import backups
from ninelives.foundation.backups import BackupError, Manifest
from ninelives.foundation.backups.archive import key_in, key_mark
from ninelives.foundation.postgres import Cluster


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file that `ninelives backup` made")
    parser.add_argument(
        "--try", dest="only_try", action="store_true", help="restore it aside, compare, and leave nothing"
    )


def run(options: argparse.Namespace) -> int:
    try:
        return _try(options.file) if options.only_try else _restore(options.file, Environment.read())
    except BackupError as told:
        raise CannotDo(str(told)) from None
    except (OSError, psycopg.OperationalError) as told:
        raise CannotDo(f"{options.file} could not be restored: {told}") from None


def _restore(source: Path, settings: Environment) -> int:
    manifest = backups.read_manifest(source)
    _refuse_newer(manifest)
    with address(settings) as url, progress("files restored", len(manifest.files)) as tell:
        backups.restore(source, url, settings.data / "files", tell=tell)
        held = _hold_what_waits(url)
        _put_back_key(source, manifest, settings)
    _tell(manifest, settings)
    if held:
        print(f"waiting to be sent then, and kept now: {held}; they go when somebody asks for another try")
    return 0


def _hold_what_waits(url: str) -> int:
    """What waited then has long been sent by the organisation that went on: nothing goes twice unasked."""
    with psycopg.connect(url) as database:
        return database.execute(_HOLD).rowcount


_HOLD = """
    UPDATE channels_delivery SET state = 'held', reason = 'restored' WHERE state IN ('waiting', 'sending', 'uncertain')
"""


def _try(source: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="ninelives-restore-") as folder:
        place = Path(folder)
        place.chmod(0o711)
        cluster = Cluster(place, durable=False)
        cluster.start()
        try:
            manifest = backups.restore(source, cluster.url, place / "files")
        finally:
            cluster.stop()
    print(f"{source} can be restored: {sum(manifest.rows.values())} rows and {len(manifest.files)} files came back")
    return 0


def _refuse_newer(manifest: Manifest) -> None:
    package = Path(__file__).resolve().parent.parent
    apps = {path.parent.parent.name for path in package.glob("*/migrations/0*.py")}
    known = {f"{path.parent.parent.name}.{path.stem}" for path in package.glob("*/migrations/0*.py")}
    if unknown := [one for one in manifest.migrations if one.partition(".")[0] in apps and one not in known]:
        raise BackupError(f"it was made by a newer Ninelives, which knows {unknown[-1]}: restore it with that one")


def _put_back_key(source: Path, manifest: Manifest, settings: Environment) -> None:
    if manifest.has_key and not settings.secret_key_given:
        place = settings.data / "secret.key"
        place.unlink(missing_ok=True)
        place.touch(mode=0o600)
        place.write_text(key_in(source) + "\n")


def _tell(manifest: Manifest, settings: Environment) -> None:
    print(f"restored as of {manifest.made_at}: {sum(manifest.rows.values())} rows, {len(manifest.files)} files")
    if key_mark(settings.secret_key()) != manifest.key_mark:
        print(
            "the secret key is another one than when the back-up was made: put secret.key back into the data folder, or"
            " set NINELIVES_SECRET_KEY, or the passwords of channel accounts must be told anew"
        )
    if manifest.lost_files:
        print(f"{len(manifest.lost_files)} files were lost before the back-up was made")
