"""What the scene "a real network's loss" lets one choose (chapter 2.4.3): the run, the plane, the grid."""

from __future__ import annotations

from dataclasses import dataclass

from engines.descent.loss_slice import PLANES
from ui.experiment.readers import one_of, whole
from ui.experiment.settings import MAX_SEED, parameter

LONGEST, FINEST = 3000, 41


@dataclass(frozen=True)
class LossSliceView:
    """The scene's part of the page's view."""

    s_plane: str = parameter("principal", "s_plane", one_of(lambda: PLANES))
    s_steps: int = parameter(300, "s_steps", whole(10, LONGEST))
    s_size: int = parameter(25, "s_size", whole(9, FINEST))  # points along each side of the grid
    s_seed: int = parameter(0, "s_seed", whole(0, MAX_SEED))  # of the random directions
