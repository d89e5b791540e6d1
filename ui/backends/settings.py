"""What the Backends page alone chooses: the scene, how differences are drawn, the unit of speed, the operation."""

from __future__ import annotations

from dataclasses import dataclass

from engines.comparison.agreement import MEASURES, QUANTITIES
from engines.operations import OPERATIONS
from ui.experiment.readers import one_of, read_switch, whole, write_switch
from ui.experiment.settings import parameter

SCENES = ("agreement", "speed", "code", "own")
GRADIENTS = "gradients"  # the one question that a backend answers besides its operations
STEPS = (30, 100, 300, 1000, 3000)


@dataclass(frozen=True)
class BackendsView:
    """The scene, and the choices of all of them."""

    scene: str = parameter("agreement", "scene", one_of(lambda: SCENES))
    quantity: str = parameter("weights", "quantity", one_of(lambda: QUANTITIES))
    measure: str = parameter("relative", "measure", one_of(lambda: MEASURES))
    steps: int = parameter(300, "steps", whole(10, STEPS[-1]))
    per_second: bool = parameter(False, "per_second", read_switch, write_switch)
    operation: str = parameter("relu", "operation", one_of(lambda: [*OPERATIONS, GRADIENTS]))
