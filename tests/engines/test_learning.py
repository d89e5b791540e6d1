"""Learning is real: the networks of the app reach the accuracy they must, on data they have not seen."""

import statistics

import pytest

from engines import datasets, optimizers
from engines.network import Network

EPOCH = 45  # steps of 32 of 1,437 samples


def test_digits_are_learned(backend, make_trainer):
    accuracies = []
    for seed in range(5 if backend.name == "numpy" else 1):  # the others make the same run, more slowly
        trainer = make_trainer(backend, optimizers.get("momentum")(learning_rate=0.1, momentum=0.9), seed=seed)
        assert trainer.run(30 * EPOCH).epoch == 29
        accuracies.append(trainer.evaluate()[1])
    assert statistics.median(accuracies) >= 0.96, accuracies


def test_fashion_mnist_is_learned(make_trainer):
    data = datasets.load("fashion_mnist")
    if data.source != "full":
        pytest.skip("The full Fashion-MNIST is not on this machine, only the subset that comes with the app.")
    network, rule = Network([784, 128, 10]), optimizers.get("adam")(learning_rate=2e-3)
    trainer = make_trainer(network=network, optimizer=rule, data=data, batch_size=128)
    assert trainer.run(5 * 469).epoch == 4
    assert trainer.evaluate()[1] >= 0.86


@pytest.mark.parametrize("optimizer", optimizers.names())
@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
def test_every_optimizer_learns_by_its_defaults(make_trainer, optimizer, loss):
    trainer = make_trainer(optimizer=optimizers.get(optimizer)(), loss=loss)
    before, _ = trainer.evaluate()
    trainer.run(10 * EPOCH)
    after, accuracy = trainer.evaluate()
    assert after < before / 2
    assert accuracy > 0.6  # squared error by plain SGD is the slowest


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("initialization", ["he", "glorot", "small"])
def test_every_network_learns(make_trainer, activation, initialization):
    network = Network([64, 32, 10], activation, initialization)
    trainer = make_trainer(network=network, learning_rate=0.1)
    trainer.run(10 * EPOCH)
    assert trainer.evaluate()[1] > 0.85


def test_without_a_step_size_nothing_is_learned(make_trainer):
    trainer = make_trainer(learning_rate=0.0)
    before = trainer.evaluate()
    trainer.run(EPOCH)
    assert trainer.evaluate() == before
    assert before[1] < 0.3
