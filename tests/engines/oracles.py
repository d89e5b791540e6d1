"""What the engines are measured against: central differences and a network in plain NumPy.

Nothing in here calls an operation of a backend.
"""

import itertools
import math

import numpy as np

AUDIT_LIMIT = 1e-6


def central_differences(function, arrays, index):
    """The gradient of `function(*arrays)` (a number) with respect to `arrays[index]`, entry by entry."""
    arrays = [np.array(array) for array in arrays]
    moved = arrays[index]
    gradient = np.zeros(moved.shape)
    for entry in np.ndindex(moved.shape):
        kept = moved[entry]
        step = 6e-6 * max(1.0, abs(kept))
        moved[entry] = kept + step
        above, right = function(*arrays), moved[entry]
        moved[entry] = kept - step
        below, left = function(*arrays), moved[entry]
        moved[entry] = kept
        gradient[entry] = (above - below) / (right - left)
    return gradient


def audit_error(analytic, numeric):
    """The largest |a − n| / max(|a|, |n|, 1e-3 · max|g|); two zeros agree. A NaN counts as infinite."""
    if analytic.size == 0:
        return 0.0
    largest = max(np.abs(analytic).max(), np.abs(numeric).max())
    scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-3 * largest)
    errors = np.abs(analytic - numeric) / np.where(scale == 0, 1, scale)
    return math.inf if np.isnan(errors).any() else errors.max()


def difference(values, expected):
    """max|Δ| / max|value| of two tensors: how the agreement of backends is measured."""
    values, expected = np.asarray(values), np.asarray(expected)
    assert values.shape == expected.shape
    largest = np.abs(expected).max()
    return np.abs(values - expected).max() / (largest or 1)


def largest_difference(tensors, expected):
    """The largest `difference` over tensors by name."""
    assert tensors.keys() == expected.keys()
    return max(difference(tensors[name], expected[name]) for name in expected)


def advance(run, steps):
    """So many steps of a watched run; the loss of each."""
    return [record.loss for record in itertools.islice(run.work(), steps)]


def numbers(record):
    """What a step's record says, as values that can be compared."""
    return record.step, record.epoch, record.loss, record.accuracy, dict(record.gradient_norms)


ACTIVATIONS = {
    "relu": lambda z: np.where(z > 0, z, 0),
    "tanh": lambda z: (1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z)),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


def forward(parameters, x, activation="relu"):
    """Logits of a stack of dense layers, in float64."""
    hidden = np.asarray(x, np.float64)
    layers = len(parameters) // 2
    for layer in range(1, layers + 1):
        hidden = hidden @ parameters[f"W{layer}"].astype(np.float64) + parameters[f"b{layer}"]
        if layer < layers:
            hidden = ACTIVATIONS[activation](hidden)
    return hidden


def cross_entropy(logits, labels):
    """Mean of −ln softmax(logits)[label], in extended precision where the machine has it."""
    scores = np.asarray(logits, np.longdouble)
    right = scores[np.arange(len(labels)), labels]
    return (np.log(np.exp(scores).sum(axis=1)) - right).mean()


def mean_squared_error(logits, labels):
    """Mean of (logits − one-hot)²."""
    targets = np.zeros(logits.shape)
    targets[np.arange(len(labels)), labels] = 1
    return np.square(logits - targets).mean()


def batch_order(seed, samples, batch_size, epochs):
    """[(epoch, indices), ...]: what each step of so many epochs must see."""
    rng = np.random.default_rng([seed, 1])
    orders = [rng.permutation(samples) for _ in range(epochs)]
    return [
        (epoch, order[start : start + batch_size])
        for epoch, order in enumerate(orders)
        for start in range(0, samples, batch_size)
    ]
