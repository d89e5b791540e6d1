"""What a race gives to take home: one racer's run, and the curves of all."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import streamlit as st

from engines.races.race import RaceSnapshot
from engines.races.racer_run import RacerSnapshot
from ui.charts.optimizers.race import race_accuracy_chart, race_accuracy_rows, race_loss_chart, race_loss_rows
from ui.charts.saved import svg
from ui.frame import Page
from ui.optimizers.race.job import HeldRace
from ui.optimizers.race.readings import racer_names
from ui.parts.take_home import Taken, take_home
from ui.text.optimizer_names import optimizer_name

_KEY, _RACER = "race.take_home", "race.take_home.racer"


def take_racer_home(page: Page, held: HeldRace) -> None:
    """The menu of a race: a racer's run is one like the Training loop's, as long as its rate stays as it is."""
    _, snapshot = page.text, held.job.snapshot
    runs = {run.racer.name: run for run in snapshot.runs} if snapshot else {}
    why_not = ""
    if not any(run.at.step for run in runs.values()):
        why_not = _("There is nothing to take before the first step.")
    elif held.schedule.shape != "constant":
        why_not = _("Scripts are made of runs whose learning rate stays as it is: choose the constant schedule.")
    if not why_not:
        if st.session_state.get(_RACER) not in runs:
            st.session_state[_RACER] = next(iter(runs))
        st.selectbox(
            _("To take home"), list(runs), key=_RACER, width=150,
            format_func=lambda name: optimizer_name(runs[name].racer, _) if name in runs else "",
        )  # fmt: skip
    chosen = st.session_state.get(_RACER, "")  # a file is made where the session cannot be asked
    take_home(page, _KEY, lambda: _taken(held, chosen), _charts(page, held), why_not)


def _charts(page: Page, held: HeldRace) -> dict[str, Callable[[], str]]:
    """The curves as they are drawn."""
    _, view = page.text, page.view
    log, axis, rules = view.loss_axis == "log", view.axis, (view.target, view.judged_at, view.rates_schedule)

    def loss() -> str:
        now = _present(held)
        racers = racer_names(now, _)
        chart = race_loss_chart(_, racers, axis, log, page.settings.loss)
        return svg(chart, race_loss_rows(now, racers, axis, log, *rules, _).frame())

    def accuracy() -> str:
        now = _present(held)
        racers = racer_names(now, _)
        return svg(race_accuracy_chart(_, racers, axis, log), race_accuracy_rows(now, racers, axis).frame())

    return {"loss": loss, "accuracy": accuracy}


def _present(held: HeldRace) -> RaceSnapshot:
    snapshot = held.job.snapshot
    assert snapshot is not None, "the menu stands where there is one"
    return snapshot


def _taken(held: HeldRace, name: str) -> Taken:
    """One racer's run and the curves of all, of one moment between two steps."""

    def present() -> tuple[tuple[RacerSnapshot, ...], Mapping[str, np.ndarray]]:
        return tuple(run.snapshot() for run in held.race.runs.values()), held.race.runs[name].trainer.parameters()

    runs, parameters = held.job.do(present)
    run = next(run for run in runs if run.racer.name == name)
    return Taken(run.recipe, _reference(run), _curves(runs), parameters)


def _reference(run: RacerSnapshot) -> list[tuple[int, float]]:
    return [(mark.step, mark.loss) for mark in run.batch_losses if math.isfinite(mark.loss)]


def _curves(runs: Iterable[RacerSnapshot]) -> str:
    """A line a bin and a test point of each racer."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("optimizer", "step", "batch_loss", "smoothed_loss", "test_loss", "test_accuracy"))
    for run in runs:
        lines.writerows((run.racer.name, bin.step, bin.loss, bin.smoothed, "", "") for bin in run.bins)
        lines.writerows((run.racer.name, test.at.step, "", "", test.loss, test.accuracy) for test in run.tests)
    return text.getvalue()
