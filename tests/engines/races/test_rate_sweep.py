"""The sweep over learning rates: the numbers of a plain loop, whoever executes it, and nothing computed twice."""

import ast
import math
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import joblib
import numpy as np
import pytest
from joblib._parallel_backends import ThreadingBackend
from threadpoolctl import threadpool_info, threadpool_limits

import engines
from engines import backends, optimizers
from engines.network import Network
from engines.races import rate_sweep
from engines.races.race import Race
from engines.races.rate_sweep import Conditions, Outcome, Run, Unwanted, guessing, rate_grid, recalled, sweep, train
from engines.training import Trainer

SGD, ADAM = optimizers.get("sgd")(), optimizers.get("adam")(beta_1=0.8)
RATES, SEEDS = (0.01, 0.1, 1.0), (3, 4)


@pytest.fixture
def conditions(digits):
    return Conditions("numpy", Network([64, 8, 10]), digits, steps=10, batch_size=16)


def all_of(conditions, known=None, racers=(SGD, ADAM)):
    return list(sweep(conditions, racers, RATES, SEEDS, known))


@pytest.fixture
def plain(conditions):
    """The same by a plain loop over trainers."""

    def outcome(optimizer, seed):
        c = conditions
        trainer = Trainer(backends.get("numpy"), c.network, optimizer, c.data, c.loss, c.batch_size, seed, c.dtype)
        trainer.run(c.steps)
        return Outcome(*trainer.evaluate())

    optimizers_ = [replace(racer, learning_rate=rate) for racer in (SGD, ADAM) for rate in RATES]
    return {Run(optimizer, seed): outcome(optimizer, seed) for optimizer in optimizers_ for seed in SEEDS}


class Counting(ThreadingBackend):
    """Threads, as a joblib backend of somebody else's would be; notes what it was given."""

    submitted: list = []  # noqa: RUF012 (joblib makes the instance, the test reads the class)

    def submit(self, func, callback=None):
        self.submitted.append(func)
        return super().submit(func, callback)


class OnlyLists(Counting):
    """One that can give results only as lists, as Ray's."""

    supports_return_generator = False


joblib.register_parallel_backend("counting", Counting)
joblib.register_parallel_backend("only_lists", OnlyLists)


def submitted():
    """The arguments of each call that those two were given."""
    return [arguments for batch in Counting.submitted for _function, arguments, _keywords in batch.items]


def test_it_has_the_numbers_of_a_plain_loop(conditions, plain):
    *partial, last = all_of(conditions)
    assert dict(last.outcomes) == plain
    assert last.share == 1
    assert [len(record.outcomes) for record in partial] == list(range(12))
    assert [record.share for record in partial] == [pytest.approx(n / 12) for n in range(12)]


def test_two_processes_give_the_same_numbers_in_whatever_order(conditions, plain):
    """Also where the data reaches them as memory-mapped files, as large data does."""
    with joblib.parallel_config(backend="loky", n_jobs=2, max_nbytes="10K"):
        last = all_of(conditions)[-1]
    assert dict(last.outcomes) == plain


@pytest.mark.parametrize("backend", ["counting", "only_lists"])
def test_all_runs_go_through_the_backend_that_joblib_is_told(conditions, plain, backend):
    Counting.submitted.clear()
    with joblib.parallel_config(backend=backend, n_jobs=2):
        last = all_of(conditions)[-1]
    assert len(submitted()) == len(plain)
    assert {run for _conditions, run in submitted()} == set(plain)
    assert dict(last.outcomes) == plain


def test_a_race_is_judged_by_the_same_loss(digits):
    conditions = Conditions("numpy", Network([64, 8, 10]), digits, steps=30)
    race = Race(lambda optimizer: conditions.trainer(Run(optimizer, 5)), [SGD, ADAM])
    for _ in range(30):
        race.round()
    for run in race.runs.values():
        outcome = train(conditions, Run(run.racer, 5))[1]
        assert (run.judged[30].loss, run.judged[30].accuracy) == outcome[:2]


def test_after_the_first_seed_every_curve_is_there(conditions):
    one_seed = all_of(conditions)[len(RATES) * 2]
    assert {run.seed for run in one_seed.outcomes} == {SEEDS[0]}
    assert {run.optimizer.learning_rate for run in one_seed.outcomes} == set(RATES)
    assert {run.optimizer.name for run in one_seed.outcomes} == {"sgd", "adam"}


def test_what_is_known_is_taken_and_not_computed_again(conditions, plain):
    made_up = {run: Outcome(1e6 + n, 0.5) for n, run in enumerate(plain) if n % 2}
    Counting.submitted.clear()
    with joblib.parallel_config(backend="counting", n_jobs=2):
        first, *_, last = all_of(conditions, made_up | {Run(SGD, 99): Outcome(0.0, 1.0)})
    assert dict(first.outcomes) == made_up
    assert dict(last.outcomes) == plain | made_up
    assert len(submitted()) == len(plain) - len(made_up)


def test_where_all_is_known_nothing_is_executed(conditions, plain):
    Counting.submitted.clear()
    with joblib.parallel_config(backend="counting", n_jobs=2):
        (only,) = all_of(conditions, plain)
    assert only.share == 1
    assert Counting.submitted == []


