"""The Gradient descent page: its scenes, and all that it chooses."""

from __future__ import annotations

from dataclasses import dataclass

from ui.experiment.readers import one_of
from ui.experiment.settings import parameter
from ui.gradient_descent.exact.scene import solved_exactly
from ui.gradient_descent.loss_slice.scene import loss_slice_view
from ui.gradient_descent.one_parameter.scene import one_parameter
from ui.gradient_descent.settings import DescentSettings
from ui.gradient_descent.two_parameters.scene import two_parameters
from ui.parts.scenes import Scene

SCENES = {
    "one": Scene("One parameter", one_parameter),
    "two": Scene("Two parameters", two_parameters),
    "exact": Scene("Solved exactly", solved_exactly),
    "network": Scene("A real network's loss", loss_slice_view),
}


@dataclass(frozen=True)
class DescentView(DescentSettings):
    """The scene, and the choices of all of them."""

    scene: str = parameter("one", "scene", one_of(lambda: SCENES))
