"""HIPS autograd: NumPy functions traced through a wrapped `numpy`."""

from __future__ import annotations

from collections.abc import Iterator

import autograd.numpy as np
from autograd import value_and_grad

from engines.comparison.hand_written import Task


def losses(task: Task) -> Iterator[float]:
    layers = [(w.copy(), b.copy()) for w, b in zip(task.weights, task.biases, strict=True)]
    one_hot = task.one_hot()
    loss_and_gradients = value_and_grad(_loss)
    for batch in task.batches():
        loss, gradients = loss_and_gradients(layers, task.x[batch], one_hot[batch])
        for layer, gradient in zip(layers, gradients, strict=True):
            for parameter, slope in zip(layer, gradient, strict=True):
                parameter -= task.learning_rate * slope
        yield float(loss)


def _loss(layers: list, x: np.ndarray, one_hot: np.ndarray) -> float:
    for w, b in layers[:-1]:
        x = np.maximum(np.dot(x, w) + b, 0)
    w, b = layers[-1]
    scores = np.dot(x, w) + b
    scores = scores - np.max(scores, axis=1, keepdims=True)
    log_totals = np.log(np.sum(np.exp(scores), axis=1))
    return (np.sum(log_totals) - np.sum(scores * one_hot)) / len(x)
