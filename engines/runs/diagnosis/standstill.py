"""The cheap look at a run's curve: whether it has stood still, far from what can be learned.

A healthy run may wait as well, above all a deep one: so a standstill alone is no finding, it only calls for probes.
"""

from __future__ import annotations

import numpy as np

from engines.runs.history import LearningCurve
from engines.training import Trainer

FEWEST_STEPS, FEWEST_EPOCHS = 500, 3  # without a new lowest smoothed loss
_LEAST = 1e-12  # of a probability: its logarithm is finite


def guessing_loss(trainer: Trainer) -> float:
    """The least loss of a network that gives every image the same answer.

    With cross-entropy the best such logits are the logarithms of the labels' shares, with the squared error the shares
    themselves.
    """
    classes = trainer.network.layer_sizes[-1]
    shares = np.bincount(trainer.data.y_train, minlength=classes) / len(trainer.data.y_train)
    return min(_loss_of_all(trainer, shares, logits) for logits in (np.log(shares + _LEAST), shares))


def _loss_of_all(trainer: Trainer, shares: np.ndarray, logits: np.ndarray) -> float:
    rows = np.tile(logits.astype(trainer.dtype), (len(shares), 1))
    each = [trainer.loss_of(rows[label : label + 1], np.array([label])) for label in range(len(shares))]
    return float(np.dot(shares, each))


def patience(trainer: Trainer) -> int:
    """After how many steps without a new lowest smoothed loss a run has stood still."""
    epoch = -(-len(trainer.data.y_train) // trainer.batches.batch_size)
    return max(FEWEST_STEPS, FEWEST_EPOCHS * epoch)


def is_far(loss: float, guessing: float) -> bool:
    """Whether that loss is above half of guessing's, or no number: by this a run counts as ill."""
    return not loss <= guessing / 2


def stands_still(curve: LearningCurve, since: int, wait: int, guessing: float) -> bool:
    """Whether there was no new lowest smoothed loss for `wait` steps, nor a change `since`, and the loss is far."""
    return curve.steps - max(curve.lowest_step, since) >= max(wait, curve.width) and is_far(curve.smoothed, guessing)
