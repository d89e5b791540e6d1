"""What the scene "anatomy" of the Optimizers page chooses: whose anatomy, and of which parameter."""

from __future__ import annotations

from dataclasses import dataclass

from engines import optimizers
from engines.errors import InvalidSetting
from ui.experiment.readers import MAX_LAYERS, one_of
from ui.experiment.settings import parameter


def read_tensor(text: str) -> str:
    """A parameter's name such as W1 or b2; raises `InvalidSetting`."""
    kind, layer = text[:1], text[1:]
    if kind not in ("W", "b") or not (layer.isascii() and layer.isdigit() and 1 <= int(layer) <= MAX_LAYERS + 1):
        raise InvalidSetting("write a parameter's name like W1 or b2")
    return text


@dataclass(frozen=True)
class AnatomyView:
    """The optimizer, one of those that race, and the parameter; if the network has none of that name, its first."""

    dissected: str = parameter("adam", "anatomy", one_of(optimizers.names))
    tensor: str = parameter("W1", "tensor", read_tensor)
