"""A run that goes on from a saved state is the run that was trained from its beginning, to the last bit."""

import random
from dataclasses import replace

import numpy as np
import pytest

from engines import optimizers
from engines.network import ACTIVATIONS, INITIALIZERS
from engines.pieces import finished
from engines.runs.recipe import Conditions, Edit, Recipe
from engines.runs.saved import names, saving
from engines.runs.saved.saved_states import SavedStates
from engines.runs.training_run import TrainingRun

SHOWN = [
    "steps",
    "bins",
    "bin_width",
    "tests",
    "norms",
    "edits",
    "divergence",
    "backend",
    "epoch",
    "epoch_progress",
    "samples",
    "smoothed_loss",
    "good_step",
    "finding",
    "hash",
    "test_logits_at",
]


@pytest.fixture
def at_rest(monkeypatch):
    """As if to train so far took long: a run that comes to rest saves its state."""
    monkeypatch.setattr(saving, "_WORTH", 0.0)
    monkeypatch.setattr(saving, "_SHARE", 0.0)


@pytest.fixture
def at_every_step(at_rest, monkeypatch):
    """As if each step took long."""
    monkeypatch.setattr(saving, "EVERY", 0.0)
    monkeypatch.setattr(saving, "_LOOK", 0.0)


def drawn(rule, backend, seed):
    """A run of some settings with two changes on its way, or a run that has found out why it does not learn."""
    chance = random.Random(f"{rule}{backend}{seed}")
    first = Conditions(backend, optimizers.get(rule)(), chance.choice([16, 32, 200]))
    other = Conditions(chance.choice(["numpy", "torch"]), first.optimizer, 64)
    last = replace(other, optimizer=optimizers.get(chance.choice(optimizers.names()))(learning_rate=0.003))
    edits = (Edit(chance.randint(5, 40), other), Edit(chance.randint(60, 75), last))
    return Recipe(
        data="digits",
        hidden=chance.choice([(), (16,), (8, 8)]),
        activation=chance.choice(list(ACTIVATIONS)),
        initialization=chance.choice(list(INITIALIZERS)),
        loss=chance.choice(["cross_entropy", "mean_squared_error"]),
        seed=chance.randint(0, 9),
        dtype=chance.choice(["float32", "float64"]),
        first=first,
        edits=edits,
        step=chance.randint(76, 140),
    )


def advance(run, steps):
    """So many steps, and whatever else is done in pieces on the way."""
    goal, work = run.trainer.steps + steps, run.work()
    while run.trainer.steps < goal and run.divergence is None:
        next(work)


def opened(recipe, data, states=None):
    run = TrainingRun(recipe.trainer(data), states)
    left = finished(run.turn_to(replace(recipe, identity=data.identity)))
    advance(run, left)
    finished(run.settle())
    return run, left


def assert_same(one, other):
    a, b = one.snapshot(), other.snapshot()
    assert {name: repr(getattr(a, name)) for name in SHOWN} == {name: repr(getattr(b, name)) for name in SHOWN}
    np.testing.assert_array_equal(a.test_logits, b.test_logits)
    assert repr(one.test_points.seen) == repr(other.test_points.seen)


@pytest.mark.parametrize("rule", optimizers.names())
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_it_goes_on_as_the_run_that_was_trained_anew(backend, rule, digits, tmp_path, at_rest):
    for seed in range(2):
        recipe = drawn(rule, backend, seed)
        anew, steps = opened(recipe, digits)
        assert steps == recipe.step
        opened(recipe.at(recipe.step - 10), digits, SavedStates(tmp_path, 1e9))
        back, left = opened(recipe, digits, SavedStates(tmp_path, 1e9))
        assert left == 10
        assert_same(back, anew)
        for run in (anew, back):
            advance(run, 60)
            finished(run.settle())
        assert_same(back, anew)
        losses = {mark.step: mark.loss for mark in anew.marks}
        assert all(losses.get(mark.step, mark.loss) == mark.loss for mark in back.marks)


def test_a_large_one_is_written_and_read_in_pieces(digits, tmp_path, at_every_step):
    first = Conditions("numpy", optimizers.get("momentum")(), 32)
    recipe = Recipe("digits", (700, 700), "relu", "he", "cross_entropy", 0, "float32", first, step=3)
    anew, other = (TrainingRun(recipe.trainer(digits), states) for states in (None, SavedStates(tmp_path, 1e9)))
    for run in (anew, other):
        assert run.trainer.is_heavy
        finished(run.snapshot())
        advance(run, 3)
        finished(run.settle())
    back, left = opened(recipe, digits, SavedStates(tmp_path, 1e9))
    assert left == 0
    assert back.test_points.first_loss == anew.test_points.first_loss
    for run in (anew, back):
        advance(run, 3)
        finished(run.settle())
    assert finished(back.snapshot()).hash == finished(anew.snapshot()).hash
    assert back.tests == anew.tests


