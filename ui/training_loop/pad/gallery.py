"""The learner's own test set as figures, each with a cross that takes it out (`pad.js` listens to them)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ui.charts.markup import element
from ui.charts.training_loop.galleries import predictions_gallery
from ui.text import Translate
from ui.training_loop.pad.drawings import Drawing

_END = "</figure>"
CROSSES = (
    ".ge-gallery figure{position:relative}"
    ".ge-gallery button{position:absolute;top:2px;right:2px;width:24px;height:24px;padding:0;cursor:pointer;"
    "border:1px solid rgba(128,128,128,0.5);border-radius:50%;background:#FFFFFF;color:#444444;"
    "font-size:0.8rem;line-height:1}.ge-gallery button:focus-visible{outline:2px solid #0070B2}"
)


def kept_figures(
    kept: Sequence[Drawing], probabilities: NDArray, class_names: Sequence[str], _: Translate
) -> list[str]:
    """A figure each, with the answer to it: probabilities (n, classes)."""
    figures = predictions_gallery(np.array([each.label for each in kept]), probabilities, class_names, _)
    return [
        figure.removesuffix(_END) + _cross(each, class_names, _) + _END
        for figure, each in zip(figures, kept, strict=True)
    ]


def _cross(drawing: Drawing, class_names: Sequence[str], _: Translate) -> str:
    told = _("Remove {name}").format(name=class_names[drawing.label])
    return element("button", "✕", type="button", title=told, **{"aria-label": told, "data-pad-remove": drawing.number})
