"""A run that a link, a reload or another server wants at a later step: the way there, and that it has come back."""

from __future__ import annotations

import streamlit as st

from engines.runs.identity import environment_code
from engines.runs.recipe import Recipe
from engines.runs.training_run import Snapshot
from ui.browser.page import if_lost
from ui.charts.markup import escaped
from ui.experiment import session as experiments
from ui.experiment.session import Experiment
from ui.failures import guarded
from ui.frame import Page
from ui.jobs.live import is_live
from ui.text import Translate
from ui.training_loop.controls import command

_AT_ONCE = 10.0  # seconds of a processor; what takes longer waits for a click
_ASKED, _UNDER_WAY = "opening.asked", "opening.under_way"  # the recipe that was clicked for, or is being trained to
_BACK = "opening.back"  # the one that the run is back at


def brought_to_its_step(page: Page, experiment: Experiment) -> Experiment:
    """The run, on its way to where it is wanted or there."""
    recipe = experiments.wanted()
    if recipe is None or _waits_for_a_click(page, experiment, recipe):
        return experiment
    if st.session_state.get(_UNDER_WAY) != recipe:
        experiment = experiments.go_to(experiment, recipe)  # raises where the worker is too busy: then again
        st.session_state[_UNDER_WAY] = recipe
    if not is_live(experiment.job.state):
        st.session_state.pop(_UNDER_WAY, None)
        st.session_state[_BACK] = recipe
        experiments.reached(experiment)
    return experiment


def say_where_it_stands(page: Page, experiment: Experiment) -> None:
    """One line while the run is on its way, and when it is back."""
    _, snapshot = page.text, experiment.job.snapshot
    wanted, back = experiments.wanted(), st.session_state.get(_BACK)
    if wanted is not None and is_live(experiment.job.state):
        told = _("On the way back to step {step}, with the same batches as then: Pause stops it where it is.")
        _say(told.format(step=f"{wanted.step:,}"), wanted, _)
    elif back is not None and snapshot is not None:
        if snapshot.steps == back.step and not is_live(experiment.job.state):
            _say(_back(snapshot, _), back, _)
        else:
            st.session_state.pop(_BACK)


def _say(told: str, recipe: Recipe, _: Translate) -> None:
    """A caption; where the session began with a link to that recipe, also why, if it was not somebody who opened it."""
    lost = if_lost(_("The connection was lost.")) if experiments.was_wanted_at_first(recipe) else ""
    if told or lost:
        st.caption(f"<p>{lost}{escaped(told)}</p>", unsafe_allow_html=True)


def _waits_for_a_click(page: Page, experiment: Experiment, recipe: Recipe) -> bool:
    """Whether the way is so long that it is not gone unasked; then this is said."""
    _, seconds = page.text, experiments.seconds_to(experiment, recipe)
    if seconds <= _AT_ONCE or st.session_state.get(_ASKED) == recipe:
        return False
    _say("", recipe, page.text)
    told = _("This link is of a run at step {step}. To train there again takes about {seconds} seconds.")
    st.info(told.format(step=f"{recipe.step:,}", seconds=f"{seconds:,.0f}"), icon="⏳")
    with st.container(horizontal=True):
        label = _("Train to step {step}").format(step=f"{recipe.step:,}")
        st.button(label, key="open.go", type="primary", on_click=guarded(lambda: _ask(recipe)))
        st.button(_("Stay at this step"), key="open.stay", on_click=guarded(command(page, experiments.reached)))
    return True


def _ask(recipe: Recipe) -> None:
    st.session_state[_ASKED] = recipe


def _back(snapshot: Snapshot, _: Translate) -> str:
    """That the run is back, and whether its weights are those that the link was made with."""
    step = f"{snapshot.steps:,}"
    then, _point, there = experiments.state_of_link().partition(".")
    if not then:
        return _("The run is back at step {step}.").format(step=step)
    if there != environment_code(snapshot.backend):
        told = _(
            "The run is back at step {step}. The link was made in another environment (other versions or another "
            "processor), so its weights are the same up to rounding, not in every bit."
        )
    elif then == snapshot.hash:
        told = _("The run is back at step {step}, with the same weights as then to the last bit ({hash}).")
    else:
        told = _("The run is at step {step}, but its weights ({hash}) are not those of the link ({then}).")
    return told.format(step=step, hash=snapshot.hash, then=then)
