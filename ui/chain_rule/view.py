"""The Chain rule page: its scenes, and all that it chooses, with the walk over a scene's graph."""

from __future__ import annotations

from dataclasses import dataclass

from ui.chain_rule.four_ways.scene import four_ways_scene
from ui.chain_rule.four_ways.settings import FourWaysView
from ui.chain_rule.homework.scene import homework_scene
from ui.chain_rule.input.scene import input_scene
from ui.chain_rule.input.settings import InputView
from ui.chain_rule.network.scene import network_scene
from ui.chain_rule.network.settings import NetworkView
from ui.chain_rule.scalars.scene import scalar_scene
from ui.chain_rule.scalars.settings import ScalarsView
from ui.chain_rule.walk.settings import WalkView
from ui.experiment.readers import one_of
from ui.experiment.settings import parameter
from ui.parts.scenes import Scene

SCENES = {
    "scalars": Scene("Functions of functions", scalar_scene),
    "homework": Scene("By hand: 2-2-1", homework_scene),
    "network": Scene("The live network", network_scene),
    "input": Scene("The input", input_scene),
    "fourways": Scene("Four ways to a derivative", four_ways_scene),
}


@dataclass(frozen=True)
class ChainRuleView(ScalarsView, FourWaysView, WalkView, NetworkView, InputView):
    """The scene, and the choices of all of them."""

    scene: str = parameter("scalars", "scene", one_of(lambda: SCENES))
