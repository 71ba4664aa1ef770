"""What a tree of processes costs: CPU seconds, children that ended included, and memory."""

import json
import os
import time
from collections import Counter
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


class Process:
    def __init__(self, pid: int) -> None:
        fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
        self.pid, self.parent = pid, int(fields[1])
        # utime, stime, and of children that ended and were waited for: cutime, cstime (man 5 proc).
        self.seconds = sum(int(ticks) for ticks in fields[11:15]) / TICK
        # Since it began: field 22 counts from the machine's start.
        self.age = float(Path("/proc/uptime").read_text().split()[0]) - int(fields[19]) / TICK
        self.command = (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()

    @property
    def part(self) -> str:
        words = self.command.split()
        if words and (words[0].startswith("postgres") or words[0].endswith("/postgres")):
            return "postgres"
        return "supervisor" if words[-1:] == ["up"] else (words or ["?"])[-1]


def everybody() -> dict[int, Process]:
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                found[int(name)] = Process(int(name))
            except (OSError, IndexError):
                continue
    return found


def tree(root: int) -> list[Process]:
    known = everybody()
    below: dict[int, list[int]] = {}
    for one in known.values():
        below.setdefault(one.parent, []).append(one.pid)
    found, look = [], [root]
    while look:
        pid = look.pop()
        if pid in known:
            found.append(known[pid])
            look += below.get(pid, [])
    return found


def spent(root: int, *, without: frozenset[int] = frozenset()) -> "Counter[str]":
    """CPU seconds so far by part."""
    seconds: Counter[str] = Counter()
    for one in tree(root):
        if one.pid not in without:
            seconds[one.part] += one.seconds  # type: ignore[assignment]
    return seconds


def difference(after: "Counter[str]", before: "Counter[str]") -> dict[str, float]:
    return {part: after[part] - before[part] for part in after}


def reference_ms() -> float:
    """CPU milliseconds of a fixed piece of Python: how fast this machine is at this moment.

    Two virtual cores of one real one cost each other a third and more, and that counts as CPU time.
    """
    began = time.process_time()
    for _ in range(5):
        rows = [{"number": number, "text": f"row {number}"} for number in range(10_000)]
        json.loads(json.dumps(sorted(rows, key=lambda row: row["text"])))
    return round(200 * (time.process_time() - began), 1)


def memory(pid: int) -> int:
    """Proportional set size in bytes: shared pages divided by those who share them."""
    for line in (Path("/proc") / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
