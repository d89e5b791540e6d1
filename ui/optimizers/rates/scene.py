"""The scene "rates" of the Optimizers page: each optimizer over a grid of learning rates, and its best (2.4.3)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from engines.races.rate_curves import RateCurve, rate_curves
from engines.races.rate_sweep import Sweep, guessing, sweep, train
from ui.charts.optimizers.rates import rates_chart, rates_frame
from ui.failures import guarded
from ui.frame import Page
from ui.jobs.turns import Waiting
from ui.optimizers.rates.readings import amount, best_header, best_rows, sweep_reading
from ui.optimizers.rates.settings import SEEDS, STEPS
from ui.optimizers.rates.work import Plan, known, known_runs, plan_of, price, work
from ui.parts.drawing import chart, reading
from ui.parts.long_work import long_work, stop
from ui.parts.table import table
from ui.parts.widgets import segments, slider
from ui.text import Text
from ui.text.optimizer_names import optimizer_name

_KEY, _ASKED = "rates", "rates.asked"  # the work, and the plan whose button was pressed


def rates_scene(page: Page) -> tuple[object, ...]:
    """Controls, the curves, what they say, each one's best rate; returns whose code ran."""
    _, plan = page.text, plan_of(page)
    so_far = known(plan, known_runs())
    st.markdown(_.section("optimizer_rates", "sentence"))
    _controls(page, plan, so_far)
    draw = partial(_draw, page, plan)
    if so_far.share < 1 and st.session_state.get(_ASKED) == plan:
        label = _("Training {total} networks").format(total=f"{so_far.total:,}")
        size, seconds = price(plan, so_far)
        long_work(page, _KEY, plan, partial(work, plan), label, draw, first=so_far, size=size, seconds=seconds)
    else:
        stop(_KEY)  # of a plan that is no longer this one
        draw(so_far)
    return sweep, train


def _controls(page: Page, plan: Plan, so_far: Sweep) -> None:
    _ = page.text
    with st.container(horizontal=True, vertical_alignment="bottom", key="rates_controls"):
        grid = {"half": _("half decades"), "quarter": _("quarter decades")}
        segments("rates_grid", _("Grid of rates"), grid, show_label=True, width="content")
        segments("rates_seeds", _("Seeds"), {n: str(n) for n in SEEDS}, show_label=True, width="content")
        slider("rates_steps", _("Steps of a run"), STEPS, "{:,}".format, width=150)
        asked = so_far.share == 1 or st.session_state.get(_ASKED) == plan
        st.button(
            _("Find the best rates"),
            key="rates.start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=asked,
            on_click=_ask,
            args=(plan,),
        )


@guarded
def _ask(plan: Plan) -> None:
    st.session_state[_ASKED] = plan


def _draw(page: Page, plan: Plan, record: Sweep | Waiting) -> None:
    """What there is so far, under a line that says how much; what it says when all is there."""
    _ = page.text
    so_far = record if isinstance(record, Sweep) else known(plan, known_runs())
    reading(_status(record, so_far, plan, _))
    curves = rate_curves(so_far)
    racers = tuple((racer.name, optimizer_name(racer, _)) for racer in plan.racers)
    guess = guessing(plan.conditions)
    chart(page, rates_frame(curves, guess, _), rates_chart, racers, plan.conditions.loss, guess)
    if so_far.share == 1:
        reading(sweep_reading(curves, _))
        st.space("small")
        table(best_header(len(so_far.seeds), _), best_rows(curves, _))
        _race_button(page, curves)


def _status(record: Sweep | Waiting, so_far: Sweep, plan: Plan, _: Text) -> str:
    """How much there is to do and done; or, while others compute, how many are before this one."""
    if isinstance(record, Waiting):
        told = _("Waiting for another sweep on this server; before this one: {ahead}.")
        return told.format(ahead=record.ahead)
    return amount(so_far, plan.conditions.steps, _)


def _race_button(page: Page, curves: tuple[RateCurve, ...]) -> None:
    """The race as it is, but for each racer's learning rate, judged after as many steps as here."""
    _ = page.text
    best = {curve.racer.name: curve.tuned.learning_rate for curve in curves if curve.best is not None}
    st.button(
        _("Race with these rates"),
        key="rates.race",
        icon=":material/sports_score:",
        disabled=not best,
        on_click=_race,
        args=(page, best),
    )


@guarded
def _race(page: Page, best: dict[str, float]) -> None:
    view = page.view
    racers = (replace(racer, learning_rate=best.get(racer.name, racer.learning_rate)) for racer in view.racers)
    page.change(racers=tuple(racers), judged_at=view.rates_steps, schedule="constant", scene="race")
