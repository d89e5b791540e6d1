"""From a picture of any kind to grey bytes: what is seen through lies on white, photos are turned upright."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.fitting import resized
from engines.pieces import PIECE

if TYPE_CHECKING:
    from PIL.Image import Image


def grey(picture: Image) -> Generator[Any, None, tuple[NDArray[np.uint8], bool, bool]]:
    """Grey levels (height, width), 0 black to 255 white; whether there were colours, and whether it was see-through."""
    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.asarray(picture, np.float64)
        return np.clip(np.rint(values / 257), 0, 255).astype(np.uint8), False, False
    through = "A" in picture.getbands() or "transparency" in picture.info
    if through:
        picture = yield from _on_white(picture)
    if picture.mode not in ("L", "1"):
        picture = picture if picture.mode == "RGB" else picture.convert("RGB")
        coloured = _is_coloured(picture)
        yield PIECE
        picture = picture.convert("L")
    else:
        coloured = False
    return np.asarray(picture.convert("L")), coloured, through


def fitted(levels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """In the middle of a square of that side, as large as fits; the rest takes the level of the picture's border."""
    from PIL import Image

    times = max(levels.shape) // (2 * side)
    if times > 1:  # a large one first to a half or a third more than needed, by Pillow, whose means are of whole pixels
        levels = np.asarray(Image.fromarray(levels).reduce(times))
    return levels if levels.shape == (side, side) else resized(levels[np.newaxis], side)[0]


def _on_white(picture: Image) -> Generator[Any, None, Image]:
    from PIL import Image

    picture = picture.convert("RGBA")
    yield PIECE
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    yield PIECE
    return white.convert("RGB")


def _is_coloured(picture: Image) -> bool:
    """As a small copy shows it."""
    small = np.asarray(picture.resize((32, 32), 0), np.int16)
    return bool((small.max(axis=2) - small.min(axis=2)).max() > 16)
