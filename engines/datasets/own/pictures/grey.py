"""From a picture of any kind to grey bytes: what is seen through lies on white, photos are turned upright."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.fitting import resized
from engines.pieces import PIECE

if TYPE_CHECKING:
    from PIL.Image import Image

_PIXELS_AT_ONCE = 2**18


class Seen(NamedTuple):
    """Whether a picture had colours, parts that are see-through, and more than 256 levels."""

    coloured: bool = False
    through: bool = False
    deep: bool = False

    def __or__(self, other: Seen) -> Seen:
        return Seen(*(mine or theirs for mine, theirs in zip(self, other, strict=True)))


def grey(picture: Image, side: int) -> Generator[Any, None, tuple[NDArray[np.uint8], Seen]]:
    """Grey levels (height, width), 0 black to 255 white; and what there was besides.

    One much larger than `side` pixels comes out smaller, by whole times; in strips, each a piece.
    """
    through = "A" in picture.getbands() or "transparency" in picture.info
    width, height = picture.size
    times = max(1, max(picture.size) // (2 * side))
    tall = max(1, _PIXELS_AT_ONCE // (width * times)) * times
    strips: list[NDArray[np.uint8]] = []
    found = Seen()
    for top in range(0, height, tall):
        strip = picture.crop((0, top, width, min(top + tall, height))) if tall < height else picture
        levels, seen = _strip(strip, through)
        found |= seen
        strips.append(np.asarray(levels.reduce(times) if times > 1 else levels))
        yield PIECE
    return strips[0] if len(strips) == 1 else np.concatenate(strips), found


def _strip(picture: Image, may_be_through: bool) -> tuple[Image, Seen]:
    """Its grey levels, and what else there is."""
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.asarray(picture, np.float64)
        return Image.fromarray(np.clip(np.rint(values / 257), 0, 255).astype(np.uint8)), Seen(deep=True)
    through = False
    if may_be_through:
        seen = picture.convert("RGBA")
        # most pictures that have this channel are opaque
        through = seen.getchannel("A").getextrema()[0] < 255  # type: ignore
        picture = Image.new("RGBA", picture.size, "white")
        picture.alpha_composite(seen)
    if picture.mode in ("L", "1"):
        return picture.convert("L"), Seen(through=through)
    picture = picture if picture.mode == "RGB" else picture.convert("RGB")
    return picture.convert("L"), Seen(_is_coloured(picture), through)


def fitted(levels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """In the middle of a square of that side, as large as fits; the rest takes the level of the picture's border."""
    return levels if levels.shape == (side, side) else resized(levels[np.newaxis], side)[0]


def _is_coloured(picture: Image) -> bool:
    """As a small copy shows it."""
    small = np.asarray(picture.resize((32, 32), 0), np.int16)
    return bool((small.max(axis=2) - small.min(axis=2)).max() > 16)
