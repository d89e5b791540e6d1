"""What the scene "input" of the Chain rule page lets one choose (chapter 2.4.2, footnote 5): image, direction, step.

Weights and test image are those of the live network's scene (`NetworkView`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ui.experiment.readers import optional, read_switch, whole, write_optional, write_switch
from ui.experiment.settings import parameter

MOST_DRAWINGS, MOST_CLASSES, MOST_PIXELS = 9_999, 9_999, 99_999


@dataclass(frozen=True)
class InputView:
    """`i_drawing`: the number of the pad's drawing that is looked at; None for a test image.

    `i_to`: the class to move towards, None for away from the image's own. `i_move`: how far, in percent of the range
    from blank to full. `i_pixel`: the pixel that is written out, None for the steepest. `i_check`: whether the gradient
    is checked against central differences.
    """

    i_drawing: int | None = parameter(
        None, "i_drawing", optional("none", whole(1, MOST_DRAWINGS)), write_optional("none")
    )
    i_to: int | None = parameter(None, "i_to", optional("away", whole(0, MOST_CLASSES)), write_optional("away"))
    i_move: int = parameter(15, "i_move", whole(-100, 100))
    i_pixel: int | None = parameter(
        None, "i_pixel", optional("steepest", whole(0, MOST_PIXELS)), write_optional("steepest")
    )
    i_check: bool = parameter(False, "i_check", read_switch, write_switch)
