"""The run's past under its curves: a slider over its steps, and the courses that it has left."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from engines.costs.seconds import step_seconds
from engines.runs.recipe import Change, Recipe
from engines.runs.training_run import Snapshot
from ui.charts.numerals import number
from ui.experiment import session as experiments
from ui.experiment.session import Experiment
from ui.failures import guarded
from ui.frame import Page
from ui.jobs.job import JobState
from ui.jobs.live import is_live
from ui.text import Text
from ui.text.names import names
from ui.training_loop.controls import command
from ui.training_loop.stop_when import stop_when
from ui.training_loop.taken import take_run_home

_AT_ONCE = 0.5  # seconds that a jump may take; else the slider stops at the states that were kept
_STEP, _COURSE = "timeline.step", "timeline.course"


def timeline(page: Page, experiment: Experiment, shown: JobState) -> None:
    """The slider over the past of a run at rest; `shown`: the run's state."""
    _, snapshot, idle = page.text, experiment.job.snapshot, is_live(shown)
    if snapshot is None:
        return
    end = max(1, snapshot.course.steps)
    st.session_state[_STEP] = snapshot.steps
    label = _("The run's past")
    told = _("Every picture of this page shows that step. From there the run can go on as before, or otherwise.")
    options: dict[str, Any] = {"key": _STEP, "disabled": idle or not snapshot.course.steps, "help": told}
    options |= {"on_change": guarded(command(page, _go))}
    kept, seconds = _stops(experiment, snapshot)
    if seconds <= _AT_ONCE:
        st.slider(label, 0, end, **options)
    else:
        st.select_slider(label, kept, **options)
        st.caption(_("A jump takes up to about {seconds} s.").format(seconds=number(seconds)))
    if snapshot.branches:
        _courses(page, snapshot, idle)
    with st.container(horizontal=True, key="timeline.more"):
        stop_when(page)
        take_run_home(page, experiment)


def _go(experiment: Experiment) -> None:
    step = int(st.session_state[_STEP])
    experiments.go_to(experiment, experiment.run.course.recipe.at(step))


def _stops(experiment: Experiment, snapshot: Snapshot) -> tuple[list[int], float]:
    """The steps whose states are kept, with the ends; and how many seconds the longest way between two takes."""
    run = experiment.run
    kept = sorted({0, snapshot.steps, snapshot.course.steps, *run.course.known_steps()})
    trainer = run.trainer
    gap = int(np.diff(kept).max(initial=0))
    return kept, gap * step_seconds(trainer.network, trainer.batches.batch_size, trainer.dtype)


def _courses(page: Page, snapshot: Snapshot, idle: bool) -> None:
    """The run's courses to hop between: this one, and those that it has left."""
    _ = page.text
    recipes = {branch.name: branch.recipe for branch in snapshot.branches}
    labels = {name: course_label(name, recipe, _) for name, recipe in recipes.items()}
    labels[snapshot.name] = course_label(snapshot.name, snapshot.recipe, _)
    st.session_state[_COURSE] = snapshot.name
    st.segmented_control(
        _("Courses"), sorted(labels), format_func=labels.__getitem__, key=_COURSE, disabled=idle, wrap=True,
        on_change=guarded(command(page, lambda present: _hop(present, recipes))),
    )  # fmt: skip


def _hop(experiment: Experiment, recipes: dict[str, Recipe]) -> None:
    if recipe := recipes.get(st.session_state[_COURSE] or ""):
        experiments.go_to(experiment, recipe)


def course_label(name: str, recipe: Recipe, _: Text) -> str:
    """The name of a course and what was last changed on it."""
    if not recipe.edits:
        return _("{name}: as it began").format(name=name)
    last = [change for change in recipe.changes if change.step == recipe.edits[-1].step]
    said = ", ".join(change_told(change, _) for change in last)
    return _("{name}: {changes} from step {step}").format(name=name, changes=said, step=f"{last[0].step:,}")


def change_told(change: Change, _: Text) -> str:
    """A setting's name with its new value."""
    label = names(_)
    value = change.after if isinstance(change.after, str) else number(change.after)
    return f"{label[change.setting]} {label[value] if isinstance(change.after, str) else value}"
