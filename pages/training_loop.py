"""Training loop (chapter 2.4 and 2.4.3): a network learns to recognise images, live and stage by stage."""

import streamlit as st

from engines.syntax import source
from engines.training import Trainer
from ui.experiment.link import open_recipe
from ui.experiment.session import session_experiment
from ui.frame import frame
from ui.jobs import live
from ui.parts.drawing import code_that_ran
from ui.text.optimizer_names import optimizer_name
from ui.training_loop.controls import run_controls
from ui.training_loop.diagnosis import begin_trial
from ui.training_loop.kept import shelf
from ui.training_loop.opening import brought_to_its_step, say_where_it_stands
from ui.training_loop.stepper import stepper
from ui.training_loop.view import TrainingView, live_view

with frame("training_loop", TrainingView) as page:
    _ = page.text
    st.title(_("Training loop"))
    st.markdown(page.section("sentence"))
    experiment = session_experiment(page.settings)
    if live.is_prepared(experiment.job, _("Measuring this large network on the test set …")):
        experiment = brought_to_its_step(page, experiment)
        begin_trial(page, experiment)
        shown = run_controls(page, experiment)
        say_where_it_stands(page, experiment)
        live_view(page, experiment, shown)
        shelf(page, experiment, open_recipe)
        stepper(page, experiment, shown)

    code_that_ran(page, (Trainer.step,))
    optimizer = page.settings.make_optimizer()
    with st.expander(_("The optimizer: {name}").format(name=optimizer_name(optimizer, _))):
        st.latex(optimizer.rule)
        st.code(source(type(optimizer).update))
    st.markdown(page.section("chapter"))
