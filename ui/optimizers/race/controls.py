"""The controls of a race: play, pause, step, reset; who takes part and how; batch size and schedule."""

from __future__ import annotations

import streamlit as st

from engines.optimizers.schedules import SHAPES
from ui.experiment.link import change
from ui.experiment.way_back import way_back
from ui.failures import guarded
from ui.frame import Page, at_present
from ui.jobs.job import JobState
from ui.optimizers.race.job import HeldRace, play, rounds_left, session_race, start_over
from ui.optimizers.race.pace import pace_labels, paces_told
from ui.optimizers.race.racer_controls import racer_choice
from ui.optimizers.race.settings import SCHEDULE_STEPS
from ui.parts.transport import play_or_pause
from ui.parts.widgets import select, slider, toggle

_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


def race_controls(page: Page, held: HeldRace) -> JobState:
    """Buttons, racers, schedule. Returns the state the buttons were drawn for."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="race_controls"):
        shown = race_transport(page, held)
        _batch_size(page)
        _schedule(page)
        racer_choice(page)
    way_back("race", held.origin[0], held.job.snapshot.steps if held.job.snapshot else 0, page.text)
    return shown


def race_transport(page: Page, held: HeldRace) -> JobState:
    """Play or pause, one step of everybody, from the start again, how fast; returns the state they were drawn for."""
    _ = page.text
    shown = play_or_pause(page, held.job, at_present(page, _start), at_present(page, _pause), prefix="race.")
    st.button(
        _("Step"), key="race.step", icon=":material/skip_next:", on_click=guarded(at_present(page, _step)),
        disabled=shown != "paused" or not rounds_left(held),
    )  # fmt: skip
    st.button(_("Reset"), key="race.reset", icon=":material/restart_alt:", on_click=guarded(at_present(page, _reset)))
    select("tempo", _("Tempo"), pace_labels(_), help=paces_told(_), width=130)
    return shown


def _start(page: Page) -> None:
    play(session_race(page))


def _reset(page: Page) -> None:
    start_over(page, was_reset=True)


def _pause(page: Page) -> None:
    session_race(page).job.pause()


def _step(page: Page) -> None:
    held = session_race(page)
    held.job.tell(held.race.catch_up_in_pieces)


def _batch_size(page: Page) -> None:
    """The experiment's batch size: another one is another race, from its first step."""
    _, key, size, samples = page.text, "race.batch_size", page.settings.batch_size, len(page.data.y_train)
    st.session_state[key] = size
    st.selectbox(
        _("Batch size"),
        sorted({*(batch for batch in _BATCHES if batch < samples), samples, size}),
        format_func="{:,}".format,
        key=key,
        on_change=guarded(lambda: change(batch_size=st.session_state[key])),
        width=110,
    )


def _schedule(page: Page) -> None:
    """How the learning rate changes on the way, and whether to race the other convention of momentum too."""
    _, view = page.text, page.view
    labels = {"constant": _("constant"), "step": _("a tenth from T on"), "cosine": _("cosine down to 0 at T")}
    with st.popover(_("Schedule: {shape}").format(shape=labels[view.schedule]), icon=":material/timeline:"):
        select("schedule", _("Learning rate"), {shape: labels[shape] for shape in SHAPES})
        st.latex(view.rates_schedule.rule)
        slider("schedule_steps", _("T, in steps"), sorted({*SCHEDULE_STEPS, view.schedule_steps}), "{:,}".format)
        toggle("outside", _("Also race momentum with the rate outside the velocity, as PyTorch has it"))
