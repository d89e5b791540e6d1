"""The guard of a training run: when a number is no longer finite, which one, and whether steps had overshot."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from engines.records import StepRecord
from engines.runs.points import Divergence
from engines.training import Trainer

_GROWN = 30.0  # times: neither loss nor weights get there in a run that learns


def divergence_of(
    trainer: Trainer, record: StepRecord, first_loss: float, last_loss: float, initial: Mapping[str, np.ndarray]
) -> Divergence | None:
    """What is no longer finite after the step of that record; None where only a norm overflowed.

    `first_loss` and `initial` are those that the run began with, `last_loss` the smoothed one before this step.
    """
    parameters = trainer.parameters()
    broken = [name for name, values in parameters.items() if not np.isfinite(values).all()]
    if not broken and math.isfinite(record.loss):
        return None
    weight = max(_largest(values) for values in parameters.values())
    began_at = max(_largest(values) for values in initial.values())
    loss = record.loss if math.isfinite(record.loss) else last_loss
    return Divergence(
        record.step,
        broken[0] if broken else "loss",
        trainer.optimizer.learning_rate,
        weight,
        overshot=loss > _GROWN * first_loss or weight > _GROWN * max(1.0, began_at),
        largest_at_first=began_at,
    )


def _largest(values: np.ndarray) -> float:
    """The largest finite magnitude; 0 where there is none."""
    return float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
