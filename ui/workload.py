"""What a job computes: the part of it that the worker thread writes and that pages only read.

A generator that does one unit of work at each `next()`, how far it is, its last snapshot and how it ended.
Exceptions are kept without their frames, which would keep the job and its tensors alive; the traceback stays
as text, in the exception's notes.
"""

from __future__ import annotations

import math
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sized
from concurrent.futures import Future
from typing import Any, Generic, Literal, TypeVar

from engines.errors import EngineError

T = TypeVar("T")
End = Literal["finished", "failed", "cancelled"]
Command = tuple[Callable[[], Any], Future[Any]]
NOTHING_NEW = object()  # what work yields that has nothing to show or do yet: the rest of its turn is for others


class JobClosed(EngineError):
    """A command for a job that was closed, by its page or because its session was gone for long."""


class Workload(Generic[T]):
    """`work` and what came of it; `ui.job.Job` says what the arguments mean."""

    def __init__(
        self, work: Iterator[Any], take_snapshot: Callable[[], T] | None, release: Callable[[], None] | None
    ) -> None:
        self._work, self._take_snapshot, self._release = work, take_snapshot, release
        self._last: Any = None
        self.clock = time.perf_counter
        self.units = 0
        self.pace = Pace()
        self.snapshot: T | None = None
        self.snapshot_at = -math.inf
        self._snapshot_units = 0
        self.ended: End | None = None
        self.error: BaseException | None = None

    def advance(self, goal: float, deadline: float, calls: Sized) -> None:
        """Do units of work up to `goal`, until `deadline`, or until there are `calls` to answer."""
        clock, work, keeps_last = self.clock, self._work, self._take_snapshot is None
        try:
            while self.units < goal and not calls and clock() < deadline:
                if keeps_last:
                    made = next(work)
                    if made is NOTHING_NEW:
                        return
                    self._last = made
                else:
                    next(work)  # not kept: a record that somebody holds may cost its maker more
                self.units += 1
        except StopIteration:
            self.end("finished")
        except BaseException as error:
            self.end("failed", _without_frames(error))

    def obey(self, commands: deque[Command]) -> None:
        """Run the waiting commands; whoever waits for an answer gets it when the snapshot is current."""
        answers: list[tuple[Callable[[Any], None], Any]] = []
        while commands:
            command, answer = commands.popleft()
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answers.append((answer.set_result, command()))
            except BaseException as error:
                answers.append((answer.set_exception, _without_frames(error)))
        self.publish()
        for settle, value in answers:
            settle(value)

    @property
    def is_stale(self) -> bool:
        """Whether work was done since the last snapshot."""
        return self._snapshot_units != self.units

    def publish(self) -> None:
        """Take a snapshot; the job fails if that fails."""
        try:
            self._publish()
        except BaseException as error:
            self.end("failed", _without_frames(error))

    def _publish(self) -> None:
        self.snapshot = self._take_snapshot() if self._take_snapshot else self._last
        self._snapshot_units, self.snapshot_at = self.units, self.clock()

    def end(self, how: End, error: BaseException | None = None) -> None:
        """Close the generator, take a last snapshot, then say so. The first end and the first error count."""
        self.error = self.error or error
        if self.ended:
            return
        work, self._work = self._work, iter(())
        try:
            if isinstance(work, Generator):
                work.close()
            self._publish()
        except BaseException as late:
            how, self.error = "failed", self.error or _without_frames(late)
        self.ended = how

    def heed(self, answer: Future[Any]) -> None:
        """End if a command that nobody waits for raised."""
        if error := answer.exception():
            self.end("failed", error)

    def dispose(self) -> None:
        """Close the generator, call `release`, drop everything."""
        release, self._release, self._take_snapshot, self._last = self._release, None, None, None
        self.end("cancelled")
        self.snapshot = None
        try:
            if release:
                release()
        except BaseException as error:
            self.error = self.error or _without_frames(error)

    __del__ = dispose  # a forgotten job is closed


class Pace:
    """Units per second of wall-clock time, over about the last two seconds of running."""

    def __init__(self, seconds_between: float = 0.125, marks: int = 17) -> None:
        self._seconds_between = seconds_between
        self._marks: deque[tuple[float, int]] = deque([(-math.inf, 0)], maxlen=marks)

    def begin(self, resumed_at: float, units: int) -> None:
        """Count from `resumed_at` on, unless a later time is already noted."""
        if resumed_at > self._marks[-1][0]:
            self._marks = deque([(resumed_at, units)], maxlen=self._marks.maxlen)

    def mark(self, now: float, units: int, *, resting: bool) -> None:
        """Note how far the work is: now and then, and when it comes to rest."""
        if resting or now - self._marks[-1][0] >= self._seconds_between:
            self._marks.append((now, units))

    @property
    def rate(self) -> float:
        """Units per second; 0 before anything is known."""
        marks = self._marks
        (first, done_then), (last, done) = marks[0], marks[-1]
        return (done - done_then) / (last - first) if last > first else 0.0


def refuse(commands: deque[Command]) -> None:
    """Answer the waiting commands with `JobClosed`."""
    while commands:
        _, answer = commands.popleft()
        if answer.set_running_or_notify_cancel():
            answer.set_exception(JobClosed("This run was closed."))


def _without_frames(error: BaseException) -> BaseException:
    error.add_note("".join(traceback.format_exception(error)))
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
