"""Reading what was brought: a job of this session, with progress, whose outcome nobody else sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

from engines.datasets.own import Material, Preparation, Upload, read_in_pieces, understood
from ui.frame import Page
from ui.jobs import live
from ui.jobs.job import Job
from ui.own_data import desk
from ui.own_data.progress import progress
from ui.parts.upload import Taken
from ui.server.budget import OverBudget
from ui.server.uploads import UploadRefused

_READING = "own_data.reading"  # in st.session_state: the key of the job, the job, what the files are called


@dataclass(frozen=True, eq=False)
class Read:
    """How much is read; at last what the files hold, and what that seems to be."""

    share: float
    material: Material | None = None
    understood: Preparation | None = None


def begin(taken: Sequence[Taken], uploads: Sequence[Upload], size: int) -> None:
    """Read these files, of which nothing else holds the bytes. Raises `OverBudget`.

    What was brought before stays until they are read, if there is memory for both.
    """
    stop()
    key = desk.numbered("own_data.read")
    try:
        job = live.attach(key, lambda: Job(_reading(taken, uploads)), size=size)
    except OverBudget:
        if desk.brought() is None:
            raise
        desk.clear()
        job = live.attach(key, lambda: Job(_reading(taken, uploads)), size=size)
    st.session_state[_READING] = key, job, " + ".join(upload.name for upload in uploads)
    job.start()


def stop() -> None:
    """Read no further."""
    if under_way := st.session_state.pop(_READING, None):
        live.drop(under_way[0])


def read_on(page: Page) -> None:
    """How far the reading is; once it is done what was read is laid out, or it is said why it could not be."""
    if (under_way := st.session_state.get(_READING)) is None:
        return
    _, (key, job, title) = page.text, under_way
    if not job.closed:
        live.attach(key, lambda: job)
    live.wait(lambda: not live.is_live(job.state), 0.3)
    state = job.state
    label = _("Reading {name}").format(name=title)
    live.watch(job, state, lambda: progress(page, job, label, stop))
    if live.is_live(state):
        return
    last: Read | None = job.snapshot
    if state == "finished" and last and last.material and last.understood:
        claim, job.claim = job.claim, None  # so it is kept when the job goes
        if claim:
            claim.reduce(last.material.nbytes)
        desk.lay_out(desk.Brought(title, last.material, last.understood, claim))
    else:
        desk.refuse(desk.failed(job) or _left(title))
    stop()
    st.rerun()


def _reading(taken: Sequence[Taken], uploads: Sequence[Upload]) -> Iterator[Read]:
    """Holds what was taken until all is read."""
    material = None
    for read in read_in_pieces(uploads):
        material = read.material
        yield Read(min(read.share, 0.99))
    for file in taken:
        file.file.close()
    if material is not None:
        yield Read(1.0, material, understood(material))


def _left(title: str) -> UploadRefused:
    return UploadRefused(
        "{name} was not read to its end: its page was closed too long. Choose it once more.", name=title
    )
