"""Replicas of the app behind one address of this machine, from the first to the last moment.

    with Replicas(2) as replicas:
        ...  # replicas.address, replicas.kill(0), replicas.tend(), replicas.restart(), replicas.counts()

Nothing happens to them by itself: `tend` looks after them once, and is called again and again while one waits.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from deploy.balancer import Balancer, haproxy
from deploy.replica import Replica, environment, free_ports

_LOOK_SECONDS = 0.1
_LEAVE_SECONDS = 10.0  # for the connections of a replica that is taken out: they are closed, so it takes a moment
_HUNG_SECONDS = 30  # after which one that gives no answer is ended
_MOST_STARTS = 3  # of one that ends each time before it has served, when all are started


class ReplicaFailed(RuntimeError):
    """A replica ends before it has served anybody; the message has its last words."""


class Replicas:
    """`count` processes of the app behind HAProxy at `port` of `host`, or at a free one; "*" is every address.

    In `folder` stand their logs and, under `checkpoints`, what they share; without one all that is temporary. `log`
    gets a sentence about each thing that happens. `pause` is called with seconds to wait and may raise to end all.
    `pages` are those that each replica opens before anybody comes ("" is the start page); all of them if it is empty.
    """

    def __init__(
        self,
        count: int,
        port: int | None = None,
        folder: Path | None = None,
        log: Callable[[str], object] = lambda sentence: None,
        *,
        host: str = "127.0.0.1",
        pause: Callable[[float], object] = time.sleep,
        pages: Sequence[str] = (),
    ) -> None:
        haproxy()  # before anything is made that would have to be undone
        self._private = Path(tempfile.mkdtemp(prefix="replicas-"))  # for its owner alone; sockets want a short path
        self._folder, self._log, self._pause = folder or self._private, log, pause
        (self._folder / "checkpoints").mkdir(parents=True, exist_ok=True)
        self.port, *self.ports = free_ports(count + 1)
        self.port = port or self.port
        self.address = f"http://{'127.0.0.1' if host == '*' else host}:{self.port}"
        told = environment(count, secrets.token_hex(), self._folder / "checkpoints")
        logs = [self._folder / f"replica-{index + 1}.log" for index in range(count)]
        self.logs = [*logs, self._folder / "haproxy.log"]
        self._replicas = [Replica(at, log, told, pages) for at, log in zip(self.ports, logs, strict=True)]
        self._balancer = Balancer(f"{host}:{self.port}", self.ports, self._private, self.logs[-1])
        self._serving = [False] * count

    @property
    def servers(self) -> list[subprocess.Popen[bytes]]:
        """The replicas' present processes, in the order of `ports`."""
        return [replica.server for replica in self._replicas]

    def __enter__(self) -> Replicas:
        """Returns when every replica's pages have been opened. Raises `ReplicaFailed`, `NoBalancer`."""
        try:
            self._start_balancer()
            for index in range(len(self.ports)):
                self._start(index)
            self._wait_until_all_serve()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def _stop(self) -> None:
        """The address first, so that nobody sees replicas end one by one."""
        self._balancer.stop()
        for replica in self._replicas:
            replica.stop()
        shutil.rmtree(self._private, ignore_errors=True)

    def counts(self) -> list[int]:
        """How many connections HAProxy has to each replica: every open page is one."""
        return self._balancer.counts()

    def states(self) -> list[str]:
        """Whether HAProxy takes each replica for UP, DOWN or MAINT, the last while it starts."""
        return [state for state, _seconds in self._balancer.states()]

    def _are_up(self) -> bool:
        return all(self._serving) and self._balancer.are_up()

    def kill(self, index: int) -> None:
        """End it as a crash does. `tend` starts it again."""
        self._replicas[index].kill()

    def restart(self) -> None:
        """All of them, one after the other, so that somebody always serves.

        Raises `ReplicaFailed` where one does not start anew; those after it are left as they are.
        """
        count = len(self.ports)
        self._wait_until_all_serve()
        for index in range(count):
            self._log(f"Replica {index + 1} of {count} is restarted; its learners' pages go on at the others.")
            self._take_out(index)
            self._wait(lambda index=index: self.counts()[index] == 0, _LEAVE_SECONDS)
            self._replicas[index].stop()
            self._start(index)
            self._wait_until_all_serve()
        self._log(f"All {count} replicas have been restarted.")

    def tend(self) -> None:
        """Look after everyone once: who has ended is started again, who is warm is let in."""
        if self._balancer.process.poll() is not None:
            self._log("HAProxy has ended; it is started again.")
            self._start_balancer()
        for index, (state, seconds) in enumerate(self._balancer.states()):
            replica = self._replicas[index]
            if replica.has_ended:
                self._start_again(index)
            elif replica.wants_visitor:
                replica.send_visitor()
            elif not self._serving[index] and replica.is_warm:
                self._let_in(index)
            elif self._serving[index] and state == "DOWN" and seconds >= _HUNG_SECONDS:
                self._log(f"Replica {index + 1} has given no answer for {seconds} seconds; it is ended.")
                replica.kill()

    def _start_balancer(self) -> None:
        self._balancer.start()
        self._wait(self._balancer.is_listening)
        for index, serves in enumerate(self._serving):
            if not serves:
                self._balancer.take_out(index)

    def _start(self, index: int) -> None:
        self._take_out(index)
        self._replicas[index].start()

    def _start_again(self, index: int) -> None:
        replica = self._replicas[index]
        if self._serving[index]:
            self._log(f"Replica {index + 1} is not there any more: {replica.why_it_ended()}. It is started again.")
            self._take_out(index)
        if replica.may_start:
            self._start(index)

    def _take_out(self, index: int) -> None:
        self._serving[index] = False
        self._balancer.take_out(index)

    def _let_in(self, index: int) -> None:
        self._balancer.let_in(index)
        self._serving[index] = True
        self._replicas[index].was_ready()
        self._log(f"Replica {index + 1} is ready.")

    def _wait_until_all_serve(self) -> None:
        """Until HAProxy too has found each of them in good health. Raises `ReplicaFailed`."""
        while not self._are_up():
            self.tend()
            for index, replica in enumerate(self._replicas):
                if replica.has_ended and replica.starts >= _MOST_STARTS:
                    raise ReplicaFailed(
                        f"Replica {index + 1} does not start: {replica.why_it_ended()}.\n{replica.last_words()}"
                    )
            self._pause(_LOOK_SECONDS)

    def _wait(self, holds: Callable[[], bool], seconds: float = float("inf")) -> None:
        deadline = time.monotonic() + seconds
        while not holds() and time.monotonic() < deadline:
            self._pause(_LOOK_SECONDS)
