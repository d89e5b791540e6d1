"""The four tensors of one update, each with the scale of its colours, and as an image where its cells are too many."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engines.pieces import PIECE, InPieces
from ui.charts.images import matrix_image, weights_picture
from ui.charts.numerals import typeset
from ui.charts.palette import full_colour
from ui.charts.tensor_map import MOST_CELLS
from ui.parts.frozen_weights import Held
from ui.text import Text

_NONE = np.zeros((0, 0))
_MAGNIFICATIONS = tuple(digit * 10**power for power in range(15) for digit in (1, 2, 5))


class Picture(NamedTuple):
    """One picture: its title, its values, and the |value| of full colour with what to say of that scale."""

    title: str
    shape: tuple[int, ...]
    values: np.ndarray
    limit: float
    scale: str


def drawn_tensors(
    held: Held, name: str, size: float, images: tuple[int, int] | None, _: Text
) -> InPieces[list[tuple[Picture, str | None]]]:
    """A piece for each tensor. Of one that is shown as an image the numbers are let go."""
    made = []
    for tensor in (yield from _tensors(held, name, size, _)):
        matrix, image = np.atleast_2d(tensor.values), None
        if images:
            image = weights_picture(matrix, images, tensor.limit, _)
        elif matrix.size > MOST_CELLS:
            image = matrix_image(matrix, tensor.limit, tensor.title, box=(340, 320))
        made.append((tensor._replace(values=_NONE) if image else tensor, image))
        yield PIECE
    return made


def _tensors(held: Held, name: str, size: float, _: Text) -> InPieces[list[Picture]]:
    """W0 and W1 share a scale; step · gradient has it magnified so far that it can be seen."""
    w0, gradient = held.parameters[name], held.gradients[name]
    moved = size * gradient
    w1 = w0 - moved
    yield PIECE
    limit = full_colour(w0 if w0.any() else w1)
    yield PIECE
    steep = full_colour(gradient)
    yield PIECE
    times = _magnification(limit, size * steep) if moved.any() else 1
    before, after, slope = f"{name[0]}0", f"{name[0]}1", f"gradient(f)({name[0]}0)"
    alone = _("full colour ±{limit}").format(limit=typeset(steep))
    return [
        Picture(before, w0.shape, w0, limit, _scale(limit, 1, after, _)),
        Picture(slope, w0.shape, gradient, steep, alone),
        Picture(f"step · {slope}", w0.shape, moved, limit / times, _scale(limit, times, before, _)),
        Picture(f"{after} = {before} − step · gradient", w0.shape, w1, limit, _scale(limit, 1, before, _)),
    ]


def _scale(limit: float, times: int, other: str, _: Text) -> str:
    """What to say of a scale that is another tensor's, or so many times finer."""
    if times == 1:
        return _("full colour ±{limit}, as for {other}").format(limit=typeset(limit), other=other)
    text = _("full colour ±{limit}, {times:,} times finer than for {other}")
    return text.format(limit=typeset(limit / times), times=times, other=other)


def _magnification(limit: float, needed: float) -> int:
    """The largest of 1, 2, 5, 10, 20, … by which a scale to `limit` can be divided and still reach to `needed`."""
    reach = limit / needed * (1 + 1e-9)  # both are rounded decimals: 0.5 / 0.01 may fall short of 50
    return max((times for times in _MAGNIFICATIONS if times <= reach), default=1)
