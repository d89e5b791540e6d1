"""The button that starts a job and the one that pauses it, in the same place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.failures import guarded
from ui.frame import Page
from ui.jobs.job import Job, JobState
from ui.jobs.live import is_live

_WIDTH = 110  # "Play" and "Pause" alike, so that nothing moves


def is_running(job: Job[Any]) -> bool:
    return is_live(job.state)


def play_or_pause(
    page: Page, job: Job[Any], start: Callable[[], object], pause: Callable[[], object], prefix: str = ""
) -> JobState:
    """Play, or while the job runs Pause; their keys are "play" and "pause" after `prefix`.

    `start` and `pause` are callbacks: they find the session's job of the moment themselves (`ui.frame.at_present`).

    Returns the state it was drawn for. What else depends on it goes by that one reading, since the job may stop at
    any moment: a page that reads twice can show a pause button for a job that nobody watches any more.
    """
    _, state = page.text, job.state
    shape: dict[str, Any] = {"width": _WIDTH, "type": "primary"}
    if is_live(state) and state != "settling":
        st.button(_("Pause"), key=f"{prefix}pause", icon=":material/pause:", on_click=guarded(pause), **shape)
    else:
        st.button(
            _("Play"), key=f"{prefix}play", icon=":material/play_arrow:", on_click=guarded(start),
            disabled=state != "paused", **shape,
        )  # fmt: skip
    return state
