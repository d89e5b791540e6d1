"""Controls of the experiment's optimizer, and of any optimizer's hyperparameters, made from its dataclass fields."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import Field
from typing import Any

import streamlit as st

from engines import optimizers
from ui.frame import Page
from ui.link import change
from ui.settings import default_rate

RATES = tuple(float(f"{digit}e{power}") for power in range(-5, 3) for digit in (1, 2, 5))


def rate_slider(label: str, rate: float, key: str, changed: Callable[..., object], *args: Any, **options: Any) -> None:
    """A slider over learning rates; the callback finds the new one under `key`."""
    st.session_state[key] = rate
    st.select_slider(
        label, sorted({*RATES, rate}), format_func="{:g}".format, key=key, on_change=changed, args=args, **options
    )


def hyperparameter_field(
    label: str, spec: Field, value: float, key: str, changed: Callable[..., object], *args: Any
) -> None:
    """A field for a number within the bounds that the dataclass field states; the callback finds it under `key`."""
    below = spec.metadata["below"]
    st.session_state[key] = value
    st.number_input(
        label,
        min_value=float(spec.metadata["minimum"]),
        max_value=math.nextafter(below, 0) if math.isfinite(below) else None,
        step=spec.metadata["typical"] / 20,
        format="%g",
        key=key,
        on_change=changed,
        args=args,
    )


def optimizer_select(page: Page, key: str, width: int) -> None:
    """The experiment's optimizer; another one begins with its own default rate."""
    _ = page.text
    st.session_state[key] = page.settings.optimizer
    st.selectbox(
        _("Optimizer"),
        optimizers.names(),
        format_func=lambda name: optimizers.get(name).label,
        key=key,
        on_change=_choose_optimizer,
        args=(key,),
        width=width,
    )


def learning_rate_slider(page: Page, key: str, width: int) -> None:
    """The experiment's learning rate."""
    _ = page.text
    rate_slider(_("Learning rate"), page.settings.learning_rate, key, _change_rate, key, width=width)


def _choose_optimizer(key: str) -> None:
    name = st.session_state[key]
    if name in optimizers.names():  # else a label still under way when the page changed
        change(optimizer=name, learning_rate=default_rate(name), hyperparameters=())


def _change_rate(key: str) -> None:
    change(learning_rate=st.session_state[key])
