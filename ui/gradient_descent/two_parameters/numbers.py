"""Under the pictures of the scene "two parameters": how large a step may be, and each ball in numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from engines.descent.landscapes import Surface
from engines.descent.paths import Paths
from ui.charts.numerals import percent, typeset
from ui.frame import Page
from ui.gradient_descent.one_parameter.steps import ruler, subheading
from ui.gradient_descent.two_parameters.surveyed import condition
from ui.parts.drawing import reading


def largest_step(page: Page, surface: Surface, step_size: float) -> None:
    """The ruler of step sizes where L is one number for the whole surface."""
    _ = page.text
    if surface.curvature is None:
        return
    st.space("small")
    subheading(_("How large may a step be?"))
    told = _(
        "L = {L} is the curvature across, in the steepest direction: the largest eigenvalue of the Hessian, the "
        "matrix of second derivatives. Beyond {formula} = {bound} descent diverges in that direction."
    )
    reading(told.format(**ruler(page, surface.curvature, step_size, "step_size_2d")))
    ratio = condition(surface, page.settings.backend)
    if ratio is not None and ratio > 1:
        flattest = surface.curvature / ratio
        kept = _(
            "The smallest eigenvalue is {flattest}, so κ = {ratio}: the surface is {ratio} times as curved across "
            "as along. In each step plain descent keeps {share} of the distance along."
        )
        share = percent(abs(1 - step_size * flattest))
        reading(kept.format(flattest=typeset(flattest), ratio=typeset(ratio), share=share))


def ball_table(page: Page, balls: Paths, lengths: list[int]) -> None:
    """Each ball as a row: where it started and ended, or where it left the frame."""
    _ = page.text
    last = [min(length, balls.steps) for length in lengths]
    ends = balls.points[last, range(len(last))]
    columns = {
        _("start x"): balls.points[0, :, 0],
        _("start y"): balls.points[0, :, 1],
        _("steps"): last,
        _("end x"): ends[:, 0],
        _("end y"): ends[:, 1],
        _("f at the end"): [f"{value:.6g}" for value in balls.values[last, range(len(last))]],
    }
    st.space("small")
    with st.expander(_("The numbers behind it: every ball")):
        st.dataframe(pd.DataFrame(columns), hide_index=True)
