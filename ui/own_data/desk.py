"""What this session has brought to the page, and what is chosen to be made of it: all of it goes with the session.

Only the files' content is held (`Material`), and what was prepared of it last; the memory of both is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from engines.datasets.own import Look, Material, Preparation
from ui.jobs import live
from ui.jobs.job import Job
from ui.server.budget import Claim
from ui.server.uploads import UploadRefused

PREPARING = "own_data.prepare"  # the job that makes the data set
PREPARED_OF = "own_data.prepared_of"  # in st.session_state: what was brought and chosen for that job, and the job
_BROUGHT, _CHOSEN, _LOOK, _REFUSED, _NUMBER = (
    f"own_data.{name}" for name in ("brought", "chosen", "look", "refused", "number")
)


@dataclass(frozen=True, eq=False)
class Brought:
    """What was read of the files. `title`: what they are called; `understood`: the choices that it began with.

    `claim` is of the memory for the material.
    """

    title: str
    material: Material = field(repr=False)
    understood: Preparation
    claim: Claim | None = field(repr=False, default=None)


def brought() -> Brought | None:
    """What the page is about, if something has been brought."""
    return st.session_state.get(_BROUGHT)


def lay_out(new: Brought) -> None:
    """These files take the place of those before, whose memory is free then."""
    clear()
    st.session_state[_BROUGHT], st.session_state[_CHOSEN] = new, (new.understood, None)
    live.spare("own_data", _make_room)  # the files can be brought again


def _make_room() -> None:
    """Another page needs the memory."""
    if (before := brought()) is not None:
        refuse(UploadRefused("{name} made room for another page: bring it again to correct it.", name=before.title))
    clear()


def clear() -> None:
    """Nothing is held any more; what is in use as a data set stays so."""
    live.drop(PREPARING)
    for key in (_BROUGHT, _CHOSEN, _LOOK, PREPARED_OF):
        st.session_state.pop(key, None)


def chosen() -> Preparation:
    """What is to be made of what was brought."""
    return st.session_state[_CHOSEN][0]


def choose(preparation: Preparation) -> None:
    """Make that of it instead."""
    st.session_state[_CHOSEN] = preparation, st.session_state[_CHOSEN][1]


def worked() -> Preparation | None:
    """The last choices of which a data set could be made."""
    return st.session_state[_CHOSEN][1]


def look() -> Look | None:
    """How the last data set looked that could be made."""
    return st.session_state.get(_LOOK)


def show(seen: Look) -> None:
    """The present choices make a data set that looks so."""
    st.session_state[_LOOK] = seen
    st.session_state[_CHOSEN] = chosen(), chosen()


def refused() -> Exception | None:
    """Why the files brought last were not taken."""
    return st.session_state.get(_REFUSED)


def refuse(error: Exception | None) -> None:
    """Say why, until other files come; None takes it back."""
    st.session_state[_REFUSED] = error


def numbered(name: str) -> str:
    """A name that no other claim or job of this session has."""
    st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
    return f"{name}.{st.session_state[_NUMBER]}"


def failed(job: Job[Any]) -> Exception | None:
    """What the job raised, without the frames in which the files' bytes would live on."""
    error = job.error
    return error.with_traceback(None) if isinstance(error, Exception) else None
