"""Making a data set of what was brought, by the present choices: a job of this session, begun anew at each choice."""

from __future__ import annotations

import streamlit as st

from engines.datasets.base import Dataset
from engines.datasets.own import Prepared, prepared_in_pieces, prepared_price
from engines.errors import EngineError
from ui import failures
from ui.failures import guarded
from ui.frame import Page
from ui.jobs import live
from ui.jobs.job import Job
from ui.own_data import desk
from ui.own_data.progress import progress


def prepare(page: Page, brought: desk.Brought) -> Dataset | None:
    """The data set by the present choices; None as long as there is none, and then it is said why not.

    How the last one looked stays on the desk until then.
    """
    _ = page.text
    try:
        job = _job(brought)
    except EngineError as error:  # it would be too large
        _say_why_not(page, error)
        return None
    live.wait(lambda: not live.is_live(job.state), 0.3)
    state = job.state
    live.watch(job, state, lambda: progress(page, job, _("Preparing the images")))
    if (made := _made(job)) is not None and made.look is not None:
        desk.show(made.look)
        return made.data
    if state == "failed":
        _say_why_not(page, desk.failed(job))
    return None


def prepared() -> Dataset | None:
    """The data set that is ready now, in a callback."""
    job: Job[Prepared] | None = st.session_state.get(desk.PREPARED_OF, (None, None, None))[2]
    made = _made(job) if job else None
    return made.data if made else None


def hand_over() -> None:
    """The data set is held by the session now, which has claimed its memory: once is enough."""
    job: Job[Prepared] | None = st.session_state.get(desk.PREPARED_OF, (None, None, None))[2]
    if job and job.claim:
        job.claim.reduce(0)


def prepare_anew() -> None:
    """The session may not hold it any more: it is made again, and its memory claimed."""
    live.drop(desk.PREPARING)
    st.session_state.pop(desk.PREPARED_OF, None)


def _made(job: Job[Prepared]) -> Prepared | None:
    """What the job has made, if it is done."""
    return job.snapshot if job.state == "finished" and not job.closed else None


def _job(brought: desk.Brought) -> Job[Prepared]:
    """The job for what is chosen now; that for other choices goes, and with it the data set it made.

    Raises `InvalidData` or `OverBudget` where it would take too much memory.
    """
    material, choices = brought.material, desk.chosen()
    of_what, of_choices, job = st.session_state.get(desk.PREPARED_OF, (None, None, None))
    if job is None or job.closed or of_what is not brought or of_choices != choices:
        prepare_anew()  # so that its memory is free
        size = prepared_price(material, choices)
        job = live.attach(desk.PREPARING, lambda: Job(prepared_in_pieces(material, choices, brought.title)), size=size)
        st.session_state[desk.PREPARED_OF] = brought, choices, job
        job.start()
        return job
    return live.attach(desk.PREPARING, lambda: job)


def _say_why_not(page: Page, error: Exception | None) -> None:
    """The choices make no data set: the sentence, and the way back."""
    _ = page.text
    st.error(failures.told(error, "data", _))
    before = desk.worked()
    if before is not None and isinstance(error, EngineError):
        st.button(
            _("Take the change back"), key="own_data.undo", icon=":material/undo:",
            on_click=guarded(lambda: desk.choose(before)),
        )  # fmt: skip
