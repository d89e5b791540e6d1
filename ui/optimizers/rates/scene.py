"""The scene "rates" of the Optimizers page: each optimizer over a grid of learning rates, and its best (2.4.3)."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engines import datasets
from engines.races.rate_curves import RateCurve, rate_curves
from engines.races.rate_sweep import Sweep, guessing, sweep, train
from ui.charts.optimizers.rates import rates_chart, rates_frame
from ui.failures import guarded
from ui.frame import Page
from ui.jobs.turns import Waiting
from ui.optimizers.race.racers import at_rates
from ui.optimizers.rates.bundled import bundled
from ui.optimizers.rates.readings import amount, best_header, best_rows, sweep_reading
from ui.optimizers.rates.settings import SEEDS, STEPS
from ui.optimizers.rates.work import Plan, known, plan_of, price, runs_of, work
from ui.parts.drawing import chart, reading
from ui.parts.long_work import long_work, stop
from ui.parts.table import table
from ui.parts.widgets import segments, slider
from ui.text import Text
from ui.text.names import names
from ui.text.optimizer_names import optimizer_name

_KEY, _ASKED = "rates", "rates.asked"  # the work, and the plan whose button was pressed


def rates_scene(page: Page) -> tuple[object, ...]:
    """Controls, the curves, what they say, each one's best rate; returns whose code ran."""
    _, plan = page.text, plan_of(page)
    so_far = known(plan, runs_of(plan))
    st.markdown(_.section("optimizer_rates", "sentence"))
    _controls(page, plan, so_far)
    draw = partial(_draw, page, plan)
    with st.container(key="rates_found"):
        if so_far.share < 1 and st.session_state.get(_ASKED) == plan:
            label = _("Training {total} networks").format(total=f"{so_far.total:,}")
            size, seconds = price(plan, so_far)
            job = partial(long_work, page, _KEY, plan, partial(work, plan), label, draw)
            job(first=so_far, size=size, seconds=seconds, goes_on=True)
        else:
            stop(_KEY)  # of a plan that is no longer this one
            if so_far.outcomes:
                draw(so_far)
            elif page.settings.data not in datasets.names():
                reading(amount(so_far, page.view.rates_steps, _))
            else:
                _draw_bundled(page, plan, so_far)
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
    so_far = record if isinstance(record, Sweep) else known(plan, runs_of(plan))
    reading(_status(record, so_far, plan, _))
    curves, shared = rate_curves(so_far), plan.conditions
    guess = guessing(shared)
    if so_far.share == 1:
        _curves(page, curves, shared.loss, guess, shared.steps)
        return
    racers = tuple((racer.name, optimizer_name(racer, _)) for racer in plan.racers)
    chart(page, rates_frame(curves, guess, _), rates_chart, racers, shared.loss, guess)


def _draw_bundled(page: Page, plan: Plan, nothing: Sweep) -> None:
    """The sweep that comes with the app, said as such, where nothing of one's own is known yet."""
    _, made = page.text, bundled()
    told = _(
        "This sweep comes with the app: {data}, {layers}, batches of {batch}, seeds {first} to {last}, {steps:,} steps "
        "a run (`{command}`). Yours, with the settings above: {amount}"
    )
    seeds = made.sweep.seeds
    values = {"data": names(_)[made.data], "layers": " → ".join(map(str, made.layers)), "batch": made.batch_size}
    values |= {"first": seeds[0], "last": seeds[-1], "steps": made.steps, "command": made.command}
    st.markdown(told.format(amount=amount(nothing, plan.conditions.steps, _), **values))
    _curves(page, rate_curves(made.sweep), made.loss, made.guessing, made.steps)


def _curves(page: Page, curves: tuple[RateCurve, ...], loss: str, guess: float, steps: int) -> None:
    """The picture of a whole sweep, what it says, and the way to race with it."""
    _ = page.text
    racers = tuple((curve.racer.name, optimizer_name(curve.racer, _)) for curve in curves)
    chart(page, rates_frame(curves, guess, _), rates_chart, racers, loss, guess)
    reading(sweep_reading(curves, _))
    st.space("small")
    table(best_header(curves[0].losses.shape[1], _), best_rows(curves, _))
    _race_button(page, curves, steps)


def _status(record: Sweep | Waiting, so_far: Sweep, plan: Plan, _: Text) -> str:
    """How much there is to do and done; or, while others compute, how many are before this one."""
    if isinstance(record, Waiting):
        told = _("Waiting for another sweep on this server; before this one: {ahead}.")
        return told.format(ahead=record.ahead)
    return amount(so_far, plan.conditions.steps, _)


def _race_button(page: Page, curves: tuple[RateCurve, ...], steps: int) -> None:
    """The race as it is, but for each racer's learning rate, judged after as many steps as here; it has one seed."""
    _ = page.text
    best = {curve.racer.name: curve.tuned.learning_rate for curve in curves if curve.best is not None}
    st.button(
        _("Race with these rates (seed {seed})").format(seed=page.settings.seed),
        key="rates.race",
        icon=":material/sports_score:",
        disabled=not best,
        on_click=_race,
        args=(page, best, steps),
    )


@guarded
def _race(page: Page, best: dict[str, float], steps: int) -> None:
    page.change(racers=at_rates(page.view.racers, best), judged_at=steps, schedule="constant", scene="race")
