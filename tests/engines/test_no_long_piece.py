"""Between two pieces of any long work no more rows pass through the weights than one piece may hold.

Counted, not timed: the size of a piece is set far down, so that a small network is a large one.
"""

from dataclasses import replace

import numpy as np
import pytest

from engines import optimizers, pieces
from engines.comparison.agreement import compare_in_both
from engines.datasets.subset import subset
from engines.descent.loss_slice import PLANES, loss_slice
from engines.gradients.audit import all_entries, audit
from engines.gradients.frozen import frozen_at
from engines.gradients.input_check import check_input
from engines.gradients.input_gradient import InputLoss
from engines.gradients.input_walk import walk_in_pieces
from engines.gradients.pass_cost import LARGE_SIZES, measure
from engines.gradients.step_sweep import sweep
from engines.gradients.wrong_gradients import WRONG_GRADIENTS
from engines.network import Network
from engines.races.batch_race import batch_race
from engines.races.gradient_noise import gradient_noise
from engines.races.race import Race
from engines.runs.diagnosis.probes import probe
from engines.runs.training_run import TrainingRun
from engines.training import Trainer
from tests.engines.metered import Metered, pieces_of

NETWORK = Network([64, 12, 10])
PIECE = 30 * NETWORK.parameter_count  # rows × weights: 30 samples forward and backward, 90 forward
MOST = 3 * PIECE  # as `Metered` counts it


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(pieces, "ROWS_TIMES_WEIGHTS", PIECE)
    monkeypatch.setattr(pieces, "MANY_NUMBERS", 100)


@pytest.fixture
def meter():
    return Metered()


@pytest.fixture
def few(digits):
    return subset(digits, 200, 150)


@pytest.fixture
def trainer(meter, few, small_pieces):
    def make(optimizer="sgd", batch_size=200, dtype="float32", backend=meter):
        rule = optimizers.get(optimizer)(learning_rate=0.05)
        return Trainer(backend, NETWORK, rule, few, batch_size=batch_size, dtype=dtype)

    return make


@pytest.fixture
def frozen(trainer):
    *_, found = frozen_at(trainer(), 1)
    return found


def bounded(work, *meters, least=1):
    """No piece is too large; and the work was large enough to be cut at all."""
    found = pieces_of(work, *meters)
    assert sum(found) > least * MOST
    assert max(found) <= MOST
    return found


def test_weights_are_frozen_at_a_step(trainer, meter):
    bounded(frozen_at(trainer(), 3), meter)


def test_the_audit_and_every_planted_mistake(frozen, meter):
    entries = all_entries(NETWORK.shapes)[::97]
    at = frozen.f, frozen.state.parameters
    bounded(audit(*at, frozen.gradients, entries), meter)
    for plant in WRONG_GRADIENTS.values():
        bounded(plant(*at, "W1"), meter)


def test_the_step_sweep(frozen, meter):
    bounded(sweep(frozen.f, frozen.state.parameters, frozen.gradients), meter)


def test_the_gradient_in_an_image_its_walk_and_its_check(frozen, meter):
    loss = InputLoss(replace(frozen.f, x=frozen.f.x[:1], labels=frozen.f.labels[:1]), frozen.state.parameters)
    gradient = loss.gradient()
    bounded(walk_in_pieces(loss, gradient), meter)
    bounded(check_input(loss, gradient), meter)


def test_the_cost_meter(frozen, meter, monkeypatch):
    """Its large network is as large as it is; here a piece holds six samples of that, forward twice and backward."""
    monkeypatch.setattr(pieces, "ROWS_TIMES_WEIGHTS", (most := 12 * Network(LARGE_SIZES).parameter_count))
    found = pieces_of(measure(frozen.f, frozen.state.parameters, np.random.default_rng(0)), meter)
    assert 0 < max(found) <= 3 * most


@pytest.mark.parametrize("plane", PLANES)
def test_the_loss_slice(trainer, meter, plane):
    bounded(loss_slice(trainer(), 3, plane, 9), meter)


def test_the_agreement_of_backends(trainer):
    meters = {name: Metered() for name in ("one", "other")}
    work = compare_in_both(lambda name, dtype: trainer(dtype=dtype, backend=meters[name]), ("one", "other"), 3)
    bounded(work, *meters.values())


def test_the_race_of_batch_sizes(trainer, meter, few):
    sizes = (1, 32, len(few.y_train))
    bounded(batch_race([trainer(batch_size=size) for size in sizes], 1), meter)


def test_the_noise_of_gradients(trainer, meter, few):
    bounded(gradient_noise(trainer(), 2, (1, 64, len(few.y_train))), meter)


def test_a_watched_run_and_a_race(trainer, meter):
    run = TrainingRun(trainer("adam"))
    work = run.work()
    bounded((next(work) for _ in range(60)), meter)
    race = Race(lambda rule: trainer(rule.name), [optimizers.get(name)() for name in optimizers.names()]).work()
    bounded((next(race) for _ in range(120)), meter)


def test_the_probes_of_a_run_that_stands_still(trainer, meter):
    run = TrainingRun(trainer("adam"))
    work = run.work()
    while not run.norms:
        next(work)
    bounded(probe(run.trainer, run.norms, run.initial), meter)
