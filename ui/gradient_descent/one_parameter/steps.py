"""Under the ball: the ruler of step sizes with its bound, and the strip over all momenta."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engines import backends
from engines.descent.landscapes import Curve, Minimum
from engines.descent.momentum_escape import Escapes, escapes
from engines.descent.paths import Paths, step_bound, verdict
from ui.charts.gradient_descent.momentum_strip import momentum_strip, strip_frame
from ui.charts.gradient_descent.step_ruler import ruler_frame, step_ruler
from ui.charts.numerals import number
from ui.failures import guarded
from ui.frame import Page
from ui.gradient_descent.controls import pick
from ui.gradient_descent.one_parameter.sample import Seen
from ui.gradient_descent.readings import escape_reading, kind_of
from ui.parts.drawing import chart, reading
from ui.parts.long_work import long_work

_FLAT = 1e-3  # a curvature below this bounds no step size that one would choose


def subheading(text: str) -> None:
    st.markdown(f"**{text}**")


def bound_name(page: Page) -> str:
    """The bound's formula for the rule that is chosen."""
    view = page.view
    if view.momentum == 0:
        return "2/L"
    return "(2+2β)/((1+2β)L)" if view.nesterov else "(2+2β)/L"


def ruler(page: Page, curvature: float, step_size: float) -> float:
    """Draw the ruler for a curvature L; returns the bound."""
    view = page.view
    bound = step_bound(curvature, view.momentum, view.nesterov)
    frame = ruler_frame(curvature, bound, bound_name(page), view.momentum == 0, step_size, page.text)
    chart(page, frame, step_ruler)
    return bound


def step_size_ruler(page: Page, curve: Curve, here: Seen, ball: Paths, step_size: float) -> None:
    """How large a step may be, by the curvature of the minimum where the ball ends."""
    _ = page.text
    subheading(_("How large may a step be?"))
    valley = _valley(curve, here, ball)
    if valley is None:
        st.caption(_("There is no minimum in this frame whose curvature could bound the step."))
        return
    if valley.curvature < _FLAT:
        st.caption(_("At the bottom the curvature is 0: near it no step is too large, and descent only creeps."))
        return
    bound = ruler(page, curve.curvature or valley.curvature, step_size)
    values = {"L": number(curve.curvature or valley.curvature), "formula": bound_name(page), "bound": number(bound)}
    if curve.curvature:
        told = _(
            "L = f″ = {L} everywhere on this parabola, so {formula} = {bound} is exact: beyond it all but the minimum "
            "diverges."
        )
        reading(told.format(**values))
        return
    told = _("L = f″ = {L} at the {kind} minimum {x}; {formula} = {bound} holds close to it. Elsewhere f″ is another.")
    reading(told.format(kind=kind_of(valley, _), x=number(valley.x), **values))


def _valley(curve: Curve, here: Seen, ball: Paths) -> Minimum | None:
    """The minimum where the ball ends, else the one nearest to its start."""
    w = ball.points[:, 0, 0]
    end = verdict(w, curve.domain, here.minima).minimum
    return end or min(here.minima, key=lambda minimum: abs(minimum.x - w[0]), default=None)


def escape_strip(page: Page, curve: Curve, here: Seen, start: float, step_size: float) -> None:
    """Which minimum each momentum ends in, where there are several."""
    _, view = page.text, page.view
    subheading(_("Which momentum escapes from the local minimum?"))
    if len(here.minima) < 2:
        st.caption(_("This curve has only one minimum in its frame: there is nothing to escape from."))
        return

    def draw(found: Escapes) -> None:
        frame = strip_frame(found, here.minima, page.view.momentum, _)
        click = pick(page, "descent.strip", lambda view, row: {"momentum": round(float(row["momentum"]), 3)})
        options: dict[str, Any] = {"key": "descent.strip", "on_select": guarded(click)} if found.share == 1 else {}
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
