"""What the pictures of the scene "two parameters" say: where the balls are, and where downhill leads."""

from __future__ import annotations

from collections import Counter

import numpy as np

from engines import backends
from engines.descent.landscapes import Surface
from engines.descent.paths import Paths
from engines.descent.surface_verdicts import Place, places
from ui.charts.numerals import typeset
from ui.frame import Page
from ui.gradient_descent.two_parameters.surveyed import astray
from ui.text import counted


def paths_reading(page: Page, surface: Surface, balls: Paths, lengths: list[int], step: int) -> str:
    """What the balls are at after that step, how low they are, and where downhill is not the way to a minimum."""
    _, engine = page.text, backends.get(page.settings.backend)
    at = Counter(places(balls, step, lengths, surface, engine, page.view.momentum))
    words = place_words(page)
    told = counted(
        _,
        "After {steps:,} steps, {balls} ball: {places}.",
        "After {steps:,} steps, {balls} balls: {places}.",
        len(lengths),
    )
    named = ", ".join(word.format(n=at[place]) for place, word in words.items() if at[place])
    sentences = [told.format(steps=step, balls=len(lengths), places=named)]
    ends = [float(balls.values[step, ball]) for ball, length in enumerate(lengths) if length > step]
    if ends := [value for value in ends if np.isfinite(value)]:
        heights = _("There f lies between {lowest} and {highest}.")
        sentences.append(heights.format(lowest=typeset(min(ends)), highest=typeset(max(ends))))
    if (way := astray(surface, page.settings.backend, balls)) is not None:
        turned = _("At the start of ball 1, −gradient points {angle:.0f}° away from the way to the nearest minimum.")
        sentences.append(turned.format(angle=way.angle))
    return " ".join([*sentences, _("Click in the map to start another ball.")])


def place_words(page: Page) -> dict[Place, str]:
    """Where balls are, as the reading counts them."""
    _ = page.text
    return {
        "minimum": _("{n} in a minimum"),
        "saddle": _("{n} at a saddle, where the gradient is 0 but f falls on two sides"),
        "maximum": _("{n} on a maximum"),
        "undecided": _("{n} where the gradient is 0 and the second derivatives decide nothing"),
        "moving": _("{n} still moving"),
        "left": _("{n} outside the frame"),
        "undefined": _("{n} where f has no finite value"),
    }
