"""The scene "solved exactly": all points where the gradient is zero, beside what descent finds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from engines import backends
from engines.descent.paths import Paths, descend
from engines.descent.stationary import (
    POLYNOMIALS,
    Polynomial,
    StationaryPoint,
    StationaryPoints,
    solutions,
    solve,
)
from engines.optimizers.sgd import SGD
from ui.charts.contour import contour_chart, contour_frame
from ui.charts.gradient_descent.values import values_chart, values_frame, values_window
from ui.charts.relief import Relief, relief
from ui.charts.windows import Window
from ui.frame import Page
from ui.gradient_descent.exact.points import HEIGHT, arrived, kind_labels, point_table
from ui.gradient_descent.exact.questions import written
from ui.gradient_descent.exact.readings import bezout_reading, solution_reading
from ui.gradient_descent.grey_legend import grey_legend
from ui.parts.drawing import chart, reading
from ui.parts.long_work import long_work
from ui.parts.widgets import segments
from ui.symbolic.asking import Asking, answered
from ui.symbolic.exact_values import function_tex

_STEPS = 500


def solved_exactly(page: Page) -> tuple[object, ...]:
    """The choice of a polynomial, its stationary points, and descent beside them; returns whose code ran."""
    _ = page.text
    segments("polynomial", _("Polynomial"), polynomial_labels(page))
    polynomial = page.view.chosen_polynomial
    function, asking = polynomial.function, Asking()
    st.latex(f"f = {function_tex(asking('written', written(function)), function.text)}")
    asking.follow(_)
    long_work(
        page,
        "stationary",
        polynomial.name,
        lambda: answered(solve.asking(function), "stationary"),
        _("Solving gradient(f)(W) = 0"),
        lambda found: _draw(page, polynomial, found),
    )
    st.space("small")
    st.markdown(page.section("necessary"))
    bezout_reading(page)
    return solve, solutions


def polynomial_labels(page: Page) -> dict[str, str]:
    _ = page.text
    return {
        "camel": _("N = 2: camel with six humps"),
        "himmelblau": _("N = 2: Himmelblau's"),
        "wells3": _("N = 3: eight wells"),
    }


@lru_cache(maxsize=8)
def descents(name: str, backend: str) -> Paths:
    """Plain gradient descent from each of the polynomial's starts, by that backend."""
    polynomial = POLYNOMIALS[name]
    optimizer = SGD(learning_rate=polynomial.step_size)
    return descend(backends.get(backend), polynomial.function, polynomial.starts, optimizer, _STEPS)


def _draw(page: Page, polynomial: Polynomial, found: StationaryPoints) -> None:
    balls = descents(polynomial.name, page.settings.backend)
    arrivals = arrived(polynomial, found.points, balls)
    left, right = st.columns([11, 9])
    with left:
        if len(polynomial.frame) == 2:
            _map(page, polynomial, found.points, balls)
        else:
            _levels(page, found.points, balls)
    with right:
        point_table(page, polynomial, found, arrivals)
    reading(solution_reading(page, polynomial, found, arrivals, balls.points.shape[1]))
    if len(polynomial.frame) > 2:
        _ = page.text
        reading(_("Horizontal lines: the values at the stationary points, solid at minima, dotted elsewhere."))


@lru_cache(maxsize=8)
def _surveyed(name: str) -> Relief:
    polynomial = POLYNOMIALS[name]
    x, y = (Window(*ends) for ends in polynomial.frame)
    return relief(polynomial.function.values, x, y)


def _map(page: Page, polynomial: Polynomial, points: tuple[StationaryPoint, ...], balls: Paths) -> None:
    words = kind_labels(page)
    marks = [(found.point[0], found.point[1], found.value, found.kind, words[found.kind]) for found in points]
    land = _surveyed(polynomial.name)
    frame = contour_frame(land, balls.points, balls.values, marks)
    chart(page, frame, contour_chart, land.x, land.y, ("x", "y"), False, HEIGHT)
    grey_legend(page, land)


def _levels(page: Page, points: tuple[StationaryPoint, ...], balls: Paths) -> None:
    """With three variables there is no map: f against the step, over the levels of the stationary points."""
    words = kind_labels(page)
    levels = [(found.value, found.kind, words[found.kind]) for found in points]
    shown = balls.values[:61]
    window, _log = values_window(np.append(shown.ravel(), -1.2))
    chart(page, values_frame(shown, [len(shown)] * shown.shape[1], levels), values_chart, window, False, HEIGHT)
