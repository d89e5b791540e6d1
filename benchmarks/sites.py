"""What the clients of a benchmark visit: one process of the app, or replicas of it behind HAProxy. Linux only."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.processes import family, named, resident_megabytes, used_seconds
from benchmarks.streamlit_client import Server, until
from deploy.replicas import Replicas

ROOT = Path(__file__).parent.parent
_BALANCER = "haproxy"


@dataclass(frozen=True)
class Site:
    """An address (host:port), the app's processes behind it, and where they and the balancer write their logs."""

    address: str
    replicas: tuple[int, ...]
    logs: tuple[Path, ...]

    @property
    def name(self) -> str:
        count = len(self.replicas)
        return "one process" if count == 1 else f"{count} replicas"

    def processor_seconds(self) -> float:
        """Spent by the app's processes, with those that they have started."""
        return used_seconds(set().union(*map(family, self.replicas)))

    def balancer_seconds(self) -> float:
        """Spent by the balancer; 0 where there is none."""
        return used_seconds(self._balancer())

    def megabytes(self) -> list[float]:
        """Resident memory of each replica, with the processes that it has started."""
        return [resident_megabytes(family(replica)) for replica in self.replicas]

    def balancer_megabytes(self) -> float:
        return resident_megabytes(self._balancer())

    def printed(self) -> dict[str, str]:
        """What stands in each log."""
        return {log.name: log.read_text("utf-8", "replace") for log in self.logs if log.exists()}

    def _balancer(self) -> set[int]:
        return {process for process in family(os.getpid()) if named(process) == _BALANCER}


@asynccontextmanager
async def one_process() -> AsyncIterator[Site]:
    """The app as `streamlit run` starts it."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        with log.open("w") as file:
            server = Server(ROOT, "dashboard.py", file)
            try:
                await until(server.is_up, "the server", 60)
                yield Site(server.address, (server.pid,), (log,))
            finally:
                server.stop()


@asynccontextmanager
async def replicated(count: int, port: int | None = None) -> AsyncIterator[Site]:
    """So many replicas behind HAProxy."""
    replicas = Replicas(count, port)
    await asyncio.to_thread(replicas.__enter__)
    try:
        pids = tuple(server.pid for server in replicas.servers)
        yield Site(urlsplit(replicas.address).netloc, pids, tuple(map(Path, replicas.logs)))
    finally:
        await asyncio.to_thread(replicas.__exit__, None, None, None)


def complaints(printed: str, words: Sequence[str]) -> list[str]:
    """The lines of a log that have one of these words."""
    return [line for line in printed.splitlines() if any(word in line for word in words)]
