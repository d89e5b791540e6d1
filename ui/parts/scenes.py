"""The scenes of a page: one table says what each is called in the link, how it is labelled, and what draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from ui.failures import guarded
from ui.frame import Page

_KEY = "view.scene"


class Scene(NamedTuple):
    """One scene: its label, to be translated, and what draws it."""

    label: str
    draw: Callable[..., Any]


def choose_scene(page: Page, scenes: Mapping[str, Scene], label: str, **reset: Any) -> None:
    """A row of the scenes, by their names in the link; with another scene the view's fields in `reset` go back."""
    st.session_state[_KEY] = page.view.scene
    st.segmented_control(
        label,
        list(scenes),
        format_func=lambda name: page.text(scenes[name].label) if name in scenes else "",
        required=True,
        wrap=True,
        key=_KEY,
        on_change=guarded(partial(_chosen, page, scenes, reset)),
        label_visibility="collapsed",
    )


def _chosen(page: Page, scenes: Mapping[str, Scene], reset: Mapping[str, Any]) -> None:
    if (name := st.session_state[_KEY]) in scenes:
        page.change(scene=name, **reset)
