"""One worker thread computes for all open pages, in turns of about 20 ms.

Deficit round robin (Shreedhar and Varghese, 1996): each running job in turn is granted a slice of time, and one
whose last unit ran over has that time taken from its next turn. So a job of 10 ms units gets no more of the
processor than one of 60 µs units. Between two units of whichever job runs, the worker answers calls: a pause
or a command waits for one unit, however many jobs run. Jobs are held weakly: a forgotten one stops and is freed.

>>> scheduler = Scheduler()
>>> job = scheduler.submit(Job(iter(range(1000))))
>>> job.start(units=10)
>>> while job.state == "running": time.sleep(0.01)
>>> job.units, job.snapshot, job.state
(10, 9, 'paused')
"""

from __future__ import annotations

import logging
import math
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sized
from typing import Any, NamedTuple, TypeVar

from ui.jobs.job import Job, JobClosed, JobTimeout
from ui.jobs.pages_first import PagesFirst
from ui.jobs.tempo import Tempo

__all__ = ["Job", "JobClosed", "JobTimeout", "Scheduler"]

T = TypeVar("T")

_LOG = logging.getLogger(__name__)


class Scheduler:
    """The worker and its jobs.

    `slice_seconds` is the length of a turn; `lease` how long a job runs on without being renewed; `patience` how
    long a job whose session's connection dropped is kept (Streamlit keeps such a session for 120 s), and
    `shrink_after` how long it keeps what it could make anew.
    """

    def __init__(
        self,
        slice_seconds: float = 0.02,
        clock: Callable[[], float] = time.perf_counter,
        lease: float = 90.0,
        patience: float = 150.0,
        shrink_after: float = 20.0,
    ) -> None:
        self._slice, self._clock, self._lease, self._patience = slice_seconds, clock, lease, patience
        self._shrink_after = shrink_after
        self._line: deque[weakref.ref[Job[Any]]] = deque()  # all jobs, in the order of their turns
        self._calls: deque[weakref.ref[Job[Any]]] = deque()  # jobs to attend to first
        self._wake = threading.Condition()
        self.pages_first, self.tempo = PagesFirst(), Tempo()
        self._stopped = False
        self._starting = threading.Lock()
        self._worker = self._started()

    def submit(self, job: Job[T]) -> Job[T]:
        """Give the job turns when it is started. The caller keeps it, here it is held weakly."""
        job.adopt(self._call, self._clock, self._lease)
        with self._wake:
            self._line.append(weakref.ref(job))
            self._wake.notify()
        self.revive()
        return job

    def revive(self) -> None:
        """If the worker's thread is gone, whatever ended it, a new one takes over its jobs."""
        with self._starting:
            if not self._stopped and not self._worker.is_alive():
                _LOG.error("The scheduler's thread was gone; a new one takes over.")
                self._worker = self._started()

    def _started(self) -> threading.Thread:
        worker = threading.Thread(target=self._run, name="scheduler", daemon=True)
        worker.start()
        return worker

    def jobs(self) -> list[Job[Any]]:
        """The jobs that somebody still keeps and that are not closed."""
        with self._wake:
            return [job for ref in self._line if (job := ref()) and not job.closed]

    def shutdown(self) -> None:
        """Stop the worker and wait for it; its jobs can still be closed."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self._worker.join()

    def _call(self, job: Job[Any]) -> bool:
        """Have `job` attended to; False if there is nobody to do it."""
        with self._wake:
            if not self._stopped:
                self._calls.append(weakref.ref(job))
                self._wake.notify()
        self.revive()
        return not self._stopped

    # The worker

    def _run(self) -> None:
        while True:
            with self._wake:  # while the worker waits, `turn` is None: it keeps no job
                while (turn := None if self._stopped else self._next_turn()) is None:
                    if self._stopped:
                        return
                    self._wake.wait(self._until_next_deadline())
            job, seconds = turn
            del turn
            try:
                self._serve(job, seconds)
            except BaseException as error:  # of the job's own: it ends, the others' worker goes on
                job.fail(error)
            del job

    def _next_turn(self) -> tuple[Job[Any], float] | None:
        """A job and the seconds it is granted: none for one that called, a slice for the next in line."""
        while self._calls:
            if job := self._calls.popleft()():
                return job, 0.0
        for _ in range(len(self._line)):
            ref = self._line.popleft()
            job = ref()
            if job is None or job.closed:
                continue
            self._line.append(ref)
            if job.lease.is_abandoned(self._patience):
                job.abandoned = True
                job.close()
                return job, 0.0
            if job.is_due or job.shrinks_in(self._shrink_after) <= 0:
                return job, self._slice
        return None

    def _serve(self, job: Job[Any], grant: float) -> None:
        """Attend to the job, then let it work for one slice, less what it has used in advance.

        Where there are several jobs, a page that wants to draw comes first, and ends the slice; but after a slice's
        time of waiting the worker takes its own whole one. A single page and a single job share well enough.
        """
        job.attend()
        if job.shrinks_in(self._shrink_after) <= 0:
            job.make_small()
        none_draws = self.pages_first.give_way(self._slice) if job.is_due else True
        start = self._clock()
        budget = job.balance + self._slice
        if budget > 0 and job.is_due:
            job.advance(start + budget, _Interruptions(self._calls, self.pages_first if none_draws else ()))
        used = self._clock() - start
        job.balance = min(job.balance + grant - used, self._slice)

    def _until_next_deadline(self) -> float | None:
        jobs = [job for ref in self._line if (job := ref())]
        gone = min((job.lease.left_at for job in jobs), default=math.inf) + self._patience - self._clock()
        next_one = min([gone, *(min(job.shrinks_in(self._shrink_after), job.turn_in) for job in jobs)])
        return max(next_one, 0.0) if next_one < math.inf else None


class _Interruptions(NamedTuple):
    """What ends a slice early: jobs to attend to, pages to be drawn."""

    calls: Sized
    pages: Sized

    def __bool__(self) -> bool:
        return bool(self.calls) or bool(self.pages)
