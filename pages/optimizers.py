"""Optimizers (chapter 2.4.3): six rules from one start through the same batches, and what makes one faster."""

import streamlit as st

from ui.frame import frame
from ui.optimizers.view import SCENES, OptimizersView
from ui.parts.drawing import code_that_ran
from ui.parts.scenes import choose_scene

with frame("optimizers", OptimizersView) as page:
    _ = page.text

    st.title(_("Optimizers"))
    st.markdown(page.section("sentence"))
    choose_scene(page, SCENES, _("Scene"))

    code_that_ran(page, SCENES[page.view.scene].draw(page))
    with st.container(key="chapter"):
        st.markdown(page.section(f"chapter_{page.view.scene}"))
