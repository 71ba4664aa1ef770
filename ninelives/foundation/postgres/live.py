"""Which processes are servers of this data folder. A number in a file proves nothing: numbers are given again."""

import hashlib
import subprocess
from pathlib import Path

POSTMASTER_PID = "postmaster.pid"


def postmaster(data: Path) -> int | None:
    """The live postmaster of this folder, if there is one."""
    pid = noted_pid(data)
    return pid if pid and pid in servers_of(data) else None


def noted_pid(data: Path) -> int | None:
    lines = noted(data)
    try:
        return int(lines[0])
    except (IndexError, ValueError):
        return None


def noted(data: Path) -> list[str]:
    """The lines of postmaster.pid: number, folder, start, port, socket folder, address, memory key, status."""
    try:
        return [line.strip() for line in (data / POSTMASTER_PID).read_text().splitlines()]
    except FileNotFoundError:
        return []


def servers_of(data: Path) -> list[int]:
    """All live processes of a server on this folder, left-over back ends included."""
    return [pid for pid, command in _commands() if _belongs(pid, command, data)]


def cluster_name(data: Path) -> str:
    """Stands in the title of every process of the cluster, so that back ends can be told from others'."""
    return f"ninelives-{hashlib.sha256(bytes(data)).hexdigest()[:12]}"


def _belongs(pid: int, command: str, data: Path) -> bool:
    if command.startswith(f"postgres: {cluster_name(data)}: "):
        return True
    program = Path(command.split(" ", 1)[0]).name
    if program not in ("postgres", "postgres:", "postmaster"):
        return False
    return f" -D {data} " in f"{command} " or _works_in(pid, data)


def _works_in(pid: int, data: Path) -> bool:
    """Every server process works in its data folder; root in a container may not always look."""
    try:
        return (Path("/proc") / str(pid) / "cwd").readlink() == data
    except OSError:
        return False


def _commands() -> list[tuple[int, str]]:
    proc = Path("/proc")
    if not (proc / "self" / "cmdline").exists():
        return _commands_from_ps()
    return [(int(folder.name), _command(folder)) for folder in proc.iterdir() if folder.name.isdigit()]


def _command(folder: Path) -> str:
    try:
        return (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _commands_from_ps() -> list[tuple[int, str]]:
    told = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=True)
    pairs = (line.strip().partition(" ") for line in told.stdout.splitlines())
    return [(int(pid), command.strip()) for pid, _, command in pairs]
