"""The scene "solved exactly": all points where the gradient is zero, beside what descent finds."""

from __future__ import annotations

from collections import Counter
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
    bezout_digits,
    solutions,
    solve,
)
from engines.optimizers.sgd import SGD
from ui.charts.contour import contour_chart, contour_frame
from ui.charts.gradient_descent.values import values_chart, values_frame, values_window
from ui.charts.numerals import typeset
from ui.charts.relief import Relief, relief
from ui.charts.windows import Window
from ui.frame import Page
from ui.gradient_descent.exact.questions import written
from ui.gradient_descent.one_parameter.steps import subheading
from ui.gradient_descent.two_parameters.scene import grey_legend
from ui.parts.drawing import chart, reading
from ui.parts.long_work import long_work
from ui.parts.widgets import segments
from ui.symbolic.asking import Asking, answered
from ui.symbolic.exact_values import function_tex

_STEPS, _HEIGHT = 500, 326  # the height at which, on a wide screen, both axes have one scale
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TIED = 1e-9  # values that differ by less are one and the same
_ARRIVED = 1e-2  # so near to a stationary point, as a share of the frame, a ball has found it


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
    _bezout(page)
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
        _table(page, polynomial, found, arrivals)
    reading(_solution_reading(page, polynomial, found, arrivals, balls.points.shape[1]))
    if len(polynomial.frame) > 2:
        _ = page.text
        reading(_("Horizontal lines: the values at the stationary points, solid at minima, dotted elsewhere."))


def arrived(polynomial: Polynomial, points: tuple[StationaryPoint, ...], balls: Paths) -> Counter[int]:
    """How many balls ended at each of the stationary points, by index."""
    if not points:
        return Counter()
    widths = np.array([high - low for low, high in polynomial.frame])
    places = np.array([stationary.point for stationary in points])
    away = (np.abs(balls.points[-1][:, None] - places) / widths).max(axis=2)
    return Counter(int(row.argmin()) for row in away if row.min() < _ARRIVED)


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
    chart(page, frame, contour_chart, land.x, land.y, ("x", "y"), False, _HEIGHT)
    grey_legend(page, land)


def _levels(page: Page, points: tuple[StationaryPoint, ...], balls: Paths) -> None:
    """With three variables there is no map: f against the step, over the levels of the stationary points."""
    words = kind_labels(page)
    levels = [(found.value, found.kind, words[found.kind]) for found in points]
    shown = balls.values[:61]
    window, _log = values_window(np.append(shown.ravel(), -1.2))
    chart(page, values_frame(shown, [len(shown)] * shown.shape[1], levels), values_chart, window, False, _HEIGHT)


def kind_labels(page: Page) -> dict[str, str]:
    _ = page.text
    return {"minimum": _("minimum"), "maximum": _("maximum"), "saddle": _("saddle"), "flat": _("undecided")}


def _table(page: Page, polynomial: Polynomial, found: StationaryPoints, arrivals: Counter[int]) -> None:
    """The stationary points, the lowest first."""
    _, words = page.text, kind_labels(page)
    names = polynomial.function.variables
    symbols = {"minimum": "▽", "maximum": "△", "saddle": "✛", "flat": "□"}
    lowest = found.points[0].value if found.points else 0.0
    rows = [
        {
            _("kind"): "▼ " + _("lowest of all")
            if point.value - lowest < _TIED
            else f"{symbols[point.kind]} {words[point.kind]}",
            "f": f"{point.value:.4f}",
            _("found by"): f"{arrivals[index]}×",
            ", ".join(names): ", ".join(f"{value + 0.0:.2f}" for value in np.round(point.point, 2)),
            _("curvatures"): ", ".join(f"{value + 0.0:.1f}" for value in np.round(point.eigenvalues, 1)),
        }
        for index, point in enumerate(found.points)
    ]
    st.dataframe(rows, hide_index=True, height=_HEIGHT + 50)


def _solution_reading(
    page: Page, polynomial: Polynomial, found: StationaryPoints, arrivals: Counter[int], balls: int
) -> str:
    """How many stationary points, of which kind, which is lowest, and what descent found of them."""
    _ = page.text
    if not found.points:
        return _("No stationary point is known yet.")
    kinds = Counter(point.kind for point in found.points)
    lowest = found.points[0].value
    best = sum(count for index, count in arrivals.items() if found.points[index].value - lowest < _TIED)
    told = _(
        "{all} points with gradient 0 (Bézout: at most {bound}): minima {minima}, saddles {saddles}, maxima {maxima}. "
        "The lowest has f = {lowest}. Of {balls} descents {best} found it, {other} ended in a higher minimum."
    )
    return told.format(
        all=len(found.points),
        bound=found.bound,
        minima=kinds["minimum"],
        saddles=kinds["saddle"],
        maxima=kinds["maximum"],
        lowest=typeset(round(lowest, 9) + 0.0),
        balls=balls,
        best=best,
        other=arrivals.total() - best,
    )


def _bezout(page: Page) -> None:
    """How many solutions the same method would have to look through for the network of the sidebar."""
    _ = page.text
    sizes = page.settings.make_network(page.data.features, page.data.classes).layer_sizes
    parameters, degree, digits = bezout_digits(sizes)
    name = "-".join(map(str, sizes))
    subheading(_("And for the network of the sidebar?"))
    if degree == 1:
        told = _(
            "{name} has {parameters:,} weights and one layer. Without softmax, under the mean squared error, its "
            "equations are linear: that is linear regression, which can be solved exactly."
        )
    else:
        told = _(
            "{name} has {parameters:,} weights. Even without relu and softmax, under the mean squared error, these are "
            "{parameters:,} equations of degree {degree}: up to {power} isolated solutions, a number with {digits:,} "
            "digits, and whole surfaces of others besides, because scaling one layer up and the next one down changes "
            "nothing. With relu or softmax they are not even polynomials."
        )
    power = f"{degree}{str(parameters).translate(_RAISED)}"
    st.markdown(told.format(name=name, parameters=parameters, degree=degree, digits=digits, power=power))
