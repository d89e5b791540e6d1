"""The Optimizers page: its scenes, and all that it chooses."""

from __future__ import annotations

from dataclasses import dataclass

from ui.experiment.readers import one_of
from ui.experiment.settings import parameter
from ui.optimizers.anatomy.scene import anatomy_scene
from ui.optimizers.anatomy.settings import AnatomyView
from ui.optimizers.batches.scene import batches_scene
from ui.optimizers.batches.settings import BatchesView
from ui.optimizers.race.scene import race_scene
from ui.optimizers.race.settings import RaceView
from ui.optimizers.rates.scene import rates_scene
from ui.optimizers.rates.settings import RatesView
from ui.optimizers.surface.scene import surface_scene
from ui.optimizers.surface.settings import SurfaceView
from ui.parts.scenes import Scene

SCENES = {
    "race": Scene("The race", race_scene),
    "rates": Scene("Best rate for each", rates_scene),
    "surface": Scene("On a surface", surface_scene),
    "anatomy": Scene("Anatomy", anatomy_scene),
    "batches": Scene("Batch size", batches_scene),
}


@dataclass(frozen=True)
class OptimizersView(RaceView, RatesView, SurfaceView, AnatomyView, BatchesView):
    """The scene, and the choices of all of them."""

    scene: str = parameter("race", "scene", one_of(lambda: SCENES))
