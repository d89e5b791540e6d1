"""The controls of a training run: play, pause, step, epoch, reset, and what may change while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import partial

import streamlit as st

from ui.experiment import session as experiments
from ui.experiment.link import change, present_view
from ui.experiment.session import Experiment
from ui.experiment.settings import hyperparameters_of
from ui.experiment.way_back import way_back
from ui.failures import guarded
from ui.frame import Page, at_present
from ui.jobs.job import JobState
from ui.jobs.speed_limit import NORMAL, SLOW_SECONDS
from ui.parts.hyperparameters import hyperparameter_field, learning_rate_slider, optimizer_select
from ui.parts.transport import play_or_pause
from ui.parts.widgets import select
from ui.text.names import names

_STEP, _LONG_STEP = 5.0, 0.5  # seconds that the page waits for one step; a long one is watched like a run
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


def run_controls(page: Page, experiment: Experiment) -> JobState:
    """One row: buttons, then learning rate, batch size, optimizer and its other hyperparameters.

    Returns the state of the run for which the buttons were drawn.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="run_controls"):
        shown = _buttons(page, experiment)
        _tempo(page, experiment)
        learning_rate_slider(page, "control.rate", 112)
        _batch_size(page)
        _optimizer(page)
    experiment.run.stop_rule = page.view.stop
    steps = experiment.job.snapshot.steps if experiment.job.snapshot else 0
    way_back(experiments.KEY, experiments.origin(page.settings), steps, page.text)
    return shown


def _buttons(page: Page, experiment: Experiment) -> JobState:
    _, job = page.text, experiment.job
    shown = play_or_pause(page, job, command(page, _start), command(page, _pause))
    idle = shown != "paused"
    st.button(_("Step"), icon=":material/skip_next:", key="step", on_click=guarded(command(page, _step)), disabled=idle)
    st.button(
        _("Epoch"), icon=":material/fast_forward:", key="epoch", on_click=guarded(command(page, _epoch)), disabled=idle
    )
    st.button(_("Reset"), icon=":material/restart_alt:", key="reset", on_click=guarded(at_present(page, _reset)))
    return shown


def command(page: Page, do: Callable[[Experiment], object]) -> Callable[[], None]:
    """The callback of a button: `do` is called with the session's run by the settings of that moment."""
    return at_present(page, lambda now: do(experiments.session_experiment(now.settings)))


def _start(experiment: Experiment) -> None:
    experiment.job.go_at(present_view().tempo)  # of a run just made, too
    experiment.job.start()


def _pause(experiment: Experiment) -> None:
    experiment.job.pause()


def _step(experiment: Experiment) -> None:
    experiment.job.run(units=1, timeout=_LONG_STEP if experiment.run.trainer.is_heavy else _STEP)


def _epoch(experiment: Experiment) -> None:
    """To the epoch's end, at once unless somebody wants to see each step."""
    tempo = present_view().tempo
    experiment.job.go_at(tempo)
    experiment.job.start(units=experiment.run.steps_to_epoch_end, limited=tempo == "slow")


def _reset(page: Page) -> None:
    experiments.start_over(page.settings)


def _tempo(page: Page, experiment: Experiment) -> None:
    """How fast the run may go, beside the button that starts it; from now on also for the run under way."""
    _ = page.text
    labels = {"auto": _("auto"), "slow": _("slow"), "normal": _("normal"), "fast": _("fast")}
    told = _(
        "Slow: every step is shown. Normal: {normal:g} steps a second. Fast: as fast as the computer can. "
        "Auto: slow for {seconds:g} seconds, then twice as fast each second. The tempo changes no number."
    )
    select("tempo", _("Tempo"), labels, width=98, help=told.format(normal=NORMAL, seconds=SLOW_SECONDS))
    experiment.job.go_at(page.view.tempo)


def _batch_size(page: Page) -> None:
    _ = page.text
    size, key, samples = page.settings.batch_size, "control.batch_size", len(page.data.y_train)
    st.session_state[key] = size
    st.select_slider(
        _("Batch size"),
        options=sorted({*(batch for batch in _BATCHES if batch < samples), samples, size}),
        key=key,
        on_change=guarded(lambda: change(batch_size=st.session_state[key])),
        width=94,
        help=_.term("batch"),
    )


def _optimizer(page: Page) -> None:
    _ = page.text
    optimizer_select(page, "control.optimizer", 110)
    present = page.settings.make_optimizer()
    others = [spec for spec in fields(present) if spec.name != "learning_rate"]
    if others:
        with st.popover(_("More"), width="content"):
            st.latex(present.rule)
            for spec in others:
                changed = partial(_change_hyperparameter, spec.name)
                hyperparameter_field(names(_)[spec.name], present, spec.name, f"control.{spec.name}", changed, _)


def _change_hyperparameter(name: str, value: float) -> None:
    settings = st.session_state.settings
    standard = hyperparameters_of(settings.optimizer)
    values = standard | dict(settings.hyperparameters) | {name: value}
    change(hyperparameters=tuple((other, values[other]) for other in standard if values[other] != standard[other]))
