"""The app's server with an instrument in it: `python watched_server.py BOARD run dashboard.py …`, else as `streamlit`.

It writes to the file BOARD when the training of one seed last made a step, and the most processor time that a unit
of work in the scheduler's thread, or a page, took without a break. It works with two processors, as Streamlit
Community Cloud does. Nothing of the app is imported before the app's own folder, the present one, comes first.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

WATCHED_SEED = 4242
STEPS, STEPPED_AT, UNIT_SECONDS, PAGE_SECONDS = range(4)
_BYTES = 8 * 4
_PROCESSORS = 2


def board(path: Path) -> memoryview:
    """The numbers in the file, one for each of the names above; what one process writes another reads at once."""
    if not path.exists() or not path.stat().st_size:
        path.write_bytes(bytes(_BYTES))
    with path.open("r+b") as file:
        return memoryview(mmap.mmap(file.fileno(), _BYTES)).cast("d")


def watch(numbers: memoryview) -> None:
    """Have the app's classes write to the board."""
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

    from engines.batches import Batches
    from ui.jobs.workload import Workload

    _count_steps(Batches, numbers)
    _time_work(Workload, numbers)
    for name in ("_proceed", "obey", "publish"):  # what the worker does besides: commands and snapshots
        if hasattr(Workload, name):
            setattr(Workload, name, _timed(getattr(Workload, name), numbers, UNIT_SECONDS))
    ScriptRunner._run_script = _timed(ScriptRunner._run_script, numbers, PAGE_SECONDS)


def _count_steps(batches: Any, numbers: memoryview) -> None:
    """Every step draws a batch."""
    make, draw = batches.__init__, batches.draw

    def made(self: Any, samples: int, batch_size: int, seed: int) -> None:
        make(self, samples, batch_size, seed)
        self.is_watched = seed == WATCHED_SEED

    def drawn(self: Any) -> Any:
        if self.is_watched:
            numbers[STEPPED_AT] = perf_counter()
            numbers[STEPS] += 1
        return draw(self)

    batches.__init__, batches.draw = made, drawn


def _time_work(workload: Any, numbers: memoryview) -> None:
    """Every unit of a job, or piece of one, between which the worker may turn to other jobs."""
    make = workload.__init__

    @wraps(make)
    def made(self: Any, work: Iterator[Any], *rest: Any, **named: Any) -> None:
        make(self, _units(work, _timed(work.__next__, numbers, UNIT_SECONDS)), *rest, **named)

    workload.__init__ = made


def _units(work: Iterator[Any], unit: Callable[[], Any]) -> Iterator[Any]:
    try:
        while True:
            try:
                yield unit()
            except StopIteration:
                return
    finally:
        if hasattr(work, "close"):
            work.close()


def _timed(function: Callable[..., Any], numbers: memoryview, place: int) -> Callable[..., Any]:
    @wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        start = thread_time()
        try:
            return function(*arguments, **named)
        finally:
            if (spent := thread_time() - start) > numbers[place]:  # else no write: the reader may just set it to 0
                numbers[place] = spent

    return timed


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_PROCESSORS])
    path = Path(sys.argv.pop(1)).absolute()
    sys.path[0] = os.getcwd()
    watch(board(path))
    from streamlit.web.cli import main as streamlit

    streamlit(prog_name="streamlit")


if __name__ == "__main__":
    main()
