"""Optimizers (chapter 2.4.3): six rules from one start through the same batches, and what makes one faster."""

import streamlit as st

from ui.frame import frame
from ui.optimizers.anatomy.scene import anatomy_scene
from ui.optimizers.batches.scene import batches_scene
from ui.optimizers.race.scene import race_scene
from ui.optimizers.rates.scene import rates_scene
from ui.optimizers.surface.scene import surface_scene
from ui.optimizers.view import OptimizersView
from ui.parts.drawing import code_that_ran
from ui.parts.widgets import segments

with frame("optimizers", OptimizersView) as page:
    _ = page.text

    st.title(_("Optimizers"))
    st.markdown(page.section("sentence"))
    segments(
        "scene",
        _("Scene"),
        {
            "race": _("The race"),
            "rates": _("Best rate for each"),
            "surface": _("On a surface"),
            "anatomy": _("Anatomy"),
            "batches": _("Batch size"),
        },
    )

    scenes = {
        "race": race_scene,
        "rates": rates_scene,
        "surface": surface_scene,
        "anatomy": anatomy_scene,
        "batches": batches_scene,
    }
    code_that_ran(page, scenes[page.view.scene](page))
    st.markdown(page.section(f"chapter_{page.view.scene}"))
