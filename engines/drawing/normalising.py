"""Whose makers normalised how: a picture becomes an image like those that the network has learned from.

A network of dense layers knows nothing of moving or scaling: to it an image moved by two pixels is another image.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engines import datasets
from engines.drawing.blocks import by_blocks, by_place
from engines.drawing.fit import by_fit
from engines.drawing.mass import by_mass
from engines.drawing.windows import Box, window

Rule = Literal["blocks", "mass", "fit"]

_RULES: dict[str, tuple[Rule, tuple[int, int]]] = {"digits": ("blocks", (8, 8)), "mnist": ("mass", (28, 28))}


def rule_of(data: str, image_shape: tuple[int, int]) -> Rule:
    """The rule for a data set by its name; one whose makers' rule is not known gets a plain fit.

    >>> rule_of("digits.100", (8, 8)), rule_of("fashion_mnist", (28, 28))
    ('blocks', 'fit')
    """
    rule, shape = _RULES.get(datasets.parted(data)[0], ("fit", image_shape))
    return rule if shape == image_shape else "fit"


def normalised(ink: NDArray, rule: Rule, image_shape: tuple[int, int], is_drawn: bool = True) -> NDArray[np.float32]:
    """A picture (h, w) of values from 0 to 1 as a sample (features,), normalised by that rule.

    A picture that is not drawn is an image of the data set, on a sheet that may be larger: its pixels are already like
    theirs, and counted blocks are only put back in their place.
    """
    if rule == "mass":
        image = by_mass(ink, image_shape)
    elif rule == "fit":
        image = by_fit(ink, image_shape)
    else:
        image = by_blocks(ink, image_shape) if is_drawn else by_place(ink, image_shape)
    return _sample(image)


def as_it_is(ink: NDArray, image_shape: tuple[int, int]) -> NDArray[np.float32]:
    """A picture (h, w) as a sample (features,) without normalising: the whole sheet in the image's pixels."""
    return _sample(window(ink, Box(0, ink.shape[0], 0, ink.shape[1]), *image_shape))


def _sample(image: NDArray[np.float64]) -> NDArray[np.float32]:
    made = image.astype(np.float32).clip(0, 1).ravel()
    made.flags.writeable = False
    return made
