"""∂loss/∂x: the gradient in the image, while the weights stand still (chapter 2.4.2, footnote 5 the other way round).

The chapter's gradient holds x constant and asks how the loss changes with W. Here W is constant and x may move: an
array of the image's shape, whose entry says how the loss changes as that pixel gets brighter. Both come from the same
recorded pass; which leaves are differentiated is all that differs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engines.arrays import NamedArrays
from engines.gradients.loss_function import LossFunction
from engines.pieces import InPieces, finished
from engines.recording import Graph, Recorder


@dataclass(frozen=True, eq=False)
class InputLoss:
    """The loss of one image as a function of x (features,) alone: network, weights and class are constant.

    `f` is the loss of that image, x (1, features) with its label (1,), whose dtype all is computed in.
    """

    f: LossFunction
    parameters: NamedArrays

    @property
    def x(self) -> np.ndarray:
        """The image that it was made for, (features,)."""
        return np.asarray(self.f.x[0], self.f.dtype)

    @property
    def label(self) -> int:
        return int(self.f.labels[0])

    def towards(self, label: int) -> InputLoss:
        """The loss of the same image, had it that class."""
        return replace(self, f=replace(self.f, labels=np.array([label])))

    def outcomes(self, images: np.ndarray) -> Outcomes:
        """What the network makes of images (n, features)."""
        return finished(self.outcomes_in_pieces(images))

    def outcomes_in_pieces(self, images: np.ndarray) -> InPieces[Outcomes]:
        f, backend = replace(self.f, x=images), self.f.backend
        labels = np.full(len(images), self.label)
        logits = yield from f.logits_in_pieces(self.parameters)
        with np.errstate(all="ignore"):
            scores = backend.tensor(logits)
            losses = np.array(f.loss.each(backend, scores, labels), np.float64)
            probabilities = np.exp(np.asarray(backend.numpy(backend.log_softmax(scores)), np.float64))
        return Outcomes(logits, losses, probabilities)

    def gradient(self) -> np.ndarray:
        """∂loss/∂x at its image, (features,)."""
        return gradient_of(self.recorded())

    def recorded(self) -> Graph:
        """The pass over its image, in which x alone is differentiated."""
        return finished(self.recorded_in_pieces())

    def recorded_in_pieces(self) -> InPieces[Graph]:
        f, recorder = self.f, Recorder(self.f.backend)
        targets = f.loss.targets(f.labels, f.network.layer_sizes[-1], f.dtype)
        with np.errstate(all="ignore"):
            x = recorder.leaf("x", self.x[None], "input")
            weights = {
                name: recorder.leaf(name, np.asarray(values, f.dtype), "parameter", requires_grad=False)
                for name, values in self.parameters.items()
            }
            y_pred = f.network.forward(recorder, weights, x)
            labels = recorder.leaf("y", targets, "input", requires_grad=False)
            return (yield from recorder.graph_in_pieces(f.loss.value(recorder, y_pred, labels)))


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Of images: the logits (n, classes), the loss (n,), and softmax of the logits (n, classes)."""

    logits: np.ndarray
    losses: np.ndarray
    probabilities: np.ndarray

    @property
    def answers(self) -> np.ndarray:
        """The class of the highest logit, (n,); −1 where not all of them are numbers."""
        known = np.isfinite(self.logits).all(axis=1)
        return np.where(known, np.nan_to_num(self.logits).argmax(axis=1), -1)


def gradient_of(graph: Graph) -> np.ndarray:
    """∂loss/∂x from a recorded pass over one image, (features,)."""
    gradient = graph.named("x").gradient
    assert gradient is not None  # the recorder differentiates its inputs
    return gradient[0]
