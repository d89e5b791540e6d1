"""The folder of saved states, which replicas of a machine may share: a run goes on there where it stood elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from engines.runs.saved.saved_states import SavedStates
from ui.server.limits import PREFIX, limits

FOLDER = f"{PREFIX}CHECKPOINTS"


@st.cache_resource(show_spinner=False)
def saved_states() -> SavedStates | None:
    """Those of this server; None where its environment names no folder."""
    return states_in(os.environ)


def states_in(environment: Mapping[str, str]) -> SavedStates | None:
    """Those that an environment names. Raises `InvalidSetting` for a bound that is none."""
    folder = environment.get(FOLDER, "").strip()
    if not folder:
        return None
    return SavedStates(Path(folder).expanduser().absolute(), 1e6 * limits(environment).checkpoints_mb)
