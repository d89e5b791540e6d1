"""Derivative (chapter 2.4.1): a secant turns into the tangent, whose slope says which way is down."""

import streamlit as st

from ui.derivative.data import look
from ui.derivative.exact import exactly
from ui.derivative.numbers import approximation_table, code, formulas, slope_table
from ui.derivative.pictures import tangent_picture, v_curve
from ui.derivative.settings import DerivativeView
from ui.derivative.view import controls
from ui.frame import frame
from ui.symbolic.asking import Asking

with frame("derivative", DerivativeView) as page:
    _ = page.text
    here = look(page.view.chosen, page.settings.backend, page.view.p, page.view.epsilon)
    asking = Asking()

    st.title(_("Derivative"))
    st.markdown(page.section("sentence"))
    controls(page)
    with st.container(key="derivative_pictures"):
        tangent_picture(page, here)

    st.subheader(_("The slope at p, three ways"))
    exact = exactly(asking, here.function.expression, here.place.point)
    formulas(here, exact)
    asking.follow(_)
    left, right = st.columns(2)
    with left:
        slope_table(page, here, exact)
    with right:
        if here.place.has_tangent:
            approximation_table(page, here)

    st.subheader(_("How small should ε be?"))
    with st.container(key="derivative_v_curve"):
        st.markdown(page.section("v_curve"))
        v_curve(page, here, exact)

    st.subheader(_("The code that ran"))
    code(page)
    st.markdown(page.section("chapter"))
