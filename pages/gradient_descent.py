"""Gradient descent (chapter 2.4.3, figures 2-11 to 2-13): a ball rolls down curves, surfaces and a real loss."""

import streamlit as st

from ui.frame import frame
from ui.gradient_descent.view import SCENES, DescentView
from ui.parts.drawing import code_that_ran
from ui.parts.scenes import choose_scene

with frame("gradient_descent", DescentView) as page:
    _ = page.text

    st.title(_("Gradient descent"))
    st.markdown(page.section("sentence"))
    choose_scene(page, SCENES, _("Scene"))

    code_that_ran(page, SCENES[page.view.scene].draw(page))
    with st.container(key="chapter"):
        st.markdown(page.section(f"chapter_{page.view.scene}"))
