"""One pixel's entry of ∂loss/∂x written out: upstream × the pixel's row of W1, term by term (chapter 2.4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from engines import backends
from engines.chain_rule.edges import arriving
from engines.chain_rule.terms import Term, terms
from ui.chain_rule.input.looked import Looked
from ui.charts.numerals import typeset
from ui.experiment.readers import whole
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import reading
from ui.parts.fields import number_field
from ui.parts.table import table

_MOST_ROWS = 8


def chosen_pixel(page: Page, looked: Looked) -> int:
    """The pixel of the view, else the one of the steepest slope."""
    if page.view.i_pixel is not None:
        return page.view.i_pixel
    return int(np.nan_to_num(np.abs(looked.gradient)).argmax())


def pixel_fields(page: Page, pixel: int) -> None:
    """Row and column as numbers, for those who do not click; and back to the steepest one."""
    _, (height, width) = page.text, page.data.image_shape
    with st.container(horizontal=True, vertical_alignment="bottom", key="input_pixel"):
        for axis, (label, count) in enumerate(((_("row"), height), (_("column"), width))):
            value = divmod(pixel, width)[axis]
            typed = partial(_typed, page, pixel, axis)
            text = f"{label} (0 … {count - 1})"
            number_field(text, value, f"input.pixel.{axis}", whole(0, count - 1), typed, _, width=130)
        if page.view.i_pixel is not None:
            change = partial(page.change, i_pixel=None)
            st.button(_("The steepest pixel"), key="input.steepest", on_click=guarded(change))


def written_out(page: Page, looked: Looked, pixel: int) -> None:
    """Σ upstream × weight, with the numbers; and what the same pass says of the weights, x being constant."""
    _, graph, backend = page.text, looked.graph, backends.get(page.settings.backend)
    (part,) = arriving(backend, graph, graph.named("x").index)
    found = terms(backend, graph, part, (0, pixel))
    loss = r"\partial\,\text{loss}"
    slope = (
        rf"\frac{{{loss}}}{{\partial x_{{{pixel}}}}} = \sum_j \frac{{{loss}}}{{\partial z_j}} \cdot W1_{{{pixel},j}}"
    )
    with st.container(horizontal=True, horizontal_alignment="center", gap="medium"):  # two lines where it is narrow
        st.latex(slope, width="content")
        st.latex(r"z = x \cdot W1 + b1", width="content")
    header = (_("unit j"), _("upstream ∂loss/∂z[j]"), f"W1[{pixel}, j]", _("product"))
    table(header, _rows(found, float(looked.gradient[pixel]), page))
    reading(weights_told(float(looked.walk.path.x[pixel]), pixel, page))


def weights_told(value: float, pixel: int, page: Page) -> str:
    """Footnote 5, with the chapter's x constant: the same upstream numbers, times the pixel instead of the weight."""
    _ = page.text
    if value == 0:
        told = _(
            "The other way round, x constant (footnote 5): ∂loss/∂W1[{pixel}, j] is the same upstream number times "
            "x[{pixel}] = 0. This pixel is blank, so its weights learn nothing from this image."
        )
    else:
        told = _(
            "The other way round, x constant (footnote 5): ∂loss/∂W1[{pixel}, j] is the same upstream number times "
            "x[{pixel}] = {value}."
        )
    return told.format(pixel=pixel, value=typeset(value))


def _rows(found: Sequence[Term], total: float, page: Page) -> list[list[str]]:
    """The largest products in their order, the others in one row, the sum."""
    _ = page.text
    large = sorted(sorted(found, key=lambda term: -np.nan_to_num(abs(term.product)))[:_MOST_ROWS])
    rows = [[str(t.entry[1]), typeset(t.upstream), typeset(t.local), typeset(t.product)] for t in large]
    if others := [term.product for term in found if term not in large]:
        rows.append([_("{count} smaller ones").format(count=len(others)), "", "", typeset(sum(others))])
    return [*rows, [_("sum"), "", "", typeset(total)]]


def _typed(page: Page, pixel: int, axis: int, value: int) -> None:
    width = page.data.image_shape[1]
    now = page.view.i_pixel if page.view.i_pixel is not None else pixel  # the other one may just have been typed
    row, column = divmod(now, width)
    page.change(i_pixel=(value * width + column) if axis == 0 else (row * width + value))