def test_what_was_found_out_comes_back_too(digits, tmp_path, at_rest):
    recipe = Recipe(
        "digits", (16,), "tanh", "constant", "cross_entropy", 0, "float64",
        Conditions("numpy", optimizers.get("sgd")(learning_rate=0.1), 32), step=60,
    )  # fmt: skip
    anew, _steps = opened(recipe, digits, SavedStates(tmp_path, 1e9))
    back, left = opened(recipe, digits, SavedStates(tmp_path, 1e9))
    assert left == 0
    assert back.watch.state == anew.watch.state
    assert back.watch.state.finding.remedy is not None
    assert_same(back, anew)


def test_nothing_is_found_by_another_environment_or_other_code(digits, tmp_path, at_rest, monkeypatch):
    recipe = drawn("sgd", "numpy", 0).at(4)
    wanted, states = replace(recipe, identity=digits.identity), SavedStates(tmp_path, 1e9)
    opened(recipe, digits, states)
    assert states.nearest_step(wanted) == 4
    assert states.nearest_step(replace(wanted, identity="")) == 0
    assert states.nearest_step(replace(wanted, seed=77)) == 0
    with monkeypatch.context() as patched:
        patched.setattr(names, "environment_code", lambda backend: "ffff")
        assert states.nearest_step(wanted) == 0
    monkeypatch.setattr(names, "_code_of_engines", lambda: "other")
    assert states.nearest_step(wanted) == 0


def test_ones_own_data_stay_out_of_files(digits, tmp_path, at_rest):
    own = replace(digits, name=f"own-{digits.identity}")
    recipe = replace(drawn("sgd", "numpy", 0).at(8), data=own.name)
    opened(recipe, own, SavedStates(tmp_path, 1e9))
    assert list(tmp_path.iterdir()) == []


def test_a_run_keeps_a_few_files_its_newest_among_them(digits, tmp_path, at_every_step):
    recipe = drawn("sgd", "numpy", 0).at(4)
    run = TrainingRun(recipe.trainer(digits), SavedStates(tmp_path, 1e9))
    advance(run, 120)
    steps = sorted(names.step_in(path.name) for path in tmp_path.iterdir())
    assert 4 <= len(steps) <= 9
    assert steps[-1] >= 119


def test_what_takes_no_time_to_train_again_is_not_written(digits, tmp_path):
    recipe = drawn("sgd", "numpy", 0)
    run = TrainingRun(recipe.trainer(digits), SavedStates(tmp_path, 1e9))
    advance(run, 20)
    finished(run.settle())
    assert list(tmp_path.iterdir()) == []


def test_opening_costs_what_is_left_to_train(digits, tmp_path, at_rest):
    recipe = replace(drawn("adam", "numpy", 1), hidden=(64,), edits=(), step=100)
    opened(recipe, digits, SavedStates(tmp_path, 1e9))
    later = replace(recipe, step=1100, identity=digits.identity)
    without = TrainingRun(recipe.trainer(digits)).seconds_to(later)
    assert TrainingRun(recipe.trainer(digits), SavedStates(tmp_path, 1e9)).seconds_to(later) == pytest.approx(
        without * 1000 / 1100, rel=0.05
    )


def test_a_damaged_or_foreign_file_is_as_if_it_were_not_there(digits, tmp_path, at_rest):
    recipe = replace(drawn("adam", "numpy", 0), edits=(), step=3)
    opened(recipe, digits, SavedStates(tmp_path, 1e9))
    wanted = replace(recipe, identity=digits.identity)
    path = tmp_path / names.file_name(wanted)
    whole, anew = path.read_bytes(), opened(recipe, digits)[0].snapshot().hash
    for other in tmp_path.iterdir():
        other.unlink()
    chance = random.Random(0)
    for number in range(60):
        damaged = bytearray(whole[: chance.randrange(len(whole))]) if number % 3 == 0 else bytearray(whole)
        if number % 3:
            damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        assert opened(recipe, digits, SavedStates(tmp_path, 1e9))[0].snapshot().hash == anew
    path.write_bytes(whole)
    path.rename(tmp_path / names.file_name(replace(wanted, seed=77)))  # a state of another run by a false name
    assert opened(replace(recipe, seed=77), digits, SavedStates(tmp_path, 1e9))[1] == 3


def test_no_pickle_is_ever_opened(digits, tmp_path):
    recipe = replace(drawn("sgd", "numpy", 0), edits=(), step=3, identity=digits.identity)
    told = tmp_path / "told"
    np.savez(tmp_path / names.file_name(recipe), **{"parameters/W1": np.array([Telltale(str(told))], object)})
    assert opened(recipe, digits, SavedStates(tmp_path, 1e9))[1] == 3
    assert not told.exists()


class Telltale:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")
