"""The paths that the browser has at hand while a start, a momentum or a step size is dragged: all are the engine's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engines.descent.landscapes import Curve
from engines.descent.paths import rule
from ui.charts.gradient_descent.curve import HELD_EVERY
from ui.charts.gradient_descent.held import held_rows, momentum_rule, start_rule, step_rule
from ui.charts.numerals import typeset
from ui.frame import Page
from ui.gradient_descent.controls import MOMENTA, STEP_SIZES
from ui.gradient_descent.one_parameter.sample import Seen, paths_by, paths_from


def at_hand(page: Page, curve: Curve, here: Seen, shown: int, start: float, step_size: float) -> pd.DataFrame:
    """Up to the step shown: from places all along the curve, with each momentum, with each step size."""
    view, backend = page.view, page.settings.backend
    places = here.x[::HELD_EVERY]
    elsewhere = paths_from(curve, backend, view.optimizer(step_size), tuple(places.tolist()))
    rules = [rule(step_size, momentum, view.nesterov) for momentum in MOMENTA]
    rules += [rule(size, view.momentum, view.nesterov) for size in STEP_SIZES]
    otherwise = paths_by(curve, backend, start, tuple(rules))
    names = [start_rule(place) for place in range(len(places))]
    names += [momentum_rule(momentum) for momentum in MOMENTA] + [step_rule(size) for size in STEP_SIZES]
    said = [""] * len(places) + [f"β = {typeset(m)} · " for m in MOMENTA] + [f"η = {typeset(s)} · " for s in STEP_SIZES]
    w = np.concatenate([paths.points[: shown + 1, :, 0] for paths in (elsewhere, otherwise)], axis=1)
    f = np.concatenate([paths.values[: shown + 1] for paths in (elsewhere, otherwise)], axis=1)
    return held_rows(names, said, w, f, page.text)
