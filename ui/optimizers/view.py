"""What the Optimizers page alone chooses: the scene, and what each scene has."""

from __future__ import annotations

from dataclasses import dataclass

from ui.optimizers.anatomy_settings import AnatomyView
from ui.optimizers.batches_settings import BatchesView
from ui.optimizers.race_settings import RaceView
from ui.optimizers.rates_settings import RatesView
from ui.optimizers.surface_settings import SurfaceView
from ui.readers import one_of
from ui.settings import parameter

SCENES = ("race", "rates", "surface", "anatomy", "batches")


@dataclass(frozen=True)
class OptimizersView(RaceView, RatesView, SurfaceView, AnatomyView, BatchesView):
    """The scene, and the choices of all of them."""

    scene: str = parameter("race", "scene", one_of(lambda: SCENES))
