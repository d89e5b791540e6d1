"""What the scene "anatomy" of the Optimizers page chooses: whose anatomy, and of which parameter."""

from __future__ import annotations

from dataclasses import dataclass

from engines import optimizers
from engines.errors import InvalidSetting
from ui.experiment.readers import MAX_LAYERS, one_of, optional, write_optional
from ui.experiment.settings import parameter


def read_tensor(text: str) -> str:
    """A parameter's name such as W1 or b2; raises `InvalidSetting`."""
    kind, layer = text[:1], text[1:]
    if kind not in ("W", "b") or not (layer.isascii() and layer.isdigit() and 1 <= int(layer) <= MAX_LAYERS + 1):
        raise InvalidSetting("write a parameter's name like W1 or b2")
    return text


def read_place(text: str) -> tuple[int, ...]:
    """A weight's row and column, as "27, 4", or a bias' number alone; raises `InvalidSetting`."""
    parts = [part.strip() for part in text.strip().strip("[]").split(",")]
    if not 1 <= len(parts) <= 2 or not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
        raise InvalidSetting("write a weight's row and column, like 27, 4")
    return tuple(map(int, parts))


def write_place(place: tuple[int, ...]) -> str:
    return ",".join(map(str, place))


@dataclass(frozen=True)
class AnatomyView:
    """The optimizer, one of those that race, and the parameter; if the network has none of that name, its first.

    `weight` is the entry whose numbers are put into the rule: the one that moves most where none is chosen.
    """

    dissected: str = parameter("adam", "anatomy", one_of(optimizers.names))
    tensor: str = parameter("W1", "tensor", read_tensor)
    weight: tuple[int, ...] | None = parameter(
        None, "weight", optional("auto", read_place), write_optional("auto", write_place)
    )
