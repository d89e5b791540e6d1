"""Training and test loss by the epoch, against the same run in plain NumPy, with few training samples."""

import pytest

from engines import datasets
from engines.datasets.subset import subset
from engines.errors import InvalidSetting


@pytest.fixture
def few(monkeypatch, digits):
    """Twenty training samples under the name of the digits."""
    made = subset(digits, 20, 360)
    monkeypatch.setattr(datasets, "load", lambda name: made)
    return made


@pytest.fixture
def losses(few, by_hand):
    """(training, test) at the start and after each epoch of so many, batches of 8."""

    def train(rate, epochs):
        run, found = by_hand(rate, 8), []
        run.data = few
        for epoch in range(epochs + 1):
            run.to(3 * epoch)
            found.append((run.loss(few.x_train, few.y_train), run.loss(few.x_test, few.y_test)))
        return found

    return train


@pytest.mark.parametrize(("rate", "course"), [(0.5, "rises"), (0.001, "falls")])
def test_the_epoch_of_the_lowest_test_loss(answer, recipe, losses, rate, course):
    by_epoch = losses(rate, 60)
    tests = [test for _training, test in by_epoch]
    lowest = tests.index(min(tests))
    found = answer("lowest_test_epoch", recipe(rate, 8), epochs=60)
    assert found.value == lowest
    told = found.numbers
    assert (told["training_end"], told["test_end"]) == pytest.approx(by_epoch[-1], rel=1e-6)
    assert (told["training_lowest"], told["lowest"]) == pytest.approx(by_epoch[lowest], rel=1e-6)
    assert told["test_start"] == pytest.approx(tests[0], rel=1e-9)
    assert told["samples"] == 20
    assert ("rises" if tests[-1] > 1.01 * min(tests) else "falls") == course
    assert answer("course_of_test_loss", recipe(rate, 8, step=7), epochs=60).value == course
    lower = "training" if by_epoch[-1][0] < by_epoch[-1][1] else "test"
    assert answer("lower_curve", recipe(rate, 8), epochs=60).value == lower


def test_too_many_epochs(answer, recipe):
    for epochs in (0, 10**6, 1.5):
        with pytest.raises(InvalidSetting, match="epochs"):
            answer("lowest_test_epoch", recipe(), epochs=epochs)
