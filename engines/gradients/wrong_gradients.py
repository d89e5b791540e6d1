"""Gradients that are wrong on purpose: mistakes that people make, for an audit to find (chapter 2.4.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from engines.arrays import NamedArrays
from engines.backends.base import Tensor
from engines.gradients.loss_function import LossFunction
from engines.pieces import InPieces
from engines.stand_ins import BackendLike


def flipped_sign(f: LossFunction, parameters: NamedArrays, name: str) -> InPieces[NamedArrays]:
    """The steepest entry of the parameter `name` has the wrong sign; all others are right."""
    gradients = yield from f.gradient_in_pieces(parameters)
    steepest = np.unravel_index(np.abs(gradients[name]).argmax(), gradients[name].shape)
    gradients[name][steepest] *= -1
    return gradients


def forgotten_mean(f: LossFunction, parameters: NamedArrays, name: str) -> InPieces[NamedArrays]:
    """The 1/n of the mean over the n samples is left out."""
    gradients = yield from f.gradient_in_pieces(parameters)
    return {key: len(f.x) * gradient for key, gradient in gradients.items()}


def missing_mask(f: LossFunction, parameters: NamedArrays, name: str) -> InPieces[NamedArrays]:
    """The hidden layers' activation is passed back as if its derivative were 1: for relu, its mask is missing."""
    return (yield from replace(f, backend=_WithoutMask(f.backend)).gradient_in_pieces(parameters))


def transposed(f: LossFunction, parameters: NamedArrays, name: str) -> InPieces[NamedArrays]:
    """Each weight matrix has the right numbers, laid out as its transpose and squeezed into the shape."""
    gradients = yield from f.gradient_in_pieces(parameters)
    return {key: gradient.T.reshape(gradient.shape) for key, gradient in gradients.items()}


def no_bias(f: LossFunction, parameters: NamedArrays, name: str) -> InPieces[NamedArrays]:
    """The biases' gradients are left out: zero."""
    gradients = yield from f.gradient_in_pieces(parameters)
    return {key: 0 * g if key.startswith("b") else g for key, g in gradients.items()}


class _WithoutMask:
    """Stands in for a backend; its activations have the right values and the derivative 1."""

    def __init__(self, backend: BackendLike) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def _passed_back_whole(self, activation: Callable[[Tensor], Tensor], a: Tensor) -> Tensor:
        backend = self._backend
        change = np.array(backend.numpy(activation(a))) - backend.numpy(a)  # a constant: nothing flows back through it
        return backend.add(a, backend.tensor(change))

    def relu(self, a: Tensor) -> Tensor:
        return self._passed_back_whole(self._backend.relu, a)

    def tanh(self, a: Tensor) -> Tensor:
        return self._passed_back_whole(self._backend.tanh, a)

    def sigmoid(self, a: Tensor) -> Tensor:
        return self._passed_back_whole(self._backend.sigmoid, a)


WRONG_GRADIENTS: dict[str, Callable[[LossFunction, NamedArrays, str], InPieces[NamedArrays]]] = {
    "flipped_sign": flipped_sign,
    "forgotten_mean": forgotten_mean,
    "missing_mask": missing_mask,
    "transposed": transposed,
    "no_bias": no_bias,
}
