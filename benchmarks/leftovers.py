"""What a process still holds: file descriptors by kind, threads, processes that it has started. Linux only."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from contextlib import suppress
from pathlib import Path

from benchmarks.processes import family


def held(pid: int) -> Counter[str]:
    """So many files, sockets, pipes and other descriptors, threads, and processes."""
    found: Counter[str] = Counter()
    for path in Path(f"/proc/{pid}/fd").glob("*"):
        with suppress(OSError):  # it has just been closed
            target = os.readlink(path)
            found[target.split(":", 1)[0] if ":" in target else "file"] += 1
    found["thread"] = len(list(Path(f"/proc/{pid}/task").glob("*")))
    found["process"] = len(family(pid)) - 1
    return found


async def least_held(pid: int, seconds: float = 4.0) -> Counter[str]:
    """The least of each in so many seconds: health checks come and go meanwhile."""
    looks = []
    for _ in range(int(seconds / 0.2)):
        looks.append(held(pid))
        await asyncio.sleep(0.2)
    return Counter({kind: min(look[kind] for look in looks) for kind in set().union(*looks)})


def left_over(before: Counter[str], after: Counter[str]) -> dict[str, int]:
    """What there is more of.

    >>> left_over(Counter(socket=3, file=5), Counter(socket=4, file=5, pipe=1))
    {'pipe': 1, 'socket': 1}
    """
    return {kind: count - before[kind] for kind, count in sorted(after.items()) if count > before[kind]}


def but_for_kept(left: dict[str, int]) -> dict[str, int]:
    """The same without what sessions hold that Streamlit keeps for their return: each an event loop, which is a
    descriptor of its own kind ("anon_inode") and two sockets.

    >>> but_for_kept({"anon_inode": 3, "socket": 7, "file": 1})
    {'file': 1, 'socket': 1}
    """
    loops = left.get("anon_inode", 0)
    rest = left | {"anon_inode": 0, "socket": max(0, left.get("socket", 0) - 2 * loops)}
    return {kind: count for kind, count in sorted(rest.items()) if count}
