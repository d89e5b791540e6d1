"""How far a job of this page is, and the way to end it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.frame import Page
from ui.jobs import live
from ui.jobs.job import Job


def progress(page: Page, job: Job[Any], label: str, stop: Callable[[], object] | None = None) -> None:
    """A bar while the job works, else nothing."""
    if not live.is_live(job.state):
        return
    _ = page.text
    share = job.snapshot.share if job.snapshot is not None else 0.0
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, share), f"{label} · {share:.0%}")
        if stop and st.button(_("Cancel"), key="own_data.cancel", icon=":material/close:"):
            stop()
            st.rerun()
