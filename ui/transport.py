"""The button that starts a job and the one that pauses it, in the same place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.frame import Page
from ui.job import Job

_WIDTH = 110  # "Play" and "Pause" alike, so that nothing moves


def is_running(job: Job[Any]) -> bool:
    return job.state in ("running", "suspended")


def is_idle(job: Job[Any]) -> bool:
    """Whether the job waits for its next command."""
    return job.state == "paused"


def play_or_pause(page: Page, job: Job[Any], pause: Callable[[], object], prefix: str = "") -> None:
    """Play, or while the job runs Pause; their keys are "play" and "pause" after `prefix`."""
    _, shape = page.text, {"width": _WIDTH, "type": "primary"}
    if is_running(job):
        st.button(_("Pause"), key=f"{prefix}pause", icon=":material/pause:", on_click=pause, **shape)
    else:
        st.button(
            _("Play"), key=f"{prefix}play", icon=":material/play_arrow:", on_click=job.start,
            disabled=not is_idle(job), **shape,
        )  # fmt: skip
