"""Runs that a change of the settings has ended, since other data or layers cannot take them over."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from engines.runs.recipe import Recipe
from ui.experiment.settings import Settings


class Ended(NamedTuple):
    """The settings that shaped a run from its first step, and how far it had come; its recipe, if it has one."""

    settings: Settings
    steps: int
    recipe: Recipe | None = None


def remember(key: str, settings: Settings, steps: int, recipe: Recipe | None = None) -> None:
    """The session's run of that key gives way to another one. One that had not begun is no loss."""
    if steps:
        st.session_state[_place(key)] = Ended(settings, steps, recipe)


def recall(key: str) -> Ended | None:
    """The last run of that key that ended so."""
    return st.session_state.get(_place(key))


def forget(key: str) -> None:
    st.session_state.pop(_place(key), None)


def _place(key: str) -> str:
    return f"{key}.ended"
