"""Backends (chapter 2.4.4): the same run on each of them, how fast they are, their code, and one's own."""

import streamlit as st

from ui.backends.agreement.scene import agreement_scene
from ui.backends.code.scene import code_scene
from ui.backends.own.scene import own_scene
from ui.backends.settings import BackendsView
from ui.backends.speed.scene import speed_scene
from ui.frame import frame
from ui.parts.drawing import code_that_ran
from ui.parts.widgets import segments

with frame("backends", BackendsView) as page:
    _ = page.text

    st.title(_("Backends"))
    st.markdown(page.section("sentence"))
    segments(
        "scene",
        _("Scene"),
        {
            "agreement": _("Do they agree?"),
            "speed": _("How fast?"),
            "code": _("The same operation"),
            "own": _("Your own"),
        },
    )

    scenes = {"agreement": agreement_scene, "speed": speed_scene, "code": code_scene, "own": own_scene}
    code_that_ran(page, scenes[page.view.scene](page))
    st.markdown(page.section(f"chapter_{page.view.scene}"))
