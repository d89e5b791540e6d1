"""The Backends page: its scenes, and all that it chooses."""

from __future__ import annotations

from dataclasses import dataclass

from ui.backends.agreement.scene import agreement_scene
from ui.backends.code.scene import code_scene
from ui.backends.own.scene import own_scene
from ui.backends.settings import BackendsSettings
from ui.backends.speed.scene import speed_scene
from ui.experiment.readers import one_of
from ui.experiment.settings import parameter
from ui.parts.scenes import Scene

SCENES = {
    "agreement": Scene("Do they agree?", agreement_scene),
    "speed": Scene("How fast?", speed_scene),
    "code": Scene("The same operation", code_scene),
    "own": Scene("Your own", own_scene),
}


@dataclass(frozen=True)
class BackendsView(BackendsSettings):
    """The scene, and the choices of all of them."""

    scene: str = parameter("agreement", "scene", one_of(lambda: SCENES))
