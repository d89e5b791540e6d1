"""What the scenes of the Backends page let one choose: how differences are drawn, the unit of speed, the operation."""

from __future__ import annotations

from dataclasses import dataclass

from engines.comparison.agreement import MEASURES, QUANTITIES
from engines.operations import OPERATIONS
from ui.experiment.readers import one_of, read_switch, whole, write_switch
from ui.experiment.settings import parameter

GRADIENTS = "gradients"  # the one question that a backend answers besides its operations
RUNS = ("edge", "experiment")  # beyond the edge of stability, where differences explode; or what the sidebar says
STEPS = (30, 100, 300, 1000, 3000)


@dataclass(frozen=True)
class BackendsSettings:
    """The choices of all scenes."""

    run: str = parameter("edge", "run", one_of(lambda: RUNS))
    quantity: str = parameter("weights", "quantity", one_of(lambda: QUANTITIES))
    measure: str = parameter("relative", "measure", one_of(lambda: MEASURES))
    steps: int = parameter(300, "steps", whole(10, STEPS[-1]))
    per_second: bool = parameter(False, "per_second", read_switch, write_switch)
    operation: str = parameter("relu", "operation", one_of(lambda: [*OPERATIONS, GRADIENTS]))
