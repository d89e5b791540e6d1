"""The scene "race" of the Optimizers page: all racers live, side by side, and who is ahead (chapter 2.4.3)."""

from __future__ import annotations

import streamlit as st

from engines.races.race import Race, RaceSnapshot
from engines.races.racer_run import JUDGED_AT, TARGETS, RacerRun
from ui.charts.legend import legend
from ui.charts.optimizers.race import (
    axis_labels,
    race_accuracy_chart,
    race_accuracy_frame,
    race_loss_chart,
    race_loss_frame,
)
from ui.charts.palette import optimizer_style
from ui.frame import Page
from ui.jobs import live
from ui.optimizers.race.controls import race_controls
from ui.optimizers.race.job import HeldRace, say_if_failed, session_race, watch_racer
from ui.optimizers.race.readings import race_reading, racer_names, ranking_header, ranking_rows
from ui.parts.drawing import chart, reading
from ui.parts.status import status
from ui.parts.table import table
from ui.parts.transport import is_running
from ui.parts.widgets import segments, select


def race_scene(page: Page) -> tuple[object, ...]:
    """Controls, live curves, who is ahead; returns whose code ran."""
    _, held = page.text, session_race(page)
    watch_racer(page, held, None)
    if not live.is_prepared(held.job, _("Measuring these large networks on the test set …")):
        return ()
    shown = race_controls(page, held)

    def draw() -> None:
        snapshot = held.job.snapshot
        say_if_failed(page, held)
        if snapshot is None:
            return
        _status(page, held, snapshot)
        if snapshot.catching_up:
            told = _("All start again under the new schedule, and catch up with step {step:,}.")
            st.caption(told.format(step=snapshot.catching_up))
        _curves(page, snapshot)
        _ranking(page, snapshot)

    live.watch(held.job, shown, draw, 1 / page.view.updates)
    return Race.round, RacerRun.step


def _status(page: Page, held: HeldRace, snapshot: RaceSnapshot) -> None:
    """One line of numbers, at fixed places."""
    _, running = page.text, is_running(held.job)
    level = [run for run in snapshot.runs if run.at.step == snapshot.steps] or list(snapshot.runs)
    stepping = sum(not run.stands_still for run in snapshot.runs)
    figures = (
        (_("step"), f"{snapshot.steps:,}"),
        (_("samples seen by each"), f"{max(run.at.samples for run in level):,}"),
        (_("steps a second, all together"), f"{held.job.rate * stepping:,.0f}" if running else "–"),
        (_("same initial weights"), _common({run.weights_hash for run in snapshot.runs}, _("not the same"))),
        (_("same batches"), _common({run.batches_hash for run in level}, _("not the same"))),
    )
    st.markdown(status(figures, steps=snapshot.steps, total=snapshot.total_steps), unsafe_allow_html=True)


def _common(hashes: set[str], otherwise: str) -> str:
    """The hash that all have in common."""
    return hashes.pop()[:6] if len(hashes) == 1 else otherwise


def _curves(page: Page, snapshot: RaceSnapshot) -> None:
    """Loss and accuracy, side by side, over the chosen axis."""
    _, view = page.text, page.view
    racers, log, axis = racer_names(snapshot, _), view.loss_axis == "log", view.axis
    st.markdown(legend([(label, optimizer_style(name)) for name, label in racers]), unsafe_allow_html=True)
    left, right = st.columns(2)
    with left:
        rules = (view.target, view.judged_at, view.rates_schedule)
        frame = race_loss_frame(snapshot, racers, axis, log, *rules, _)
        chart(page, frame, race_loss_chart, racers, axis, log, page.settings.loss)
    with right:
        chart(page, race_accuracy_frame(snapshot, racers, axis), race_accuracy_chart, racers, axis, log)
    reading(race_reading(snapshot, _))
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center"):
        segments("axis", _("Horizontal axis"), axis_labels(_))
        segments("loss_axis", _("Loss axis"), {"log": _("logarithmic"), "linear": _("linear")})


def _ranking(page: Page, snapshot: RaceSnapshot) -> None:
    """The table of the ranking, and by what it ranks."""
    _ = page.text
    with st.container(horizontal=True, vertical_alignment="bottom"):
        segments(
            "ranking",
            _("Ranked by"),
            {"loss": _("test loss at a step"), "target": _("steps to a loss")},
            show_label=True,
        )
        select("judged_at", _("at step"), {steps: f"{steps:,}" for steps in JUDGED_AT}, width=110)
        select("target", _("loss to reach"), {loss: f"{loss:g}" for loss in TARGETS}, width=110)
    view = page.view
    table(ranking_header(view, _), ranking_rows(snapshot, view, _))
