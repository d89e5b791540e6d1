"""Reading what was brought: a job of this session, with progress, whose outcome nobody else sees."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from engines.datasets.own import MORE, USUAL, Material, Preparation, Upload, read_in_pieces, understood
from ui.frame import Page
from ui.jobs import live
from ui.jobs.job import Job
from ui.own_data import desk
from ui.own_data.progress import progress
from ui.parts.upload import Taken
from ui.server.budget import Claim, OverBudget
from ui.server.uploads import UploadRefused

_READING = "own_data.reading"  # in st.session_state: what is under way


@dataclass(frozen=True, eq=False)
class Read:
    """How much is read; at last what the files hold, and what that seems to be."""

    share: float
    material: Material | None = None
    understood: Preparation | None = None


class _Room:
    """The memory of the reading: asked for by the worker, which claims it."""

    def __init__(self) -> None:
        self.claim: Claim | None = None
        self.asked = MORE

    def __call__(self, size: int) -> None:
        self.asked = size
        if self.claim is not None:
            self.claim.grow(size)


@dataclass(frozen=True, eq=False)
class _UnderWay:
    """A reading: the key of its job, the job, whose files are held by nothing else, and the memory it has."""

    key: str
    job: Job[Read]
    taken: Sequence[Taken]
    uploads: Sequence[Upload]
    room: _Room

    @property
    def title(self) -> str:
        """What the files are called."""
        return " + ".join(upload.name for upload in self.uploads)


def begin(taken: Sequence[Taken], uploads: Sequence[Upload], size: int = MORE) -> None:
    """Read these files, of which nothing else holds the bytes, in so much memory at first.

    What was brought before stays until they are read, if there is memory for both. Where there is not enough for them
    alone it is said.
    """
    stop()
    room, key = _Room(), desk.numbered("own_data.read")

    def attached() -> Job[Read]:
        return live.attach(key, lambda: Job(_reading(taken, uploads, room)), size=size)

    try:
        try:
            job = attached()
        except OverBudget:
            if desk.brought() is None:
                raise
            desk.clear()
            job = attached()
    except OverBudget as error:
        desk.refuse(_no_room(uploads[0].name, size, error.available))
        return
    room.claim = job.claim
    st.session_state[_READING] = _UnderWay(key, job, taken, uploads, room)
    job.start()


def stop() -> None:
    """Read no further."""
    if under_way := st.session_state.pop(_READING, None):
        live.drop(under_way.key)


def read_on(page: Page) -> None:
    """How far the reading is; once it is done what was read is laid out, or it is said why it could not be."""
    under_way: _UnderWay | None = st.session_state.get(_READING)
    if under_way is None:
        return
    _, job, title = page.text, under_way.job, under_way.title
    if not job.closed:
        live.attach(under_way.key, lambda: job)
    live.wait(lambda: not live.is_live(job.state), 0.3)
    state = job.state
    label = _("Reading {name}").format(name=title)
    live.watch(job, state, lambda: progress(page, job, label, stop))
    if live.is_live(state):
        return
    _ended(under_way, job.snapshot if state == "finished" else None)
    st.rerun()


def _ended(under_way: _UnderWay, last: Read | None) -> None:
    job, title, error = under_way.job, under_way.title, desk.failed(under_way.job)
    if last and last.material and last.understood:
        claim, job.claim = job.claim, None  # so it is kept when the job goes
        if claim:
            claim.reduce(last.material.nbytes)
        desk.lay_out(desk.Brought(title, last.material, last.understood, claim))
    elif isinstance(error, OverBudget) and under_way.room.asked > MORE:  # the worker cannot ask others to make room
        begin(under_way.taken, under_way.uploads, under_way.room.asked)
        return
    else:
        desk.refuse(error or _left(title))
    stop()


def _reading(taken: Sequence[Taken], uploads: Sequence[Upload], room: _Room) -> Iterator[Read]:
    """Closes what was taken when all is read."""
    material = None
    for read in read_in_pieces(uploads, replace(USUAL, room=room)):
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


def _no_room(name: str, size: int, available: float) -> UploadRefused:
    return UploadRefused(
        "Reading {name} takes {asked} MB of memory, but {free} MB are free for you now. Pack it (.gz or .zip), bring "
        "fewer images, remove data of yours below, or try again when others have left.",
        name=name,
        asked=f"{math.ceil(size / 1e6):,}",
        free=f"{math.floor(max(0.0, available) / 1e6):,}",
    )
