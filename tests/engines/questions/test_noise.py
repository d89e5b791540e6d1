"""The scatter of gradients: that of single samples exactly, that of batches by others drawn here; and equal samples."""

import numpy as np
import pytest

from engines.errors import InvalidSetting

STEP = 5


@pytest.fixture
def singles(by_hand, digits):
    """Every sample's own gradient after some steps, (samples, parameters)."""
    run, rows = by_hand().to(STEP), range(len(digits.y_train))
    found = []
    for row in rows:
        weights, biases = run.gradients(digits.x_train[row : row + 1], digits.y_train[row : row + 1])
        found.append(np.concatenate([g.ravel() for g in weights + biases]))
    return np.array(found)


def test_how_far_batches_scatter(answer, recipe, singles):
    full = singles.mean(axis=0)
    rng = np.random.default_rng(99)
    for size in (1, 32):
        batches = [singles[rng.choice(len(singles), size, replace=False)].mean(axis=0) for _ in range(2000)]
        noise = np.mean([((g - full) ** 2).sum() for g in batches]) / (full @ full)
        cosine = np.mean([g @ full / np.linalg.norm(g) / np.linalg.norm(full) for g in batches])
        found = answer("batch_gradient", recipe(step=STEP), batch=size)
        assert found.value == pytest.approx(cosine, rel=0.1)
        assert found.numbers["spread"] == pytest.approx(noise**0.5, rel=0.1)
        assert found.numbers["norm"] == pytest.approx(np.linalg.norm(full), rel=1e-9)
        spread = answer("batch_gradient", recipe(step=STEP), batch=size, what="spread")
        assert spread.value == found.numbers["spread"]


def test_all_samples_do_not_scatter(answer, digits):
    found = answer("batch_gradient", batch=len(digits.y_train))
    assert found.value == pytest.approx(1)
    assert found.numbers["spread"] < 1e-12


@pytest.mark.parametrize(("than", "batch"), [(1, 100), (16, 64)])
def test_the_scatter_shrinks_with_the_root_of_the_batch(answer, digits, than, batch):
    n = len(digits.y_train)
    found = answer("spread_shrinks", batch=batch, than=than)
    exact = (batch * (n - than) / than / (n - batch)) ** 0.5  # of batches drawn without replacement
    assert found.numbers["theory"] == pytest.approx(exact)
    assert found.numbers["root"] == (batch / than) ** 0.5
    assert found.value == pytest.approx(exact, rel=0.15)
    assert found.value == found.numbers["than_spread"] / found.numbers["spread"]
    assert answer("spread_shrinks", batch=float(batch), than=float(than)) == found  # as a link may have them


def test_equal_samples(answer, recipe, by_hand, digits):
    n, epochs, losses = len(digits.y_train), 2, {}
    found = answer("same_samples", recipe(0.05), epochs=epochs)
    for name, size in (("one", 1), ("some", 32), ("all", n)):
        run = by_hand(0.05, size).to(epochs * -(-n // size))
        losses[name] = run.loss(digits.x_train, digits.y_train)
        assert found.numbers[f"loss_{name}"] == pytest.approx(losses[name], rel=1e-6)
        assert found.numbers[f"accuracy_{name}"] == run.accuracy(digits.x_test, digits.y_test)
        assert found.numbers[f"steps_{name}"] == run.steps
    assert found.value == min(losses, key=losses.get)


def test_at_a_large_rate_single_samples_lose(answer, recipe):
    found = answer("same_samples", recipe(), rate=2.0)
    assert found.value == "some"


@pytest.mark.parametrize("batch", [0, 1438, 1.5, "32"])
def test_batches_that_cannot_be(answer, batch):
    with pytest.raises(InvalidSetting):
        answer("batch_gradient", batch=batch)
    with pytest.raises(InvalidSetting):
        answer("same_samples", batch=batch)
