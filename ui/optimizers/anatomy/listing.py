"""The chapter's listing of momentum beside ours, run on the same parabola, with what footnote 6 says (2.4.3)."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engines import backends
from engines.descent.landscapes import curve
from engines.descent.paths import descend
from engines.optimizers import chapter_listing
from engines.optimizers.momentum import Momentum
from engines.optimizers.nesterov import Nesterov
from engines.syntax import source
from ui.charts.numerals import number
from ui.frame import Page
from ui.parts.drawing import reading

_STEPS = 10


def chapters_listing(page: Page) -> None:
    """Both codes side by side, and the largest difference between their paths."""
    _ = page.text
    st.subheader(_("The chapter's listing of momentum, and what footnote 6 says"))
    left, right = st.columns(2)
    left.markdown(_("**The chapter's listing**, made to run"))
    left.code(source(chapter_listing.listing))
    right.markdown(_("**Ours**: Nesterov, then plain momentum"))
    right.code(source(Nesterov.update))
    right.code(source(Momentum.update))
    reading(_compared(page))
    st.markdown(_.section("optimizer_anatomy", "about_listing"))


def _compared(page: Page) -> str:
    """The listing against both rules on the parabola, at its rate and its momentum of 0.1."""
    _, parabola, backend = page.text, curve("parabola"), backends.get(page.settings.backend)

    def value_and_gradient(w: float) -> tuple[float, float]:
        value, (slope,) = parabola.function.value_and_gradient(backend, np.array(w))
        return float(value), float(slope)

    listed = chapter_listing.path(value_and_gradient, parabola.start, parabola.step_size, steps=_STEPS)
    ours = {
        rule: descend(
            backend, parabola.function, [[parabola.start]], rule(learning_rate=parabola.step_size, momentum=0.1), _STEPS
        ).points[: len(listed), 0, 0]
        for rule in (Nesterov, Momentum)
    }
    away = {rule: float(np.abs(path - listed).max()) for rule, path in ours.items()}
    return _(
        "Run on the parabola ½x² from {start:g}, {steps} steps at a learning rate of {rate:g}: the listing's path is "
        "Nesterov's to {nesterov}, and up to {momentum} away from plain momentum's."
    ).format(
        start=parabola.start,
        steps=_STEPS,
        rate=parabola.step_size,
        nesterov=number(away[Nesterov]),
        momentum=number(away[Momentum]),
    )
