"""Controls of the experiment's optimizer, and of any optimizer's hyperparameters, made from its dataclass fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from engines import optimizers
from engines.optimizers.base import Optimizer
from ui.experiment.link import change
from ui.experiment.readers import read_number, write_number
from ui.experiment.settings import default_rate
from ui.failures import guarded
from ui.frame import Page
from ui.parts.fields import number_field
from ui.text import Text
from ui.text.optimizer_names import optimizer_name

RATES = tuple(float(f"{digit}e{power}") for power in range(-5, 3) for digit in (1, 2, 5))


def rate_slider(label: str, rate: float, key: str, changed: Callable[[float], object], **options: Any) -> None:
    """A slider over learning rates; `changed` gets the new one."""
    st.session_state[key] = rate
    st.select_slider(
        label,
        sorted({*RATES, rate}),
        format_func=write_number,
        key=key,
        on_change=guarded(lambda: changed(st.session_state[key])),
        **options,
    )


def hyperparameter_field(
    label: str, optimizer: Optimizer, name: str, key: str, changed: Callable[[float], object], _: Text
) -> None:
    """A field for one hyperparameter, read and checked as the optimizer does; `changed` gets the new value."""

    def read(text: str) -> float:
        return getattr(replace(optimizer, **{name: read_number(text)}), name)

    number_field(label, getattr(optimizer, name), key, read, changed, _, help=_.terms([name]))


def optimizer_select(page: Page, key: str, width: int) -> None:
    """The experiment's optimizer; another one begins with its own default rate."""
    _ = page.text
    st.session_state[key] = page.settings.optimizer
    st.selectbox(
        _("Optimizer"),
        optimizers.names(),
        format_func=lambda name: optimizer_name(optimizers.get(name), _),
        key=key,
        on_change=_choose_optimizer,
        args=(key,),
        width=width,
        help=_.terms(("optimizer", page.settings.optimizer)),
    )


def learning_rate_slider(page: Page, key: str, width: int) -> None:
    """The experiment's learning rate."""
    _ = page.text
    looks = {"width": width, "help": _.term("learning_rate")}
    rate_slider(_("Learning rate"), page.settings.learning_rate, key, lambda rate: change(learning_rate=rate), **looks)


@guarded
def _choose_optimizer(key: str) -> None:
    name = st.session_state[key]
    if name in optimizers.names():  # else a label still under way when the page changed
        change(optimizer=name, learning_rate=default_rate(name), hyperparameters=())
