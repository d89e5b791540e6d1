"""What the clients of a benchmark visit: one process of the app, or replicas of it behind HAProxy. Linux only."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.processes import family, named, resident_megabytes, used_seconds
from benchmarks.streamlit_client import Server
from deploy.replicas import Replicas
from deploy.warm import warm

ROOT = Path(__file__).parent.parent
_BALANCER = "haproxy"
COMPLAINTS = (
    r"Traceback|Uncaught|Exception|\bERROR\b|CRITICAL|was never awaited|was destroyed"  # of a server
    r"|ALERT(?!.*'quick')|Server replicas/\S+ is DOWN"  # of HAProxy; that none is quick at the moment is no fault
)
_HUNG_UP = re.compile(
    r"""^.*Exception\ in\ ASGI\ application\n
    (?:(?:[ ].*|Traceback.*|During\ handling.*|\S+:\ WebSocket\ is\ not\ connected.*|)\n)*
    \S+:\ Cannot\ call\ "send"\ once\ a\ close\ message\ has\ been\ sent\.$""",
    re.MULTILINE | re.VERBOSE,
)  # Streamlit takes a connection that has dropped while it wrote to it for one with a text frame, and closes it again


@dataclass(frozen=True)
class Site:
    """An address (host:port), the app's processes behind it, and where they and the balancer write their logs."""

    address: str
    replicas: tuple[int, ...]
    logs: tuple[Path, ...]
    begun: tuple[int, ...]  # how long each log was when all was up: what it says of its start is not looked at

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
        """What came into each log since all was up."""
        told = zip(self.logs, self.begun, strict=True)
        return {log.name: log.read_bytes()[begun:].decode("utf-8", "replace") for log, begun in told}

    def hung_up(self) -> int:
        """How many connections dropped while Streamlit wrote to them: it logs an exception of its own, and goes on."""
        return sum(len(_HUNG_UP.findall(text)) for text in self.printed().values())

    def complaints(self, words: str = COMPLAINTS) -> list[str]:
        """The lines in the logs in which that regular expression is found, but for `hung_up`."""
        printed = {name: _HUNG_UP.sub("", text) for name, text in self.printed().items()}
        lines = ((name, line) for name, text in printed.items() for line in text.splitlines())
        return [f"{name}: {line}" for name, line in lines if re.search(words, line)]

    def _balancer(self) -> set[int]:
        return {process for process in family(os.getpid()) if named(process) == _BALANCER}


@asynccontextmanager
async def one_process() -> AsyncIterator[Site]:
    """The app as `streamlit run` starts it; every page has been opened once, as those of replicas are."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        with log.open("w") as file:
            server = Server(ROOT, "dashboard.py", file)
            try:
                await asyncio.to_thread(warm, int(server.address.rpartition(":")[2]))
                yield _site(server.address, [server.pid], [log])
            finally:
                server.stop()


@asynccontextmanager
async def replicated(count: int, pages: Sequence[str] = ()) -> AsyncIterator[Site]:
    """So many replicas behind HAProxy, which have opened those pages once, or every one."""
    replicas = Replicas(count, pages=pages)
    await asyncio.to_thread(replicas.__enter__)
    try:
        yield _site(urlsplit(replicas.address).netloc, [server.pid for server in replicas.servers], replicas.logs)
    finally:
        await asyncio.to_thread(replicas.__exit__, None, None, None)


def _site(address: str, pids: Sequence[int], logs: Sequence[Path]) -> Site:
    return Site(address, tuple(pids), tuple(logs), tuple(log.stat().st_size for log in logs))
