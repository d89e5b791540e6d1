"""What the Optimizers page alone chooses: the scene, and what each scene has."""

from __future__ import annotations

from dataclasses import dataclass

from ui.experiment.readers import one_of
from ui.experiment.settings import parameter
from ui.optimizers.anatomy.settings import AnatomyView
from ui.optimizers.batches.settings import BatchesView
from ui.optimizers.race.settings import RaceView
from ui.optimizers.rates.settings import RatesView
from ui.optimizers.surface.settings import SurfaceView

SCENES = ("race", "rates", "surface", "anatomy", "batches")


@dataclass(frozen=True)
class OptimizersView(RaceView, RatesView, SurfaceView, AnatomyView, BatchesView):
    """The scene, and the choices of all of them."""

    scene: str = parameter("race", "scene", one_of(lambda: SCENES))
