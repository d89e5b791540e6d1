"""Live runs in Streamlit: a session's jobs, and the fragment that draws them.

A page's part: `job = attach(key, make)`, buttons with `on_click=job.start` and `on_click=job.pause`, and
`watch(job, state, draw)` with the state those were drawn for. Jobs live in the session's state, so that a page
finds its job again. When the browser's connection drops, `st.cache_resource(scope="session")` releases the
session's `Presence` and its jobs stop at once; Streamlit keeps a session for 120 s, and the first script run after
a reconnection lets them go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import streamlit as st
from streamlit import runtime
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import ScriptRunContext, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from ui import failures
from ui.browser.quiet import watch_for_silence
from ui.jobs.job import Job, JobState
from ui.jobs.presence import Presence
from ui.jobs.process import scheduler
from ui.jobs.tempo import SLOWEST
from ui.reader import reader
from ui.server.budget import Budget, Claim, OverBudget
from ui.server.limits import limits

T = TypeVar("T")

_FOR_RUNS = 0.25  # of everybody's memory: what nobody needs does not take it
_JOBS = "_live_jobs"  # this session's jobs by key, in st.session_state
_SPARE = "_live_spare"  # what its pages could make again, by name


def _script() -> ScriptRunContext:
    """The script that runs here: of which session, and of which page."""
    script = get_script_run_ctx()
    assert script is not None, "live jobs belong to a page's session"
    return script


@st.cache_resource(show_spinner=False, scope="session", on_release=Presence.drop)
def _presence() -> Presence:
    return Presence(partial(runtime.get_instance().is_active_session, _script().session_id))


def present(page: str = "") -> None:
    """This session is connected. The frame says so at each script run: jobs of all its pages may go on.

    Where the page is to start again, its jobs are closed.
    """
    presence = _presence()
    presence.turn_to(page)
    if failures.starts_anew():
        presence.close_page()
    for key, job in _jobs().items():
        with suppress(OverBudget):  # the job's own page says it
            _grow(key, job)
            presence.welcome(job)


def grow(key: str) -> None:
    """What this session's job dropped while the connection was down is made anew. Raises `OverBudget`."""
    job = _jobs()[key]
    _grow(key, job)
    _presence().welcome(job)


def _grow(key: str, job: Job[Any]) -> None:
    if job.is_shrunk and job.claim and job.claim.size < job.claim.full:
        job.claim = claimed(key, job.claim.full)


def _jobs() -> dict[str, Job[Any]]:
    # Reading the session's state ends a script that the server has stopped. As that happens before the presence
    # is dropped, a script that outlives its connection gets no further than here with a presence made too late.
    return st.session_state.setdefault(_JOBS, {})


def attach(key: str, make: Callable[[], Job[T]], *, renew: bool = False, size: int = 0) -> Job[T]:
    """This session's job of that key; made the first time, after it was closed, and with `renew` in any case.

    A job that is replaced is closed. `size`, in bytes, is claimed before it is made: raises `OverBudget`, and then
    the job of before is still there.
    """
    presence, jobs = _presence(), _jobs()
    if renew or key not in jobs or jobs[key].closed:
        claim = claimed(key, size)
        drop(key)
        jobs[key] = scheduler().submit(make())
        jobs[key].claim = claim
    presence.welcome(jobs[key], renew=True)
    return jobs[key]


def claimed(what: str, size: int, shared: Hashable = None) -> Claim:
    """So many bytes for something that this session holds, as long as the claim is kept.

    `shared` is what other sessions may hold too: for all of them it counts once. What other pages hold in spare for
    this session has to go first. Raises `OverBudget`.
    """
    session = _script().session_id
    try:
        return budget().claim(session, what, size, shared)
    except OverBudget:
        if not _let_go():
            raise
        return budget().claim(session, what, size, shared)


def claimed_if_free(what: str, size: int) -> Claim | None:
    """As `claimed`, but a half of it, a quarter or nothing where there is no more, and nobody has to go for it.

    What can be done without takes nothing from those who come: a part of everybody's memory stays free for their runs.
    """
    for share in (1.0, 0.5, 0.25, 0.125):
        with suppress(OverBudget):
            claim = budget().claim(_script().session_id, what, int(share * size), leave=_FOR_RUNS)
            claim.share = share
            return claim
    return None


