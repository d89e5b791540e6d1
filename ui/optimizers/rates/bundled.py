"""The sweep that comes with the app: what the scene "rates" shows first, and the rates that a race opens with (2.4.3).

`python -m scripts.make_bundled_sweep` made it; the file says under which conditions.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engines import optimizers
from engines.races.rate_curves import rate_curves
from engines.races.rate_sweep import Outcome, Run, Sweep

FILE = Path(__file__).with_name("bundled_sweep.json")
SEEDS, STEPS = (0, 1, 2), 1000


@dataclass(frozen=True, eq=False)
class BundledSweep:
    """The sweep, and what all of its runs shared.

    `layers` are the sizes from the input to the output, `guessing` the loss of a network that has learned nothing.
    """

    sweep: Sweep
    command: str
    data: str
    layers: tuple[int, ...]
    loss: str
    batch_size: int
    steps: int
    guessing: float


@cache
def bundled() -> BundledSweep:
    """As the file has it."""
    told = json.loads(FILE.read_text("utf-8"))
    rules = [optimizers.get(name) for name in told["outcomes"]]
    outcomes = {
        Run(rule(learning_rate=rate), seed): _outcome(*found)
        for rule in rules
        for rate, row in zip(told["rates"], told["outcomes"][rule.name], strict=True)
        for seed, found in zip(told["seeds"], row, strict=True)
    }
    made = Sweep(tuple(rule() for rule in rules), tuple(told["rates"]), tuple(told["seeds"]), outcomes)
    shared: dict[str, Any] = {
        name: told[name] for name in ("command", "data", "loss", "batch_size", "steps", "guessing")
    }
    return BundledSweep(made, layers=tuple(told["layers"]), **shared)


def _outcome(loss: float | None, accuracy: float | None, diverged_at: int | None) -> Outcome:
    return Outcome(math.inf, math.nan, diverged_at) if loss is None or accuracy is None else Outcome(loss, accuracy)


@cache
def best_rates() -> dict[str, float]:
    """The best rate that the sweep found for each optimizer, by name."""
    return {curve.racer.name: curve.tuned.learning_rate for curve in rate_curves(bundled().sweep)}
