"""Losses: values and gradients against torch.nn.functional."""

import numpy as np
import pytest
import torch

from engines import losses
from engines.errors import InvalidSetting

TORCH = {
    "cross_entropy": torch.nn.functional.cross_entropy,
    "mean_squared_error": lambda logits, labels: torch.nn.functional.mse_loss(
        logits, torch.nn.functional.one_hot(labels, logits.shape[1]).to(logits.dtype)
    ),
}


def test_the_losses_are_those_of_the_design():
    assert losses.names() == sorted(TORCH)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("shape", [(1, 2), (1, 10), (5, 3), (32, 10)], ids=str)
def test_value_and_gradient_are_those_of_torch(backend, name, shape, dtype):
    rng = np.random.default_rng(shape)
    logits, labels = rng.normal(size=shape).astype(dtype) * 3, rng.integers(0, shape[1], shape[0])
    theirs = torch.from_numpy(logits).requires_grad_()
    expected = TORCH[name](theirs, torch.from_numpy(labels))
    expected.backward()

    loss = losses.get(name)
    ours = backend.tensor(logits, requires_grad=True)
    value = loss.value(backend, ours, backend.tensor(loss.targets(labels, shape[1], dtype)))
    gradient = backend.numpy(backend.gradients(value, [ours])[0])
    assert backend.numpy(loss.of(backend, ours, labels, shape[1], dtype)) == backend.numpy(value)
    alone = [TORCH[name](theirs[i : i + 1], torch.from_numpy(labels[i : i + 1])).item() for i in range(len(labels))]
    np.testing.assert_allclose(loss.each(backend, ours, labels), alone, rtol=5e-6 if dtype == "float32" else 1e-13)
    assert backend.numpy(value).shape == ()
    assert backend.numpy(value).dtype == gradient.dtype == dtype
    tolerance = 2e-6 if dtype == "float32" else 1e-14
    np.testing.assert_allclose(backend.numpy(value), expected.item(), rtol=tolerance)
    np.testing.assert_allclose(gradient, theirs.grad.numpy(), rtol=10 * tolerance, atol=tolerance)


@pytest.mark.parametrize("name", TORCH)
def test_names_and_texts(name):
    loss = losses.get(name)
    assert loss.label
    assert loss.formula.startswith("L =")


@pytest.mark.parametrize("name", ["hinge", "", None])
def test_an_unknown_loss_is_told_the_choices(name):
    with pytest.raises(InvalidSetting) as error:
        losses.get(name)
    assert all(text in str(error.value) for text in (repr(name), *TORCH))
