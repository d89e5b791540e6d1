"""Memory given back: what closed sessions held is collected, and free pages of the heap return to the system.

Python frees what nobody refers to at once, but cycles wait for the collector, and the C library keeps freed pages
for later. On a server that waits for its next crowd both look like a leak.
"""

from __future__ import annotations

import ctypes
import gc
import os
import threading
import time
from contextlib import suppress

from ui.server.sessions import forget_ended

_EVERY_SECONDS = 20.0
_GROWTH = 1.02  # of what was resident after the last time: less is not worth the while


def start() -> None:
    """Look after the process's memory from now on, in a thread of its own."""
    threading.Thread(target=_run, name="tidy", daemon=True).start()


def tidy() -> None:
    """Collect garbage, and return free memory to the system where the C library can do that."""
    gc.collect()
    with suppress(AttributeError, OSError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)


def resident_bytes() -> int:
    """What the process occupies in memory; 0 where the system does not say."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _run() -> None:
    after = 0
    while True:
        time.sleep(_EVERY_SECONDS)
        if forget_ended() or resident_bytes() > _GROWTH * after:
            tidy()
            after = resident_bytes()