def spare(what: str, let_go: Callable[[], object]) -> None:
    """This page holds something that can be made again: another page may have its place, then `let_go` is called."""
    st.session_state.setdefault(_SPARE, {})[what] = _script().page_script_hash, let_go


def _let_go() -> bool:
    """Let go of what was held in spare on other pages; whether there was anything."""
    spares, here = st.session_state.get(_SPARE, {}), _script().page_script_hash
    others = [what for what, (page, _let_go) in spares.items() if page != here]
    for what in others:
        spares.pop(what)[1]()
    return bool(others)


@st.cache_resource(show_spinner=False)
def budget() -> Budget:
    """The memory of the process's sessions."""
    allowed = limits()
    return Budget(allowed.session_mb * 1e6, allowed.sessions_mb * 1e6)


def drop(key: str) -> None:
    """Close this session's job of that key, if there is one."""
    if job := _jobs().pop(key, None):
        job.close()


def watch(
    job: Job[Any],
    shown: JobState,
    draw: Callable[[], object],
    every: float = 0.5,
    sooner: Callable[[], float | None] = lambda: None,
) -> None:
    """Call `draw` now and, while the job runs, every so many seconds, in a fragment of its own.

    At a moment at which `sooner` says a shorter time, after that one, unless there is a crowd.

    `shown` is the job's state for which the page drew its buttons; the job may have stopped since. When the job
    starts or stops by itself the whole page is run once, so that its buttons are right. In a crowd all pages are drawn
    less often (`ui.jobs.tempo`), for which nothing else is run.
    """
    live, key, tempo = is_live(shown), f"watch.{id(job)}", scheduler().tempo

    def wish() -> float:
        return every if tempo.is_stretched else sooner() or every

    wanted = wish()
    interval = tempo.interval(wanted)
    if live:
        watch_for_silence(reader(), SLOWEST * every)
    else:
        st.empty()  # in its place, or all that follows would be built again when the job starts

    @st.fragment(run_every=interval if live else None)
    def picture() -> None:
        nonlocal interval, wanted
        asked, presence = time.perf_counter(), _presence()
        _jobs()
        presence.welcome(job, renew=True)
        with failures.survived("picture", key), scheduler().pages_first.drawing():
            began = time.perf_counter()
            draw()
            tempo.note(asked, began, time.perf_counter(), wanted)
            job.seen()
        if is_live(job.state) != live:
            st.rerun()
        wanted = wish()
        if live and tempo.interval(wanted) != interval:
            interval = tempo.interval(wanted)
            _run_every(interval)

    picture()


def _run_every(seconds: float) -> None:
    """Have the present fragment run at another interval: as `st.fragment` says it, but without a run of the page."""
    message = ForwardMsg()
    message.auto_rerun.interval = seconds
    message.auto_rerun.fragment_id = ThreadState.get().fragment_id or ""
    _script().enqueue(message)


def wait(done: Callable[[], bool], seconds: float) -> None:
    """Wait in a page until that is so, at most so many seconds; the worker has the time."""
    deadline = time.monotonic() + seconds
    with scheduler().pages_first.waiting():
        while not done() and time.monotonic() < deadline:
            time.sleep(0.005)


def is_prepared(job: Job[Any], label: str, patience: float = 0.3) -> bool:
    """Whether the job has its first snapshot; if not within `patience` seconds, `label` is shown until it has.

    The page is then run again. A large network's first snapshot takes a while: it comes in pieces.
    """
    wait(lambda: job.snapshot is not None or job.closed, patience)
    if job.snapshot is not None or not is_live(job.state):
        return True

    @st.fragment(run_every=0.5)
    def waiting() -> None:
        presence = _presence()
        _jobs()
        presence.welcome(job, renew=True)
        with failures.survived("picture", f"wait.{id(job)}"):
            st.caption(label)
        if job.snapshot is not None or not is_live(job.state):
            st.rerun()

    waiting()
    return False


def is_live(state: JobState) -> bool:
    """Whether a job in that state works, or would if its page were there; one that settles does so soon."""
    return state in ("running", "settling", "suspended")
