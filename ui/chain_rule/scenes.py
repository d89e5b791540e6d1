"""The choice of the Chain rule page's scene; each one's walk begins at the start."""

from __future__ import annotations

import streamlit as st

from ui.chain_rule.view import SCENES, ChainRuleView
from ui.experiment.link import change_view
from ui.failures import guarded
from ui.frame import Page

_KEY = "view.scene"


def choose_scene(page: Page) -> None:
    """A row of the four scenes, in the chapter's order."""
    _ = page.text
    labels = {
        "scalars": _("Functions of functions"),
        "homework": _("By hand: 2-2-1"),
        "network": _("The live network"),
        "fourways": _("Four ways to a derivative"),
    }
    st.session_state[_KEY] = page.view.scene
    st.segmented_control(
        _("Scene"), SCENES, format_func=labels.get, required=True, wrap=True, key=_KEY, on_change=_chosen,
        label_visibility="collapsed",
    )  # fmt: skip


@guarded
def _chosen() -> None:
    scene = st.session_state[_KEY]
    if scene in SCENES and isinstance(st.session_state.view, ChainRuleView):
        change_view(scene=scene, node=None, way="forward", edge=0, entry=None)
