"""The scene's sweep: what shapes it, its way into the URL, and that no run is made twice on a server."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from engines.races.rate_sweep import Outcome, rate_grid, sweep
from ui.experiment.settings import Settings, from_query, to_query
from ui.jobs.joblib_place import VARIABLE, Place
from ui.optimizers.rates import work as rates_work
from ui.optimizers.rates.settings import GRIDS, SEEDS, STEPS, RatesView
from ui.optimizers.rates.work import known, plan_of
from ui.optimizers.view import OptimizersView
from ui.server.results import Results


def plan(digits, view=None, **settings):
    page = SimpleNamespace(settings=Settings(hidden=(4,), **settings), view=view or OptimizersView(), data=digits)
    return plan_of(page)


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("steps", STEPS)
def test_every_choice_goes_into_the_url_and_back(grid, seeds, steps):
    view = RatesView(grid, seeds, steps)
    assert from_query(RatesView, to_query(view)) == (view, [])


@pytest.mark.parametrize(
    ("key", "text"), [("rates_grid", "2"), ("rates_seeds", "4"), ("rates_seeds", "3.0"), ("rates_steps", "99")]
)
def test_what_is_not_offered_falls_back_and_is_reported(key, text):
    view, problems = from_query(RatesView, {key: text})
    assert view == RatesView()
    assert [(problem.key, problem.text) for problem in problems] == [(key, text)]


def test_the_plan_is_the_experiment_of_the_page(digits):
    view = OptimizersView(rates_grid="quarter", rates_seeds=5, rates_steps=300)
    made = plan(digits, view, seed=7, loss="mean_squared_error", batch_size=64, dtype="float64", activation="tanh")
    conditions = made.conditions
    assert (conditions.backend, conditions.data, conditions.steps) == ("numpy", digits, 300)
    assert (conditions.loss, conditions.batch_size, conditions.dtype) == ("mean_squared_error", 64, "float64")
    assert (conditions.network.layer_sizes, conditions.network.activation) == ((64, 4, 10), "tanh")
    assert made.seeds == (7, 8, 9, 10, 11)
    assert made.rates == rate_grid(4)
    assert [racer.name for racer in made.racers] == [racer.name for racer in view.racers]


def test_neither_the_racers_rates_nor_the_language_nor_the_sidebars_optimizer_shape_it(digits):
    view = OptimizersView()
    faster = replace(view, racers=tuple(replace(racer, learning_rate=7.0) for racer in view.racers))
    other = plan(digits, faster, language="ko", optimizer="adam", learning_rate=0.5)
    assert other == plan(digits, view)
    assert hash(other) == hash(plan(digits, view))


def test_other_hyperparameters_do(digits):
    view = OptimizersView()
    other = replace(view, racers=(*view.racers[:-1], replace(view.racers[-1], beta_1=0.5)))
    assert plan(digits, other) != plan(digits, view)


def test_each_run_is_kept_as_soon_as_it_is_there_and_taken_from_there(digits, monkeypatch):
    monkeypatch.setenv(VARIABLE, '{"backend": "sequential"}')
    small, kept = plan(digits, OptimizersView(rates_steps=30, rates_seeds=1)), Results(10_000_000)
    records = rates_work._made(small, kept, Place())
    for count in range(6):
        assert len(next(records).outcomes) == len(known(small, kept).outcomes) == count
    records.close()
    first = known(small, kept).outcomes
    handed = []
    monkeypatch.setattr(rates_work, "sweep", lambda *arguments: handed.append(arguments) or sweep(*arguments))
    *_, last = rates_work._made(small, kept, Place())
    assert dict(handed[0][4]) == dict(first)
    assert len(last.outcomes) == last.total == len(known(small, kept).outcomes) == 78


def test_runs_under_other_conditions_are_not_known(digits):
    small, kept = plan(digits), Results(10_000_000)
    kept.put((small.conditions, known(small, kept).runs[0]), Outcome(0.5, 0.5))
    assert len(known(small, kept).outcomes) == 1
    for other in (plan(digits, batch_size=8), plan(digits, seed=100), plan(digits, OptimizersView(rates_steps=30))):
        assert not known(other, kept).outcomes