def test_the_racers_own_rates_do_not_count(conditions, plain):
    racers = replace(SGD, learning_rate=7.0), replace(ADAM, learning_rate=8.0)
    assert dict(all_of(conditions, racers=racers)[-1].outcomes) == plain


def test_a_run_that_diverges_is_infinite_from_the_step_of_its_loss_on(conditions):
    conditions = replace(conditions, loss="mean_squared_error", steps=100)
    run = Run(replace(SGD, learning_rate=1e6), 0)
    trainer = conditions.trainer(run)
    with np.errstate(all="ignore"):
        first = next(step for step in range(100) if not math.isfinite(trainer.step().loss))
    outcome = train(conditions, run)[1]
    assert outcome.loss == math.inf
    assert math.isnan(outcome.accuracy)
    assert outcome.diverged_at == first > 0


def test_weights_that_the_last_step_broke_have_diverged_too(conditions):
    run = Run(replace(SGD, learning_rate=1e39), 0)  # a float32 weight overflows at once
    assert train(replace(conditions, steps=1), run)[1][::2] == (math.inf, 1)


@pytest.mark.filterwarnings("ignore:.*tasks")  # joblib says that it cancelled some
@pytest.mark.parametrize("backend", ["counting", "only_lists"])
def test_closing_it_leaves_the_outstanding_runs_undone(conditions, backend):
    Counting.submitted.clear()
    with joblib.parallel_config(backend=backend, n_jobs=2):
        records = sweep(conditions, [SGD], rate_grid(), range(20))
        for _ in range(3):
            next(records)
        records.close()
    begun = len(submitted())
    assert 2 <= begun <= 64 < 13 * 20
    assert list(records) == []
    assert len(submitted()) == begun


def test_closing_it_early_or_not_beginning_it_is_allowed(conditions):
    records = sweep(conditions, [SGD], RATES, SEEDS)
    records.close()
    records = sweep(conditions, [SGD], RATES, SEEDS)
    next(records)
    records.close()


def test_an_error_in_a_run_reaches_the_caller(conditions):
    with pytest.raises(engines.errors.UnknownBackend, match="nowhere"):
        all_of(replace(conditions, backend="nowhere"))


def test_a_run_that_is_wanted_no_longer_ends_before_its_next_step(conditions):
    asked = []
    with pytest.raises(Unwanted):
        train(conditions, Run(SGD, 0), lambda: asked.append(1) or len(asked) < 5)
    assert len(asked) == 5
    with pytest.raises(Unwanted):
        list(sweep(conditions, [SGD], RATES, SEEDS, wanted=lambda: False))


def test_a_run_keeps_to_one_thread(conditions):
    counts = []

    def step():
        counts.extend(pool["num_threads"] for pool in threadpool_info())
        return SimpleNamespace(loss=math.nan)

    watched = SimpleNamespace(backend="numpy", steps=1, trainer=lambda run: SimpleNamespace(step=step))
    rate_sweep._threads.cache_clear()  # other tests may have loaded libraries with pools since
    with threadpool_limits(2):
        train(watched, Run(SGD, 0))
    assert set(counts) == {1}


def test_every_backend_runs(conditions, backend):
    conditions = replace(conditions, backend=backend.name, steps=2)
    loss, accuracy, diverged_at = train(conditions, Run(SGD, 0))[1]
    assert math.isfinite(loss)
    assert 0 <= accuracy <= 1
    assert diverged_at is None


def test_the_grid_is_even_and_nests():
    half, quarter = rate_grid(), rate_grid(4)
    assert half[::2] == (1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0)
    np.testing.assert_allclose(np.diff(np.log10(quarter)), 0.25, atol=1e-3)
    assert quarter[::2] == half
    assert {float(f"{rate:.3g}") for rate in quarter} == set(quarter)


@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
def test_guessing_is_the_loss_of_equal_logits(conditions, loss):
    closed_form = {"cross_entropy": math.log(10), "mean_squared_error": 1 / 10}[loss]
    assert guessing(replace(conditions, loss=loss)) == pytest.approx(closed_form, rel=1e-6)


def test_a_partial_sweep_knows_how_much_is_done(conditions, plain):
    known = dict(list(plain.items())[:5]) | {Run(SGD, 77): Outcome(0.0, 1.0)}
    partial = recalled([SGD, ADAM], RATES, SEEDS, known)
    assert (partial.share, partial.total, len(partial.outcomes)) == (5 / 12, 12, 5)
    assert len(partial.runs) == len(set(partial.runs)) == 12


def test_its_conditions_are_as_large_as_their_data(conditions, digits):
    assert sys.getsizeof(conditions) > digits.x_train.nbytes + digits.x_test.nbytes


def test_the_engines_leave_processes_and_threads_to_joblib():
    users = set()
    for path in Path(engines.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            is_lock = isinstance(node, ast.ImportFrom) and {alias.name for alias in node.names} == {"RLock"}
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not is_lock else []
            found = {name.partition(".")[0] for name in names}
            assert not found & {"multiprocessing", "concurrent", "threading", "asyncio", "dask", "distributed", "ray"}
            users |= {path.name} & ({path.name} if "joblib" in found else set())
    assert users == {"rate_sweep.py"}
