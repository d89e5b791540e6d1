"""The controls of a training run: play, pause, step, epoch, reset, and what may change while it runs."""

from __future__ import annotations

import math
from dataclasses import fields

import streamlit as st

from engines import optimizers
from ui import experiment as experiments
from ui.experiment import Experiment
from ui.frame import Page
from ui.link import change
from ui.settings import default_rate
from ui.text.names import names

_RATES = tuple(float(f"{digit}e{power}") for power in range(-5, 3) for digit in (1, 2, 5))
_PLAY_WIDTH = 110  # "Play" and "Pause" alike, so that nothing moves
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


def run_controls(page: Page, experiment: Experiment) -> None:
    """One row: buttons, then learning rate, batch size, optimizer and its other hyperparameters."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="run_controls"):
        _buttons(page, experiment)
        _rate(page)
        _batch_size(page)
        _optimizer(page)


def is_running(experiment: Experiment) -> bool:
    return experiment.job.state in ("running", "suspended")


def _buttons(page: Page, experiment: Experiment) -> None:
    _, running = page.text, is_running(experiment)
    ended = experiment.job.state not in ("running", "suspended", "paused")
    if running:
        st.button(
            _("Pause"),
            width=_PLAY_WIDTH,
            icon=":material/pause:",
            type="primary",
            key="pause",
            on_click=_pause,
            args=(experiment,),
        )
    else:
        st.button(
            _("Play"),
            width=_PLAY_WIDTH,
            icon=":material/play_arrow:",
            type="primary",
            key="play",
            on_click=experiment.job.start,
            disabled=ended,
        )
    idle = {"disabled": running or ended, "args": (experiment,)}
    st.button(_("Step"), icon=":material/skip_next:", key="step", on_click=_step, **idle)
    st.button(_("Epoch"), icon=":material/fast_forward:", key="epoch", on_click=_epoch, **idle)
    st.button(_("Reset"), icon=":material/restart_alt:", key="reset", on_click=_reset)


def _pause(experiment: Experiment) -> None:
    experiment.job.pause()
    experiment.job.do(experiment.run.evaluate)


def _step(experiment: Experiment) -> None:
    experiment.job.do(experiment.run.single_step)


def _epoch(experiment: Experiment) -> None:
    experiment.job.start(units=experiment.run.steps_to_epoch_end)


def _reset() -> None:
    experiments.start_over(st.session_state.settings)


def _rate(page: Page) -> None:
    _, rate, key = page.text, page.settings.learning_rate, "control.rate"
    st.session_state[key] = rate
    st.select_slider(
        _("Learning rate"),
        options=sorted({*_RATES, rate}),
        format_func=lambda value: f"{value:g}",
        key=key,
        on_change=lambda: change(learning_rate=st.session_state[key]),
        width=140,
    )


def _batch_size(page: Page) -> None:
    _ = page.text
    size, key, samples = page.settings.batch_size, "control.batch_size", len(page.data.y_train)
    st.session_state[key] = size
    st.select_slider(
        _("Batch size"),
        options=sorted({*(batch for batch in _BATCHES if batch < samples), samples, size}),
        key=key,
        on_change=lambda: change(batch_size=st.session_state[key]),
        width=120,
    )


def _optimizer(page: Page) -> None:
    _, settings, key = page.text, page.settings, "control.optimizer"
    st.session_state[key] = settings.optimizer
    st.selectbox(
        _("Optimizer"),
        optimizers.names(),
        format_func=lambda name: optimizers.get(name).label,
        key=key,
        on_change=_choose_optimizer,
        args=(key,),
        width=118,
    )
    present = settings.make_optimizer()
    others = [spec for spec in fields(present) if spec.name != "learning_rate"]
    if others:
        with st.popover(_("More"), width="content"):
            st.latex(present.rule)
            for spec in others:
                _hyperparameter(spec.name, spec.metadata, getattr(present, spec.name), names(_)[spec.name])


def _choose_optimizer(key: str) -> None:
    name = st.session_state[key]
    if name not in optimizers.names():  # a label still under way when the page changed
        return
    change(optimizer=name, learning_rate=default_rate(name), hyperparameters=())


def _hyperparameter(name: str, metadata: dict, value: float, label: str) -> None:
    """A control made from the dataclass field, within the bounds that the field states."""
    key = f"control.{name}"
    st.session_state[key] = value
    st.number_input(
        label,
        min_value=float(metadata["minimum"]),
        max_value=math.nextafter(metadata["below"], 0) if math.isfinite(metadata["below"]) else None,
        step=metadata["typical"] / 20,
        format="%g",
        key=key,
        on_change=_change_hyperparameter,
        args=(name, key),
    )


def _change_hyperparameter(name: str, key: str) -> None:
    settings = st.session_state.settings
    values = dict(settings.hyperparameters) | {name: st.session_state[key]}
    standard = optimizers.get(settings.optimizer)()
    kept = tuple((other, value) for other, value in values.items() if value != getattr(standard, other))
    change(hyperparameters=kept)
