"""Backends (chapter 2.4.4): the same run on each of them, how fast they are, their code, and one's own."""

import streamlit as st

from ui.backends.view import SCENES, BackendsView
from ui.frame import frame
from ui.parts.drawing import code_that_ran
from ui.parts.scenes import choose_scene

with frame("backends", BackendsView) as page:
    _ = page.text

    st.title(_("Backends"))
    st.markdown(page.section("sentence"))
    choose_scene(page, SCENES, _("Scene"))

    code_that_ran(page, SCENES[page.view.scene].draw(page))
    st.markdown(page.section(f"chapter_{page.view.scene}"))
