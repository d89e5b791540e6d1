"""A page of a test: a run with its buttons and curves, its shelf of kept runs, and the rule that it is to stop by."""

import streamlit as st

from ui.experiment.session import session_experiment
from ui.frame import frame
from ui.training_loop import kept
from ui.training_loop.controls import run_controls
from ui.training_loop.opening import brought_to_its_step
from ui.training_loop.view import TrainingView, live_view


def opened(recipe):
    st.session_state["opened"] = recipe


with frame("training_loop", TrainingView) as page:
    experiment = brought_to_its_step(page, session_experiment(page.settings))
    shown = run_controls(page, experiment)
    live_view(page, experiment, shown)
    kept.shelf(page, experiment, opened)
    st.text(f"over the curves: {[run.name for run in kept.overlaid(st.session_state)]}")
