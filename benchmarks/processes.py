"""The machine's processes, from Linux' `/proc`: who started whom, and what they hold in memory."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def processes() -> dict[int, list[str]]:
    """The fields of `/proc/PID/stat` after the name, by process: the second is the parent."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            found[int(path.parent.name)] = path.read_text().rsplit(")", 1)[1].split()
    return found


def family(pid: int) -> set[int]:
    """The process, those it has started, and those that they have started."""
    parents = {child: int(fields[1]) for child, fields in processes().items()}
    members = {pid}
    while children := {child for child, parent in parents.items() if parent in members} - members:
        members |= children
    return members


def resident_megabytes(pids: set[int]) -> float:
    """What they occupy in memory together."""
    kilobytes = 0
    for pid in pids:
        with suppress(OSError, IndexError):  # it has just ended
            kilobytes += int(Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0])
    return kilobytes / 1024


def others_seconds() -> float:
    """Processor seconds used on this machine, but for this process and all that it started."""
    busy = list(map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
    used = {pid: sum(map(int, fields[11:15])) for pid, fields in processes().items()}  # with its ended children
    ours = sum(used.get(pid, 0) for pid in family(os.getpid()))
    ticks = sum(busy) - busy[3] - busy[4] - ours  # but for idle and waiting for disks
    return ticks / os.sysconf("SC_CLK_TCK")


def thread_seconds(pid: int) -> dict[str, float]:
    """Processor seconds of each of the process's present threads."""
    found = {}
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):  # it has just ended
            found[path.parent.name] = int(path.read_text().split()[0]) / 1e9
    return found


def used_seconds(pids: set[int]) -> float:
    """Processor seconds of these processes, in user and system mode."""
    found = processes()
    ticks = sum(int(field) for pid in pids & found.keys() for field in found[pid][11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def named(pid: int) -> str:
    """The name of its program; "" if it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""
