"""Optimizers (chapter 2.4.3): six rules from one start through the same batches, and what makes one faster."""

import streamlit as st

from ui.drawing import code_that_ran
from ui.frame import frame
from ui.optimizers.anatomy import anatomy_scene
from ui.optimizers.batches import batches_scene
from ui.optimizers.race import race_scene
from ui.optimizers.rates import rates_scene
from ui.optimizers.surface import surface_scene
from ui.optimizers.view import OptimizersView
from ui.widgets import segments

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
