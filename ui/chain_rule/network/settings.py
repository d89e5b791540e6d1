"""What the live network's scene lets one choose (chapter 2.4.4): which weights, which test images."""

from __future__ import annotations

from dataclasses import dataclass

from ui.experiment.readers import whole
from ui.experiment.settings import parameter
from ui.parts.frozen_weights import read_step, write_step

MOST_IMAGES, LAST_IMAGE = 8, 99_999


@dataclass(frozen=True)
class NetworkView:
    """The weights' training step (None: where the run is), and which test images."""

    at: int | None = parameter(None, "step", read_step, write_step)
    image: int = parameter(0, "image", whole(0, LAST_IMAGE))
    images: int = parameter(1, "images", whole(1, MOST_IMAGES))
