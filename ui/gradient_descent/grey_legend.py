"""The legend of a map in grey."""

from __future__ import annotations

import numpy as np
import streamlit as st

from ui.charts.numerals import typeset
from ui.charts.relief import Relief, shade_legend
from ui.frame import Page


def grey_legend(page: Page, land: Relief) -> None:
    """What the grey says; the lines are equally far apart in it."""
    _, known = page.text, land.values[np.isfinite(land.values)]
    if known.size:
        low = _("grey: low f")
        high = _("high f, up to about {f}; along each line f is the same").format(f=typeset(float(known.max())))
        st.html(shade_legend(land, low, high))
