"""What a job computes: the part of it that the worker thread writes and that pages only read.

A generator that does one unit of work at each `next()`, how far it is, its last snapshot and how it ended.
Exceptions are kept without their frames, which would keep the job and its tensors alive; the traceback stays
as text, in the exception's notes.
"""

from __future__ import annotations

import logging
import math
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sized
from concurrent.futures import Future
from functools import partial
from typing import Any, Generic, Literal, TypeVar

from engines.errors import EngineError
from engines.pieces import PIECE, STOP, InPieces

T = TypeVar("T")
End = Literal["finished", "failed", "cancelled"]
Errand = Generator[Any, None, Callable[[], None] | None]  # returns what is to be done when it is over
Command = tuple[Callable[[], Any], Future[Any]]
_LOG = logging.getLogger(__name__)
_NOTE = "In a job:\n"
NOTHING_NEW = object()  # what work yields that has nothing to show or do yet: the rest of its turn is for others


class JobClosed(EngineError):
    """A command for a job that was closed, by its page or because its session was gone for long."""


class Workload(Generic[T]):
    """`work` and what came of it; `ui.jobs.job.Job` says what the arguments mean.

    Commands, snapshots and the end are *errands*: they come before the next unit, and where they take long they are
    generators that stop between their pieces, as the work itself may (`engines.pieces`).
    """

    def __init__(
        self,
        work: Iterator[Any],
        take_snapshot: Callable[[], T | InPieces[T]] | None,
        release: Callable[[], None] | None,
        settle: Callable[[], InPieces[None]] | None = None,
    ) -> None:
        self._work, self._take_snapshot, self._release, self._settle = work, take_snapshot, release, settle
        self._errands: deque[Errand] = deque()
        self._between_pieces = False
        self._ending = False
        self._last: Any = None
        self.clock = time.perf_counter
        self.units = 0
        self.stopped = False
        self.pace = Pace()
        self.snapshot: T | None = None
        self.snapshot_at = -math.inf
        self._snapshot_units = 0
        self.ended: End | None = None
        self.error: BaseException | None = None

    def advance(self, goal: float, deadline: float, calls: Sized) -> None:
        """Go on with an errand, then do units of work up to `goal`; until `deadline` or until there are `calls`.

        Work that yields `STOP` has come to where it was to stop: that is no unit, and `stopped` until the next turn.
        """
        clock, self.stopped = self.clock, False
        try:
            while self.is_busy and not calls and clock() < deadline:
                self._proceed()
            while self.units < goal and not self._errands and not calls and clock() < deadline:
                signal = self._next()
                if signal is PIECE:
                    continue
                if signal is STOP:
                    self.stopped = True
                if signal is not None:
                    return
                self.units += 1
        except StopIteration:
            self.end("finished")
        except BaseException as error:
            self.end("failed", without_frames(error))

    def _next(self) -> object:
        """Do the next of the work: None for a unit, else the word that it is none.

        Without a snapshot to take, the unit's own value is kept. Else it is let go at once: a record that somebody
        holds may cost its maker more.
        """
        made = next(self._work)
        if made is PIECE or made is STOP:
            return made
        if self._take_snapshot is None:
            if made is NOTHING_NEW:
                return made
            self._last = made
        return None

    # Errands

    @property
    def is_busy(self) -> bool:
        """Whether an errand stopped between two of its pieces."""
        return self._between_pieces

    @property
    def is_stale(self) -> bool:
        """Whether work was done since the last snapshot."""
        return self._snapshot_units != self.units

    def obey(self, commands: deque[Command], is_resting: Callable[[], bool]) -> None:
        """Run the waiting commands; whoever waits for an answer gets it when the snapshot is current."""
        self._begin(self._obeyed(commands, is_resting))

    def publish(self, *, resting: bool = False) -> None:
        """Take a snapshot, before a rest when all is settled; the job fails if that fails."""
        self._begin(self._published(resting))

    def end(self, how: End, error: BaseException | None = None) -> None:
        """Close the generator, take a last snapshot, then say so. The first end and the first error count."""
        self.error = self.error or error
        if not self._ending:
            self._ending = True
            self._begin(self._ended(how))

    def _begin(self, errand: Errand) -> None:
        """The first piece of an errand now, unless another one is under way."""
        self._errands.append(errand)
        if len(self._errands) == 1:
            self._proceed()

    def _proceed(self) -> None:
        """A piece of the errand under way; those that wait begin when it is done."""
        while self._errands:
            try:
                next(self._errands[0])
                self._between_pieces = True
                return
            except StopIteration as end:
                self._between_pieces = False
                if self._errands:  # not disposed of meanwhile
                    self._errands.popleft()
                if end.value:
                    end.value()

    def _obeyed(self, commands: deque[Command], is_resting: Callable[[], bool]) -> Errand:
        taken: list[Future[Any]] = []
        answers: list[tuple[Callable[[Any], None], Any]] = []
        try:
            while commands:
                command, answer = commands.popleft()
                if not answer.set_running_or_notify_cancel():
                    continue
                taken.append(answer)
                try:
                    made = command()
                    if isinstance(made, Generator):
                        made = yield from made
                    answers.append((answer.set_result, made))
                except GeneratorExit:
                    raise
                except BaseException as error:
                    answers.append((answer.set_exception, without_frames(error)))
            yield from self._published(is_resting())
        except GeneratorExit:
            for answer in taken:
                answer.set_exception(JobClosed("This run was closed."))
            raise
        return partial(_answer, answers)

    def _published(self, resting: bool) -> Errand:
        try:
            if resting and self._settle:
                yield from self._settle()
            yield from self._taken()
        except GeneratorExit:
            raise
        except BaseException as error:
            self.error = self.error or without_frames(error)
            if not self._ending:
                self._ending = True
                yield from self._ended("failed")
        return None

    def _taken(self) -> Errand:
        snapshot: Any = self._take_snapshot() if self._take_snapshot else self._last
        if isinstance(snapshot, Generator):
            snapshot = yield from snapshot
        self.snapshot = snapshot
        self._snapshot_units, self.snapshot_at = self.units, self.clock()
        return None

    def _ended(self, how: End) -> Errand:
        work, self._work = self._work, iter(())
        try:
            if isinstance(work, Generator):
                work.close()
            yield from self._taken()
        except GeneratorExit:
            raise
        except BaseException as late:
            how, self.error = "failed", self.error or without_frames(late)
        self.ended = how
        return None

    def heed(self, answer: Future[Any]) -> None:
        """End if a command that nobody waits for raised."""
        if error := answer.exception():
            self.end("failed", error)

    def dispose(self) -> None:
        """Close the generator, call `release`, drop everything."""
        release, self._release, self._take_snapshot = self._release, None, None
        self._settle = self._last = None
        errands, self._errands, self._between_pieces = self._errands, deque(), False
        for errand in errands:
            errand.close()
        self._ending = self.ended is not None
        self.end("cancelled")
        self.snapshot = None
        try:
            if release:
                release()
        except BaseException as error:
            self.error = self.error or without_frames(error)

    __del__ = dispose  # a forgotten job is closed


def _answer(answers: list[tuple[Callable[[Any], None], Any]]) -> None:
    for settle, value in answers:
        settle(value)


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


def without_frames(error: BaseException) -> BaseException:
    """The error without what its frames hold. The log gets the traceback, unless it is an engine's refusal.

    Somebody's code may raise one and the same object again and again: the note of the time before gives way, or each
    traceback would contain all those before it.
    """
    error.__notes__ = [note for note in getattr(error, "__notes__", ()) if not note.startswith(_NOTE)]
    told = "".join(traceback.format_exception(error))
    if not isinstance(error, EngineError):
        _LOG.error("%s%s", _NOTE, told)
    error.add_note(_NOTE + told)
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
