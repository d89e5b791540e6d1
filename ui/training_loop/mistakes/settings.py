"""Which mistakes are shown: of which cell of the confusion matrix, and which leaf of the album of them."""

from __future__ import annotations

from dataclasses import dataclass

from ui.experiment.readers import optional, whole, write_optional
from ui.experiment.settings import parameter

_LAST_CLASS, _LAST_LEAF = 9_999, 9_999


@dataclass(frozen=True)
class MistakesView:
    """`true` and `taken` are numbers of classes: images of the one, taken for the other; None for whichever."""

    true: int | None = parameter(None, "true", optional("any", whole(0, _LAST_CLASS)), write_optional("any"))
    taken: int | None = parameter(None, "taken", optional("any", whole(0, _LAST_CLASS)), write_optional("any"))
    leaf: int = parameter(1, "leaf", whole(1, _LAST_LEAF))
