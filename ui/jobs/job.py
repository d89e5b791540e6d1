"""A job: a generator that computes, with what a page needs to start, watch and command it.

Pages write intentions (`start`, `pause`, `close`, …) and one worker thread writes outcomes (`units`,
`snapshot`, `error`, …); `state` is read off both. So no lock is held while the work computes, and a page never
waits unless it asks to. `adopt`, `attend` and `advance` are the worker's: see `ui.jobs.scheduler`.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sized
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Generic, Literal, TypeVar

from engines.errors import EngineError
from engines.pieces import InPieces
from ui.jobs.lease import Lease
from ui.jobs.speed_limit import SpeedLimit
from ui.jobs.workload import Command, JobClosed, Workload, refuse, without_frames
from ui.server.budget import Claim

T = TypeVar("T")
R = TypeVar("R")
JobState = Literal["paused", "running", "settling", "suspended", "finished", "failed", "cancelled"]


class JobTimeout(EngineError):
    """A command that was not served in time."""


class Job(Generic[T]):
    """A computation that can be started, paused, watched and commanded; paused at first.

    `work` does one unit at each `next()`, or one piece of a unit, which yields `engines.pieces.PIECE`. Where it yields
    `STOP` after a unit, which is no unit itself, the job comes to rest as if it had reached its goal. `snapshot` is
    called by the worker between two units or pieces, at most every `interval` seconds of a run and once whenever the
    job comes to rest or has obeyed a command; it returns an immutable value (without it, the last thing that `work`
    yielded is the snapshot). Snapshots and commands that take long are generators that yield between their pieces and
    return what is wanted. `settle`, such a generator too, brings up to date what a job at rest shows, before the last
    snapshot is taken. `shrink` drops what can be had again, when the connection has been down for a while, and returns
    how many bytes are left. `release` is called once, when the job is closed or forgotten, to drop buffers that the
    garbage collector may never reach. Neither callable may refer to the job itself: a forgotten job would then wait for
    the garbage collector. `limit` is how fast it may go.
    """

    def __init__(
        self,
        work: Iterator[Any],
        snapshot: Callable[[], T | InPieces[T]] | None = None,
        interval: float = 0.25,
        release: Callable[[], None] | None = None,
        settle: Callable[[], InPieces[None]] | None = None,
        shrink: Callable[[], int] | None = None,
        limit: SpeedLimit | None = None,
    ) -> None:
        self._load = Workload(work, snapshot, release, settle)
        self._interval = interval
        self._call_worker: Callable[[Job[Any]], bool] = lambda job: False
        self._commands: deque[Command] = deque()
        self._goal: float = 0  # it runs while it has done fewer units
        self._started_at, self._started_with = 0.0, 0
        self._cancelled = self._closed = False
        self._shrink, self.is_shrunk = shrink, False
        self.limit = limit or SpeedLimit()
        self.lease = Lease(math.inf, self._load.clock)
        self.claim: Claim | None = None  # of the memory that the job's content takes
        self.abandoned = False  # the scheduler closed it: its session was away for too long
        self.balance = 0.0  # the scheduler's: seconds of turns still due; negative: used in advance

    # What a page reads

    @property
    def state(self) -> JobState:
        """What the job does now. "suspended" is a running job whose page is away for the moment; one that is
        "settling" works no further, but its last snapshot or a command takes a while."""
        load = self._load
        if load.ended or self._cancelled or self._closed:
            return load.ended or "cancelled"
        if load.units >= self._goal:  # a job that reached its goal says so when its last snapshot is there
            if load.is_busy:
                return "settling"
            if self._goal == 0 or not load.is_stale:
                return "paused"
        return "suspended" if self.lease.is_away else "running"

    @property
    def closed(self) -> bool:
        """Whether it was closed, by the page or after a long absence: all content is gone."""
        return self._closed

    @property
    def snapshot(self) -> T | None:
        """The last published snapshot; None before `Scheduler.submit` and after `close`."""
        return self._load.snapshot

    @property
    def error(self) -> BaseException | None:
        """What the work, a posted command or the snapshot raised; its traceback is kept as a note."""
        return self._load.error

    @property
    def units(self) -> int:
        """Units of work done so far."""
        return self._load.units

    @property
    def is_obedient(self) -> bool:
        """Whether no command waits or is being obeyed."""
        return not self._commands and not self._load.is_busy

    @property
    def rate(self) -> float:
        """Units per second of wall-clock time, over about the last two seconds in which the job ran."""
        return self._load.pace.rate

    # What a page commands

    def start(self, units: float = math.inf, limited: bool = True) -> None:
        """Run on; or run that many units and pause. Its speed limit holds unless told otherwise."""
        self._started_at, self._started_with = self._load.clock(), self._load.units
        self._goal = self._started_with + units
        self.limit.begin(self._started_at, limited)
        self.lease.renew()
        self._call()

    def run(self, units: int = 1, timeout: float = 5.0) -> None:
        """Run that many units, as fast as may be; returns when it rests, or at `timeout`: then it goes on alone."""
        self.start(units, limited=False)
        deadline = time.monotonic() + timeout
        while self.state in ("running", "settling") and time.monotonic() < deadline:
            time.sleep(0.002)

    def pause(self, timeout: float = 1.0) -> None:
        """Stop after the unit under way; returns when it rests and `snapshot` is current, or at `timeout`."""
        self._goal = 0
        with suppress(JobTimeout, JobClosed):
            self.do(lambda: None, timeout)

    def cancel(self) -> None:
        """End the job for good and close its generator; the last snapshot stays."""
        self._cancelled = True
        self._call()

    def close(self) -> None:
        """Cancel, and drop everything: the generator, the snapshot and the callables, after `release`."""
        self._closed = True
        if self.claim:
            self.claim.release()
        self._call()

    def do(self, command: Callable[[], R | InPieces[R]], timeout: float = 10.0) -> R:
        """Run `command` in the worker between two units; return its result or raise its exception here.

        When it returns, `snapshot` is current. Raises `JobTimeout` if that takes more than `timeout` seconds
        (a command not yet begun is dropped) and `JobClosed` if the job is closed.
        """
        answer = self._sent(command)
        try:
            return answer.result(timeout)
        except TimeoutError:
            if answer.done():  # raised by the command itself
                raise
            answer.cancel()
            raise JobTimeout(
                "The run is busy: it did not answer within {seconds} seconds. Wait a moment, then try again.",
                seconds=timeout,
            ) from None
        finally:
            del answer  # it holds the exception, whose traceback holds this frame

    def tell(self, command: Callable[[], object], patience: float = 1.0) -> None:
        """Run `command` as `do` does, but wait no longer than that many seconds: then it goes on alone.

        What it raises until then is raised here; what it raises later ends the job.
        """
        answer = self._sent(command)
        try:
            answer.result(patience)
        except TimeoutError:
            if answer.done():
                raise
            answer.add_done_callback(self._load.heed)
        finally:
            del answer

    def renew(self) -> None:
        """The page is here: go on for another lease, also after an absence."""
        if self.lease.renew():
            self._call()

    def suspend(self, is_gone: Callable[[], bool] | None = None) -> None:
        """The session's connection dropped: stop for now, and close when the scheduler's patience is over.

        `is_gone`, if given, is asked first then; if it says False, the scheduler waits as long again.
        """
        self.lease.leave(is_gone)
        self._call()

    def resume(self) -> None:
        """The session's connection is back: go on, if the job ran before and its lease has not run out."""
        if self.lease.come_back():
            self._call()

    def go_at(self, tempo: str) -> None:
        """Its speed from now on, also for a run under way."""
        if self.limit.tempo != tempo:
            self.limit.choose(tempo)
            self._call()

    def seen(self) -> None:
        """The snapshot has been drawn: a job that waits for that goes on."""
        if self.limit.is_shown_each and not self._load.is_stale:
            self.limit.see()
            self._call()

    def _sent(self, command: Callable[[], Any]) -> Future[Any]:
        """The command's answer to come: it is run in the worker between two units."""
        answer: Future[Any] = Future()
        self._commands.append((command, answer))
        self._call()
        return answer

    def _call(self) -> None:
        """Have the worker attend to this job now; a job that has no worker is served by its caller."""
        if not self._call_worker(self):
            self.attend()

    # What the worker does

    @property
    def is_due(self) -> bool:
        """Whether the job waits for a turn, and may have it."""
        return self.turn_in <= 0

    @property
    def turn_in(self) -> float:
        """In how many seconds the job is due, by its speed limit; infinite for one at rest."""
        if self._load.is_busy:
            return 0.0
        return self.limit.wait(self._load.clock()) if self._is_at_work else math.inf

    @property
    def _is_at_work(self) -> bool:
        return self._load.is_busy or (self._load.units < self._goal and self.state == "running")

    def adopt(self, call: Callable[[Job[Any]], bool], clock: Callable[[], float], lease: float) -> None:
        """Belong to a worker, which `call` calls; takes a first snapshot."""
        self._call_worker, self._load.clock, self.lease = call, clock, Lease(lease, clock)
        self._load.publish()

    def attend(self) -> None:
        """Between two units: end if told to, obey commands, take the last snapshot before a rest."""
        load = self._load
        if self._closed:
            load.dispose()
            refuse(self._commands)
            return
        if self._cancelled:
            load.end("cancelled")
        if self.is_shrunk and not self.lease.is_away:
            self.is_shrunk = False
            load.publish()
        if self._commands:
            load.obey(self._commands, self._is_at_goal)
        elif load.is_stale and not self._is_at_work:
            load.publish(resting=True)

    def _is_at_goal(self) -> bool:
        return self._load.units >= self._goal

    def shrinks_in(self, patience: float) -> float:
        """In how many seconds it is to shrink, its connection being down so long then; infinite if it is not to."""
        if self._shrink is None or self.is_shrunk or self._closed or self._load.is_busy or not self.lease.gone_for:
            return math.inf
        return patience - self.lease.gone_for

    def make_small(self) -> None:
        """Drop what can be had again; until the page is back there is no snapshot."""
        self.is_shrunk = True
        self._load.snapshot = None
        left = self._shrink() if self._shrink else 0
        if self.claim:
            self.claim.reduce(left)

    def fail(self, error: BaseException) -> None:
        """End the job because of an error that its own work, commands and snapshots did not catch."""
        with suppress(BaseException):
            self._load.end("failed", without_frames(error))

    def advance(self, deadline: float, calls: Sized) -> None:
        """A turn: work until `deadline`, or until there are `calls` to answer, and no faster than the limit allows.

        Where each unit is to be seen, its snapshot is that of a job at rest.
        """
        load = self._load
        load.pace.begin(max(self._started_at, self.lease.came_back_at), load.units)
        before, goal = load.units, self._goal
        load.advance(min(goal, before + self.limit.allowance(load.clock())), deadline, calls)
        self.limit.spend(load.units - before)
        if load.stopped and load.units > self._started_with and self._goal == goal:
            self._goal = load.units  # unless it was started there, or somebody has just started or paused it anew
        now, resting, each = load.clock(), not self._is_at_work, self.limit.is_shown_each
        load.pace.mark(now, load.units, resting=resting)
        if load.is_stale and not load.is_busy and (resting or each or now - load.snapshot_at >= self._interval):
            load.publish(resting=resting or each)
