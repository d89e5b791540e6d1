"""Why does it not learn: one line where a run stands still or has broken down, "Try it", and what came of it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import streamlit as st

from engines.errors import EngineError
from engines.runs.diagnosis.remedies import remedied
from engines.runs.snapshot import Snapshot
from ui.charts.markup import caption
from ui.experiment import session as experiments
from ui.experiment.link import change, open_recipe
from ui.experiment.session import Experiment
from ui.failures import guarded
from ui.frame import Page
from ui.jobs.job import JobState
from ui.jobs.live import is_live
from ui.text import Text
from ui.training_loop.diagnosis_words import cause, suggestion
from ui.training_loop.kept import keep_beside
from ui.training_loop.trial import Trial, outcome

_TRIAL = "diagnosis.trial"


def begin_trial(page: Page, experiment: Experiment) -> None:
    """A run that was brought to where a trial begins goes on from there, as far as the trial lasts."""
    trial: Trial | None = st.session_state.get(_TRIAL)
    if trial is None or not trial.is_pending or experiments.wanted() is not None:
        return
    st.session_state[_TRIAL] = trial.begun
    if trial.is_of(experiment.run.recipe):
        experiment.job.go_at(page.view.tempo)
        experiment.job.start(units=trial.steps, limited=page.view.tempo == "slow")


def standstill(page: Page, experiment: Experiment, shown: JobState) -> None:
    """Under the curves, which stay where they are: why the run stands still, or what came of a trial."""
    snapshot = experiment.job.snapshot
    with st.container(key="diagnosis"):
        if snapshot is None or snapshot.divergence:
            return
        if told := _trial_told(snapshot, is_live(shown), page.text):
            st.html(caption(told))
        if snapshot.finding:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.html(caption(f"{cause(snapshot, page.text)} {_tried(snapshot, page.text)}"), width="stretch")
                try_it(page, snapshot)


def try_it(page: Page, snapshot: Snapshot) -> None:
    """The button that reruns with the one change, where there is one."""
    if snapshot.finding and snapshot.finding.remedy:
        _ = page.text
        told = _("The run goes on with this change, and you see what comes of it.")
        looks: Any = {"icon": ":material/healing:", "help": told}
        st.button(_("Try it"), key="diagnosis.try", on_click=guarded(lambda: _try(_)), **looks)


def broken_told(snapshot: Snapshot, _: Text) -> str:
    """Why a run has broken down, what to try, and, if that came of a trial, what had been tried."""
    told = [_trial_told(snapshot, False, _), cause(snapshot, _), _tried(snapshot, _)]
    return " ".join(each for each in told if each)


def _tried(snapshot: Snapshot, _: Text) -> str:
    finding = snapshot.finding
    if finding is None or finding.remedy is None:
        return ""
    return suggestion(remedied(snapshot.recipe, finding.remedy, snapshot.good_step), snapshot.recipe, _)


def _trial_told(snapshot: Snapshot, runs: bool, _: Text) -> str:
    trial: Trial | None = st.session_state.get(_TRIAL)
    return outcome(trial, snapshot, runs, _) if trial is not None and not trial.is_pending else ""


def _try(_: Text) -> None:
    """The run of this moment with its remedy. What it was stays beside it: as a course, or on the shelf."""
    experiment = experiments.held_experiment()
    if experiment is None:
        return
    experiment.job.pause()
    snapshot = experiment.job.snapshot
    if snapshot is None or snapshot.finding is None or snapshot.finding.remedy is None:
        return
    finding, remedy = snapshot.finding, snapshot.finding.remedy
    recipe = remedied(snapshot.recipe, remedy, snapshot.good_step)
    st.session_state[_TRIAL] = Trial(finding, snapshot.recipe, recipe, bool(snapshot.divergence))
    if remedy.makes_another_run:
        with suppress(EngineError):  # a full shelf takes no more
            keep_beside(snapshot, _)
    if remedy.start != "here":
        open_recipe(recipe)
        return
    now = st.session_state.settings.under(recipe.conditions)
    change(learning_rate=now.learning_rate, hyperparameters=now.hyperparameters)
