"""The sweep of the scene "rates" as work on this server: what it is, what of it is known, and who may compute now.

Single runs are kept for all sessions by everything that shapes them. So a sweep that another student has made is
there at once, and a finer grid or more seeds need only the runs that are new.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import streamlit as st

from engines.costs.run_memory import training_bytes
from engines.costs.seconds import step_seconds
from engines.datasets.own_names import is_own
from engines.optimizers.base import Optimizer
from engines.races.rate_sweep import Conditions, Sweep, rate_grid, recalled, sweep
from ui.frame import Page
from ui.jobs.joblib_place import Place
from ui.jobs.local_processes import processes
from ui.jobs.own_thread import in_own_thread
from ui.jobs.turns import Turns, Waiting, in_turn
from ui.optimizers.rates.settings import GRIDS
from ui.server import private
from ui.server.results import Results

_MOST_BYTES = 16e6  # some ten thousand runs


class Plan(NamedTuple):
    """What is to be tried; equal plans have equal results."""

    conditions: Conditions
    racers: tuple[Optimizer, ...]
    rates: tuple[float, ...]
    seeds: tuple[int, ...]


def plan_of(page: Page) -> Plan:
    """The sweep that the page's settings and view ask for, from its seed and the ones after it."""
    settings, view, data = page.settings, page.view, page.data
    conditions = Conditions(
        settings.backend,
        settings.make_network(data.features, data.classes),
        data,
        view.rates_steps,
        settings.loss,
        settings.batch_size,
        settings.dtype,
    )
    seeds = range(settings.seed, settings.seed + view.rates_seeds)
    racers = tuple(replace(racer, learning_rate=1.0) for racer in view.racers)  # their own rates do not count
    return Plan(conditions, racers, rate_grid(GRIDS[view.rates_grid]), tuple(seeds))


@st.cache_resource(show_spinner=False)
def known_runs() -> Results:
    """The outcomes of the process's last runs by (conditions, run)."""
    return Results(_MOST_BYTES)


def runs_of(plan: Plan) -> Results:
    """Where the outcomes of such runs are kept: those on data that this session has brought are its own."""
    return private.results() if is_own(plan.conditions.data.name) else known_runs()


@st.cache_resource(show_spinner=False)
def turns() -> Turns:
    """Of the process's sweeps one computes at a time: each takes all processors, and joblib's workers are one pool."""
    return Turns()


def known(plan: Plan, kept: Results) -> Sweep:
    """The sweep with what the process knows of it."""
    empty = recalled(plan.racers, plan.rates, plan.seeds, {})
    found = ((run, kept.get((plan.conditions, run))) for run in empty.runs)
    return recalled(plan.racers, plan.rates, plan.seeds, {run: outcome for run, outcome in found if outcome})


def price(plan: Plan, so_far: Sweep) -> tuple[int, float]:
    """What the runs that are still to be made take: bytes in all processes, and seconds of one of them."""
    shared = plan.conditions
    heaviest = max(plan.racers, key=lambda racer: len(racer.state_names))
    size = processes() * training_bytes(shared.network, heaviest, shared.batch_size, shared.dtype)
    step = step_seconds(shared.network, shared.batch_size, shared.dtype)
    return size, (so_far.total - len(so_far.outcomes)) * shared.steps * step


def work(plan: Plan) -> Iterator[Sweep | Waiting]:
    """The sweep, for the scheduler: in a thread of its own, when its turn has come."""
    place = Place()
    waiting = partial(in_turn, turns(), partial(_made, plan, runs_of(plan), place))
    return in_own_thread(waiting, interrupt=place.interrupt)


def _made(plan: Plan, kept: Results, place: Place) -> Generator[Sweep, None, None]:
    """The sweep where joblib is configured to execute it; every run is kept as soon as it is there."""
    with place, closing(sweep(*plan, known(plan, kept).outcomes, place.wanted)) as records:
        for record in records:
            if record.outcomes:
                *_, newest = record.outcomes
                kept.put((plan.conditions, newest), record.outcomes[newest])
            yield record
