"""Optimizers (chapter 2.4.3): six rules from one start through the same batches, and what makes one faster."""

import inspect
from textwrap import dedent

import streamlit as st

from ui.frame import frame
from ui.optimizers.anatomy import anatomy_scene
from ui.optimizers.batches import batches_scene
from ui.optimizers.race import race_scene
from ui.optimizers.rates import rates_scene
from ui.optimizers.surface import surface_scene
from ui.optimizers.view import OptimizersView
from ui.widgets import segments

page = frame("optimizers", OptimizersView)
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
code = scenes[page.view.scene](page)

if code:
    st.subheader(_("The code that ran"))
    for part in code:
        st.code(dedent(inspect.getsource(part)))
st.markdown(page.section(f"chapter_{page.view.scene}"))
