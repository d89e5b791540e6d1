"""The scene "race" of the Optimizers page: all racers live, side by side, and who is ahead (chapter 2.4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from engines import optimizers
from engines.races.race import Race, RaceSnapshot
from engines.races.racer_run import JUDGED_AT, TARGETS, RacerRun, RacerSnapshot
from ui.charts.legend import legend
from ui.charts.optimizers.race import (
    axis_labels,
    race_accuracy_chart,
    race_accuracy_rows,
    race_loss_chart,
    race_loss_rows,
)
from ui.charts.palette import RIGHT_SYMBOL, WRONG_SYMBOL, optimizer_style
from ui.frame import Page
from ui.jobs import live
from ui.optimizers.race.controls import race_controls
from ui.optimizers.race.job import HeldRace, begin, say_if_failed, session_race, sooner, watch_racer
from ui.optimizers.race.racer_controls import racer_settings
from ui.optimizers.race.readings import race_reading, racer_names, ranking_header, ranking_rows, target_reading
from ui.optimizers.race.taken import take_racer_home
from ui.parts.live_view import LiveView
from ui.parts.status import status
from ui.parts.table import table_html
from ui.parts.transport import is_running
from ui.parts.widgets import segments, select
from ui.text import Text
from ui.text.names import Labelled
from ui.text.optimizer_names import optimizer_name

_FIRST_STEPS = 10  # made as the scene opens: what stands there then moves


def race_scene(page: Page) -> tuple[object, ...]:
    """Controls, live curves, who is ahead; returns whose code ran."""
    _, held = page.text, session_race(page)
    watch_racer(page, held, None)
    if not live.is_prepared(held.job, _("Measuring these large networks on the test set …")):
        return ()
    if not held.was_reset and not any(run.trainer.is_heavy for run in held.race.runs.values()):
        begin(held, _FIRST_STEPS)
    shown = race_controls(page, held)

    say_if_failed(page, held)
    if (first := held.job.snapshot) is None:
        return ()
    line, racers = partial(_status, page, held), racer_names(first, _)
    layout, every = (lambda now: racer_names(now, _)), 1 / page.view.updates
    with LiveView(page, held.job, first, shown, every, line, layout, sooner=sooner(held)) as view:
        view.reading(lambda now: _catching_up(page, now))
        pictures, panel = st.columns([5, 1], gap="medium")
        with pictures:
            _curves(page, view, racers)
            _ranking(page, view)
        with panel, st.container(key="racers_panel", gap="xxsmall"):
            racer_settings(page)
    with st.container(horizontal=True, vertical_alignment="bottom", key="race_more"):
        take_racer_home(page, held)
    return Race.round, RacerRun.step


def _status(page: Page, held: HeldRace, snapshot: RaceSnapshot) -> str:
    """One line of numbers, at fixed places."""
    _, running = page.text, is_running(held.job)
    level = [run for run in snapshot.runs if run.at.step == snapshot.steps] or list(snapshot.runs)
    figures = (
        (_("step"), f"{snapshot.steps:,}"),
        (_("samples seen by each"), f"{max(run.at.samples for run in level):,}"),
        (_("steps a second"), f"{held.job.rate:,.0f}" if running else "–"),
        (_("finish line"), _("step {step:,}").format(step=page.view.judged_at)),
        (_("fair?"), _fairness(snapshot, level, _)),
    )
    return status(figures, steps=snapshot.steps, total=snapshot.total_steps)


def _fairness(snapshot: RaceSnapshot, level: Sequence[RacerSnapshot], _: Text) -> str:
    """Whether all began with the same weights, and those that are level have seen the same batches."""
    starts, batches = {run.weights_hash for run in snapshot.runs}, {run.batches_hash for run in level}
    if len(starts) > 1:
        return f"{WRONG_SYMBOL} " + _("not the same start")
    if len(batches) > 1:
        return f"{WRONG_SYMBOL} " + _("not the same batches")
    return f"{RIGHT_SYMBOL} " + _("same start, same batches")


def _hashes_told(snapshot: RaceSnapshot, _: Text) -> str:
    """The hashes themselves, for whoever wants to compare them."""
    rows = [
        (optimizer_name(run.racer, _), run.weights_hash, run.batches_hash, f"{run.at.step:,}") for run in snapshot.runs
    ]
    return table_html((_("optimizer"), _("initial weights"), _("batches so far"), _("step")), rows)


def _catching_up(page: Page, snapshot: RaceSnapshot) -> str:
    _ = page.text
    if not snapshot.catching_up:
        return ""
    told = _("All start again under the new schedule, and catch up with step {step:,}.")
    return told.format(step=snapshot.catching_up)


def _curves(page: Page, view: LiveView, racers: Labelled) -> None:
    """Loss and accuracy, side by side, over the chosen axis."""
    _, chosen = page.text, page.view
    log, axis = chosen.loss_axis == "log", chosen.axis
    rules = (chosen.target, chosen.judged_at, chosen.rates_schedule)
    if twins := [(label, optimizer_style(name)) for name, label in racers if name not in optimizers.names()]:
        st.markdown(legend(twins), unsafe_allow_html=True)  # all others have their stroke on their pill
    left, right = st.columns(2)
    with left:
        view.chart(
            lambda now: race_loss_rows(now, racers, axis, log, *rules, _),
            *(race_loss_chart, racers, axis, log, page.settings.loss),
        )
    with right:
        view.chart(lambda now: race_accuracy_rows(now, racers, axis), race_accuracy_chart, racers, axis, log)
    view.reading(lambda now: race_reading(now, chosen.rates_schedule, _, chosen.judged_at))
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center"):
        segments("axis", _("Horizontal axis"), axis_labels(_))
        segments("loss_axis", _("Loss axis"), {"log": _("logarithmic"), "linear": _("linear")})


def _ranking(page: Page, view: LiveView) -> None:
    """The table of the ranking, and by what it ranks."""
    _ = page.text
    with st.container(horizontal=True, vertical_alignment="bottom"):
        segments(
            "ranking",
            _("Ranked by"),
            {"loss": _("test loss at a step"), "target": _("steps to a loss")},
            show_label=True,
        )
        select("judged_at", _("finish line, step"), {steps: f"{steps:,}" for steps in JUDGED_AT}, width=125)
        select("target", _("loss to reach"), {loss: f"{loss:g}" for loss in TARGETS}, width=110)
    chosen = page.view
    view.reading(lambda now: target_reading(now, chosen, _))
    view.text(lambda now: table_html(ranking_header(chosen, _), ranking_rows(now, chosen, _)))
    with st.expander(_("Same start, same batches? The hashes")):
        view.text(lambda now: _hashes_told(now, _))
