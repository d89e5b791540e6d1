"""What the scene "solved exactly" says: how many points there are, and how many there could be for a network."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from engines.descent.stationary import Polynomial, StationaryPoints, bezout_digits
from ui.charts.numerals import typeset
from ui.frame import Page
from ui.gradient_descent.exact.points import TIED
from ui.gradient_descent.one_parameter.steps import subheading

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def solution_reading(
    page: Page, polynomial: Polynomial, found: StationaryPoints, arrivals: Counter[int], balls: int
) -> str:
    """How many stationary points, of which kind, which is lowest, and what descent found of them."""
    _ = page.text
    if not found.points:
        return _("No stationary point is known yet.")
    kinds = Counter(point.kind for point in found.points)
    lowest = found.points[0].value
    best = sum(count for index, count in arrivals.items() if found.points[index].value - lowest < TIED)
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


def bezout_reading(page: Page) -> None:
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
