"""The controls of a training run: play, pause, step, epoch, reset, and what may change while it runs."""

from __future__ import annotations

from dataclasses import fields

import streamlit as st

from engines import optimizers
from ui import experiment as experiments
from ui.experiment import Experiment
from ui.frame import Page
from ui.hyperparameters import hyperparameter_field, learning_rate_slider, optimizer_select
from ui.job import State
from ui.link import change
from ui.text.names import names
from ui.transport import play_or_pause

_STEP, _LONG_STEP = 5.0, 0.5  # seconds that the page waits for one step; a long one is watched like a run
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


def run_controls(page: Page, experiment: Experiment) -> State:
    """One row: buttons, then learning rate, batch size, optimizer and its other hyperparameters.

    Returns the state of the run for which the buttons were drawn.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="run_controls"):
        shown = _buttons(page, experiment)
        learning_rate_slider(page, "control.rate", 140)
        _batch_size(page)
        _optimizer(page)
    return shown


def _buttons(page: Page, experiment: Experiment) -> State:
    _, job = page.text, experiment.job
    shown = play_or_pause(page, job, job.pause)
    idle = {"disabled": shown != "paused", "args": (experiment,)}
    st.button(_("Step"), icon=":material/skip_next:", key="step", on_click=_step, **idle)
    st.button(_("Epoch"), icon=":material/fast_forward:", key="epoch", on_click=_epoch, **idle)
    st.button(_("Reset"), icon=":material/restart_alt:", key="reset", on_click=_reset)
    return shown


def _step(experiment: Experiment) -> None:
    experiment.job.run(units=1, timeout=_LONG_STEP if experiment.run.trainer.is_heavy else _STEP)


def _epoch(experiment: Experiment) -> None:
    experiment.job.start(units=experiment.run.steps_to_epoch_end)


def _reset() -> None:
    experiments.start_over(st.session_state.settings)


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
    _ = page.text
    optimizer_select(page, "control.optimizer", 118)
    present = page.settings.make_optimizer()
    others = [spec for spec in fields(present) if spec.name != "learning_rate"]
    if others:
        with st.popover(_("More"), width="content"):
            st.latex(present.rule)
            for spec in others:
                key = f"control.{spec.name}"
                value, label = getattr(present, spec.name), names(_)[spec.name]
                hyperparameter_field(label, spec, value, key, _change_hyperparameter, spec.name, key)


def _change_hyperparameter(name: str, key: str) -> None:
    settings = st.session_state.settings
    values = dict(settings.hyperparameters) | {name: st.session_state[key]}
    standard = optimizers.get(settings.optimizer)()
    kept = tuple((other, value) for other, value in values.items() if value != getattr(standard, other))
    change(hyperparameters=kept)
