"""Gradient tensors (chapter 2.4.2): the gradient of a loss has the shape of the weights, and can be checked."""

import streamlit as st

from engines.gradients import loss_function
from engines.gradients.audit import CentralDifferences
from engines.gradients.loss_function import LossFunction
from engines.syntax import source
from ui.frame import frame
from ui.gradient_tensors.view import TensorsView, tensors_view
from ui.parts.drawing import code_that_ran

with frame("gradient_tensors", TensorsView) as page:
    _ = page.text

    st.title(_("Gradient tensors"))
    st.markdown(page.section("sentence"))
    tensors_view(page)

    code_that_ran(page, (LossFunction.gradient, loss_function.descended))
    with st.expander(_("The central difference")):
        st.code(source(CentralDifferences.at))
    st.markdown(page.section("chapter"))
