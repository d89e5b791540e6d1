"""Under the ball: the ruler of step sizes with its bounds, and the strip over all momenta."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from engines import backends
from engines.descent.curve_minima import Minimum
from engines.descent.landscapes import Curve
from engines.descent.momentum_escape import Escapes, escapes
from engines.descent.paths import overshoot_bound, step_bound
from ui.charts.gradient_descent.ends import named
from ui.charts.gradient_descent.momentum_strip import PICKED, momentum_strip, strip_frame
from ui.charts.gradient_descent.step_ruler import ruler_frame, step_ruler
from ui.charts.numerals import typeset
from ui.failures import guarded
from ui.frame import Page
from ui.gradient_descent.controls import STEP_SIZES, pick
from ui.gradient_descent.one_parameter.sample import Seen
from ui.gradient_descent.readings import escape_reading
from ui.parts.drawing import chart, reading
from ui.parts.long_work import long_work


def subheading(text: str) -> None:
    st.markdown(f"**{text}**")


def bound_names(page: Page) -> tuple[str, str]:
    """The formulas, for the rule that is chosen, of the steps from which on a ball overshoots, and diverges."""
    view = page.view
    if view.momentum == 0:
        return "1/L", "2/L"
    if view.nesterov:
        return "((1−β)/(1+β))²/L", "(2+2β)/((1+2β)L)"
    return "(1−√β)²/L", "(2+2β)/L"


def ruler(page: Page, curvature: float, step_size: float, field: str) -> dict[str, str]:
    """Draw the ruler for a curvature L; returns L and the two bounds with their formulas, for words about it.

    A click or a drag on it sets that field of the view.
    """
    view, names = page.view, bound_names(page)
    asked = curvature, view.momentum, view.nesterov
    bounds = overshoot_bound(*asked), step_bound(*asked)
    frame = ruler_frame(bounds, names, step_size, page.text, STEP_SIZES)
    click = pick(page, "descent.ruler", lambda view, row: {field: float(row["low"])})
    chart(page, frame, step_ruler, key="descent.ruler", on_select=guarded(click), selection_mode=[PICKED])
    return {
        "L": typeset(curvature),
        "straight": names[0],
        "below": typeset(bounds[0]),
        "formula": names[1],
        "bound": typeset(bounds[1]),
    }


def step_size_ruler(page: Page, curve: Curve, here: Seen, start: float, step_size: float) -> None:
    """How large a step may be, by the curvature of the minimum that lies downhill from the start."""
    _ = page.text
    subheading(_("How large may a step be?"))
    valley = _valley(curve, here, start, page)
    if valley is None:
        st.caption(_("There is no minimum in this frame whose curvature could bound the step."))
    elif valley.corner:
        st.caption(_at_a_corner(valley, _))
    elif valley.flat_until is not None:
        st.caption(_("The bottom is flat, with curvature 0: a ball that lands on it stays where it landed."))
    elif valley.curvature == 0:
        st.caption(_("The curvature at the bottom is 0: near it no step is too large, and descent only creeps."))
    elif curve.curvature:
        told = _("The curvature is L = f″ = {L} everywhere on this parabola, so both bounds are exact. Up to "
                 "{straight} = {below} the ball comes down on one side. Beyond {formula} = {bound} it diverges, "
                 "unless it starts on the minimum.")  # fmt: skip
        reading(told.format(**ruler(page, curve.curvature, step_size, "step_size")))
    else:
        told = _("The curvature at {minimum} is L = f″ = {L}. Close to it a ball settles with steps up to "
                 "{formula} = {bound}. Elsewhere f″ differs.")  # fmt: skip
        reading(told.format(minimum=named(valley, _), **ruler(page, valley.curvature, step_size, "step_size")))


def _at_a_corner(valley: Minimum, _: Any) -> str:
    left, right = valley.corner or (0.0, 0.0)
    values = {"minimum": named(valley, _), "left": typeset(left), "right": typeset(right)}
    if min(-left, right) > 1e-3 * max(-left, right):
        return _(
            "There is a corner at {minimum}: the slope jumps from {left} to {right}, and f″ does not exist. No fixed "
            "step comes to rest there, however small, unless it lands exactly on the corner."
        ).format(**values)
    return _("There is a corner at {minimum}: f″ does not exist there, and 2/L says nothing.").format(**values)


def _valley(curve: Curve, here: Seen, start: float, page: Page) -> Minimum | None:
    """The first minimum downhill from the start, else the nearest one; where the ball ends, the picture has to show."""
    slope = float(curve.function.value_and_gradient(backends.get(page.settings.backend), np.array([start]))[1][0][0])
    downhill = [minimum for minimum in here.minima if (minimum.x - start) * slope < 0]
    return min(downhill or here.minima, key=lambda minimum: abs(minimum.x - start), default=None)


def escape_strip(page: Page, curve: Curve, here: Seen, start: float, step_size: float) -> None:
    """Which minimum each momentum ends in, where there are several."""
    _, view = page.text, page.view
    subheading(_("Which momentum escapes from the local minimum?"))
    if not here.minima:
        st.caption(_("This curve has no minimum in its frame: there is nothing to escape from."))
        return
    if len(here.minima) == 1:
        st.caption(_("This curve has only one minimum in its frame: there is nowhere to escape to."))
        return

    def draw(found: Escapes) -> None:
        frame = strip_frame(found, here.minima, page.view.momentum, _)
        click = pick(page, "descent.strip", lambda view, row: {"momentum": round(float(row["momentum"]), 3)})
        options: dict[str, Any] = {}
        if found.share == 1:
            options = {"key": "descent.strip", "on_select": guarded(click), "selection_mode": [PICKED]}
        chart(page, frame, momentum_strip, here.minima, **options)
        reading(escape_reading(found, here.minima, _))

    engine = backends.get(page.settings.backend)
    long_work(
        page,
        "escape",
        (page.settings.backend, curve.function, start, step_size, view.nesterov),
        lambda: escapes(engine, curve.function, curve.domain, here.minima, start, step_size, view.nesterov),
        _("Rolling a ball for each momentum"),
        draw,
    )
