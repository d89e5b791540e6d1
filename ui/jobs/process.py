"""What the process sets up once, for all sessions: its scheduler, its threads, and what can wait for the first page."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from ui.jobs.scheduler import Scheduler
from ui.server import sources, tidy

_SWITCH_SECONDS = 0.001
_FIRST_PAGE_SECONDS = 1.0  # the first visitor's page comes before what can wait


def scheduler() -> Scheduler:
    """The one scheduler of the process, its worker alive."""
    the_one = _scheduler()
    the_one.revive()
    return the_one


@st.cache_resource(show_spinner=False)
def _scheduler() -> Scheduler:
    return Scheduler()


def warm_up(*tasks: Callable[[], object]) -> None:
    """Once a process: set its threads up and, when the first page is on the screen, run `tasks`; then freeze.

    A full garbage collection holds the GIL, with torch loaded for 150 ms; with everything frozen it takes almost
    nothing. What is frozen can never be collected, so this comes early in the process's life, and jobs drop their
    buffers explicitly.
    """
    _warm_up(tasks)


def is_warm() -> bool:
    """Whether the tasks of `warm_up` are done."""
    return _warm_up(()).is_set()


@st.cache_resource(show_spinner=False)
def _warm_up(_tasks: tuple[Callable[[], object], ...]) -> threading.Event:
    _use_one_thread()
    sources.look_for_none()
    # A thread that waits for the GIL asks for it after this time. NumPy and torch let go of it often, Python
    # code in the worker does not: at the usual 5 ms a page's 20 hand-overs to the server take 200 ms, at 1 ms 40.
    sys.setswitchinterval(_SWITCH_SECONDS)
    scheduler()
    warm = threading.Event()
    threading.Thread(target=_finish, args=(_tasks, warm), name="warm-up", daemon=True).start()
    return warm


def _finish(tasks: tuple[Callable[[], object], ...], warm: threading.Event) -> None:
    time.sleep(_FIRST_PAGE_SECONDS)
    for task in tasks:
        task()
    _use_one_thread()
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
    tidy.start()
    warm.set()


def _use_one_thread() -> None:
    """One BLAS and torch thread: with two, training is slower by far as soon as a neighbour is busy."""
    for variable in ("OMP_NUM_THREADS", "NPROC"):  # for libraries that are loaded later; the second is JAX's
        os.environ.setdefault(variable, "1")
    with suppress(ImportError):
        from threadpoolctl import threadpool_limits

        threadpool_limits(1)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
