"""A computation that takes its time: run by the process's scheduler, with progress, cancel and shared results.

The work is a plain generator of `engines` that yields frozen records with a `share` from 0 to 1; the last one is
the result. Results are kept for all sessions by what shaped them: what one student computed, the next one sees
at once. Those of data that a session has brought stay with that session.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, Protocol

import streamlit as st

from engines.costs.seconds import check_minutes
from engines.errors import EngineError
from ui import failures
from ui.jobs import live
from ui.jobs.job import Job
from ui.page import Page
from ui.server import private
from ui.server.limits import limits
from ui.server.results import Results
from ui.server.weight import weight

_AT_ONCE_SECONDS = 0.2  # work that is done by then never shows a progress bar


class Progress(Protocol):
    """What the work yields."""

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        ...


@st.cache_resource(show_spinner=False)
def results() -> Results:
    """The process's results."""
    return Results(limits().results_mb * 1e6)


def known_result(key: str, identity: Hashable) -> Any:
    """What has been found for these, for everybody or on this session's own data; None if nothing has."""
    found = results().get((key, identity))
    return private.results().get((key, identity)) if found is None and private.is_in_use() else found


def _keep(key: str, identity: Hashable, result: Any) -> None:
    (private.results() if private.is_in_use() else results()).put((key, identity), result)


def long_work(
    page: Page,
    key: str,
    identity: Hashable,
    make: Callable[[], Iterator[Progress | object]],
    label: str,
    draw: Callable[[Any], object] = lambda _record: None,
    first: Any = None,
    size: int = 0,
    seconds: float = 0.0,
    goes_on: bool = False,
) -> Any:
    """Call `draw` with the result; until it is there, with what there is so far, over a progress bar.

    Returns the result, None as long as it is not there; the page runs again when it is. `key` names the work on this
    page, `identity` everything that shapes its result: where it changes, the work under way is dropped and begun
    anew. `first`, if given, is drawn as long as there is no record yet. `size` is what the work and its result take,
    in bytes: raises `OverBudget` if this session may not have that. `seconds` is what it takes of a processor: raises
    `TakesTooLong` if that is more than this server allows. `goes_on` says that what is there so far is kept: the
    progress stands above its picture, and after Cancel the work can go on.
    """
    if (result := known_result(key, identity)) is not None:
        live.drop(_name(key))
        draw(result)
        return result
    job = _job(key, identity, make, size, seconds)
    state = job.state  # read once: it may finish at any moment
    if state == "finished":
        _keep(key, identity, job.snapshot)
        _keep_only_the_result(job)
        draw(job.snapshot)
        return job.snapshot
    live.watch(job, state, lambda: _under_way(page, key, job, draw, label, first, goes_on))
    return None


def _keep_only_the_result(job: Job[Any]) -> None:
    if job.claim:
        job.claim.reduce(weight(job.snapshot))


def stop(key: str) -> None:
    """End this session's work of that key, if there is any."""
    live.drop(_name(key))


def _name(key: str) -> str:
    return f"work.{key}"


def _job(
    key: str, identity: Hashable, make: Callable[[], Iterator[Progress | object]], size: int, seconds: float
) -> Job[Any]:
    """This session's job for that identity, started when it is new."""
    name = _name(key)
    held = st.session_state.get(name)
    if held is not None and held[0] == identity and not held[1].closed:
        return live.attach(name, lambda: held[1])
    check_minutes(seconds, limits().minutes)
    live.drop(name)  # so that its memory is free
    job = live.attach(name, lambda: Job(make()), renew=True, size=size)
    live.spare(name, lambda: live.drop(name))
    st.session_state[name] = (identity, job)
    job.start()
    live.wait(lambda: job.state not in ("running", "settling"), _AT_ONCE_SECONDS)
    return job


def _under_way(
    page: Page, key: str, job: Job[Any], draw: Callable[[Any], object], label: str, first: Any, goes_on: bool
) -> None:
    """What there is so far, and under or above it how far it is; or why it stopped."""
    so_far = first if job.snapshot is None else job.snapshot
    above = st.container() if goes_on else None
    if so_far is not None:
        draw(so_far)
    with above or st.container():
        _progress(page, key, job, label, so_far, goes_on)


def _progress(page: Page, key: str, job: Job[Any], label: str, so_far: Any, goes_on: bool) -> None:
    """How far the work is, and the way to end it; or why it ended, and the way to begin it anew."""
    _ = page.text
    if job.state in ("failed", "cancelled"):
        _stopped(page, key, job, label, goes_on)
        return
    share = 0.0 if so_far is None else min(1.0, so_far.share)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(share, f"{label} · {share:.0%}")
        if st.button(_("Cancel"), key=f"{key}.cancel", icon=":material/close:"):
            job.cancel()
            st.rerun()


def _stopped(page: Page, key: str, job: Job[Any], label: str, goes_on: bool) -> None:
    """Why the work ended without a result, and the way to begin it anew."""
    _, error = page.text, job.error
    if job.state == "cancelled":
        st.caption(_("Cancelled: {label}").format(label=label))
    elif isinstance(error, EngineError):
        st.error(_.error(error))
    else:
        told = _("{label} failed: {reason}. The details are in the server's log.")
        st.error(told.format(label=label, reason=failures.reason(error, _)))
    again = _("Continue") if goes_on and job.state == "cancelled" else _("Start again")
    if st.button(again, key=f"{key}.again", icon=":material/restart_alt:"):
        st.session_state.pop(_name(key), None)
        st.rerun()
