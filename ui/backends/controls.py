"""Learning rate and optimizer of the experiment, to be changed beside the picture that they shape."""

from __future__ import annotations

import streamlit as st

from engines import optimizers
from ui.frame import Page
from ui.hyperparameters import rate_slider
from ui.link import change
from ui.settings import default_rate


def optimizer_select(page: Page) -> None:
    """Another optimizer begins with its own default rate."""
    _, key = page.text, "backends.optimizer"
    st.session_state[key] = page.settings.optimizer
    st.selectbox(
        _("Optimizer"),
        optimizers.names(),
        format_func=lambda name: optimizers.get(name).label,
        key=key,
        on_change=_choose_optimizer,
        args=(key,),
        width=130,
    )


def learning_rate(page: Page) -> None:
    _, key = page.text, "backends.rate"
    rate_slider(_("Learning rate"), page.settings.learning_rate, key, _change_rate, key, width=170)


def _change_rate(key: str) -> None:
    change(learning_rate=st.session_state[key])


def _choose_optimizer(key: str) -> None:
    name = st.session_state[key]
    if name in optimizers.names():  # else a label still under way when the page changed
        change(optimizer=name, learning_rate=default_rate(name), hyperparameters=())
