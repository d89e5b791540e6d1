"""Gradient descent (chapter 2.4.3, figures 2-11 to 2-13): a ball rolls down curves, surfaces and a real loss."""

import streamlit as st

from ui.frame import frame
from ui.gradient_descent.exact.scene import solved_exactly
from ui.gradient_descent.loss_slice.scene import loss_slice_view
from ui.gradient_descent.one_parameter.scene import one_parameter
from ui.gradient_descent.two_parameters.scene import two_parameters
from ui.gradient_descent.view import DescentView
from ui.parts.drawing import code_that_ran
from ui.parts.widgets import segments

with frame("gradient_descent", DescentView) as page:
    _ = page.text

    st.title(_("Gradient descent"))
    st.markdown(page.section("sentence"))
    segments(
        "scene",
        _("Scene"),
        {
            "one": _("One parameter"),
            "two": _("Two parameters"),
            "exact": _("Solved exactly"),
            "network": _("A real network's loss"),
        },
    )

    scenes = {"one": one_parameter, "two": two_parameters, "exact": solved_exactly, "network": loss_slice_view}
    code_that_ran(page, scenes[page.view.scene](page))
    st.markdown(page.section(f"chapter_{page.view.scene}"))
