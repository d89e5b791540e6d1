"""What the Chain rule page alone chooses: the scene, what each scene has, and the walk over its graph."""

from __future__ import annotations

from dataclasses import dataclass

from ui.chain_rule.four_ways.settings import FourWaysView
from ui.chain_rule.scalars.settings import ScalarsView
from ui.chain_rule.walk.settings import WalkView
from ui.experiment.readers import one_of, whole
from ui.experiment.settings import parameter
from ui.parts.frozen_weights import read_step, write_step

SCENES = ("scalars", "homework", "network", "fourways")
MOST_IMAGES, LAST_IMAGE = 8, 99_999


@dataclass(frozen=True)
class ChainRuleView(ScalarsView, FourWaysView, WalkView):
    """The scene; for the network: the weights' training step (None: where the run is), and which test images."""

    scene: str = parameter("scalars", "scene", one_of(lambda: SCENES))
    at: int | None = parameter(None, "step", read_step, write_step)
    image: int = parameter(0, "image", whole(0, LAST_IMAGE))
    images: int = parameter(1, "images", whole(1, MOST_IMAGES))
