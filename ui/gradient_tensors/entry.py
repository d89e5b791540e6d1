"""One entry of the gradient: chosen, moved by hand, and checked against a central difference."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st

from engines import backends
from engines.gradients.audit import LIMIT, CentralDifferences, Difference, relative_errors
from engines.gradients.entry_loss import EntryLoss
from engines.pieces import InPieces
from ui.charts.gradient_tensors.entry_curve import entry_curve, entry_frame
from ui.charts.numerals import percent, typeset
from ui.charts.palette import RIGHT_SYMBOL, WRONG_SYMBOL
from ui.charts.tensor_map import MOST_CELLS
from ui.experiment.readers import whole
from ui.frame import Page
from ui.gradient_tensors.clicks import unit_map
from ui.gradient_tensors.settings import FARTHEST, OFFSETS, Chosen
from ui.parts import widgets
from ui.parts.answer import answer
from ui.parts.drawing import chart, reading
from ui.parts.fields import number_field
from ui.parts.frozen_weights import Held
from ui.parts.table import table
from ui.text.names import names

_DELTAS = np.linspace(-FARTHEST, FARTHEST, 61)


def entry_view(page: Page, held: Held, chosen: Chosen) -> None:
    """Index fields, the check on every backend; of a matrix too large to click in, one unit's weights."""
    _choose(page, held, chosen)
    left, right = st.columns([5, 4], gap="medium")
    with left:
        _check(page, held, chosen)
    if held.parameters[chosen.parameter].size > MOST_CELLS:
        with right:
            unit_map(page, held, chosen)


def entry_beside(page: Page, held: Held, chosen: Chosen) -> None:
    """Beside the maps in which the entry is clicked: δ, and the loss as the entry moves."""
    widgets.slider("delta", page.text("δ, added to the entry"), OFFSETS, "{:+g}".format)
    _curve(page, held, chosen)


def entry_name(chosen: Chosen, suffix: str = "") -> str:
    """The chapter's W0[i, j], or b0[j]."""
    return f"{chosen.parameter[0]}{suffix}{list(chosen.index)}"


def _choose(page: Page, held: Held, chosen: Chosen) -> None:
    """The indices as numbers, for those who do not click."""
    _, shape = page.text, held.parameters[chosen.parameter].shape
    with st.container(horizontal=True, vertical_alignment="bottom", key="entry_controls"):
        letters = "ij" if len(shape) == 2 else "j"
        for axis, (letter, count) in enumerate(zip(letters, shape, strict=True)):
            label, typed = f"{letter} (0 … {count - 1})", partial(_typed, page, chosen, axis)
            number_field(label, chosen.index[axis], f"entry.{letter}", whole(0, count - 1), typed, _, width=140)


def _typed(page: Page, chosen: Chosen, axis: int, value: int) -> None:
    typed = page.view.entry
    if typed is not None and typed[0] == chosen.parameter:  # the other index may just have been typed
        chosen = Chosen(*typed)
    index = tuple(value if k == axis else old for k, old in enumerate(chosen.index))
    page.change(entry=Chosen(chosen.parameter, index))


class _Moved(NamedTuple):
    """The losses at `_DELTAS`, the one at the chosen δ, and whether the loss cannot depend on the entry at all."""

    losses: np.ndarray
    here: float
    is_silent: bool


def _moved(held: Held, chosen: Chosen, delta: float) -> InPieces[_Moved]:
    along = EntryLoss(held.f, held.parameters, chosen.parameter)
    losses = yield from along.values_in_pieces(chosen.index, _DELTAS)
    here = yield from along.value_in_pieces(chosen.index, delta)
    return _Moved(losses, here, along.is_silent(chosen.index))


def _curve(page: Page, held: Held, chosen: Chosen) -> None:
    _, view = page.text, page.view
    entry = entry_name(chosen, "0")
    made = answer(
        page,
        "tensors.curve",
        (held.identity, chosen, view.delta),
        lambda: _moved(held, chosen, view.delta),
        _("Losses as the entry moves"),
        at_once=held.is_light,
    )
    if made is None:
        return
    losses, here, is_silent = made
    slope = float(held.gradients[chosen.parameter][chosen.index])
    weight = float(held.parameters[chosen.parameter][chosen.index])
    frame = entry_frame(_DELTAS, losses, held.loss, slope, view.delta, here)
    chart(page, frame, entry_curve, page.settings.loss)
    if is_silent:
        text = _("{entry} is multiplied by 0 in every sample of this batch: the loss does not depend on it.")
        reading(text.format(entry=entry))
        return
    text = _(
        "{entry} = {weight}, moved by {delta}: the slope {slope} predicts a loss of {predicted}; the real loss is "
        "{real}. "
        "The line is off by {gap}."
    )
    predicted = held.loss + slope * view.delta
    reading(
        text.format(
            entry=entry,
            weight=typeset(weight),
            delta=f"{view.delta:+g}".replace("-", "−"),
            slope=typeset(slope),
            predicted=typeset(predicted, 5),
            real=typeset(here, 5),
            gap=_share(predicted - here, slope * view.delta, page),
        )
    )


def _share(gap: float, change: float, page: Page) -> str:
    """The gap, and where that says something, as a share of the predicted change."""
    _ = page.text
    if change and abs(gap) <= abs(change):
        return _("{gap}, {share} of the predicted change").format(
            gap=typeset(abs(gap)), share=percent(abs(gap / change))
        )
    return typeset(abs(gap))


def _checked(held: Held, chosen: Chosen) -> InPieces[tuple[Difference, dict[str, tuple[float, float]]]]:
    """The central difference; and by backend the entry of its gradient with the largest of all of them."""
    name, index = chosen
    difference = yield from CentralDifferences(held.f, held.parameters, name).at_in_pieces(index)
    found = {}
    for backend in backends.names():
        gradients = yield from held.gradients_by(backend)
        largest = max(float(np.abs(g).max()) for g in gradients.values())
        found[backend] = float(gradients[name][index]), largest
    return difference, found


def _check(page: Page, held: Held, chosen: Chosen) -> None:
    """The entry by central difference and by each backend, in float64."""
    _, name, index = page.text, chosen.parameter, chosen.index
    made = answer(
        page,
        "tensors.check",
        (held.identity, chosen),
        lambda: _checked(held, chosen),
        _("Checking the entry"),
        at_once=held.is_light,
    )
    if made is None:
        return
    difference, found = made
    label = names(_)
    rows = [(_("central difference, n"), typeset(difference.value, 10), "", "")]
    for backend, (analytic, largest) in found.items():
        error = float(relative_errors(np.array(analytic), np.array(difference.value), largest))
        rows.append(
            (
                label[backend],
                typeset(analytic, 10),
                typeset(error, 2),
                _verdict(error, analytic, difference, page),
            )
        )
    st.markdown(f"**gradient(f)({name[0]}0)**{list(index)}")
    header = (_("way"), _("value"), _("error"), _("verdict"))
    table(header, rows)
    reading(
        _("An error below {limit} counts as agreement. All in float64, with ε = 6·10⁻⁶ · max(1, |w|).").format(
            limit=typeset(LIMIT)
        )
    )


def _verdict(error: float, analytic: float, difference: Difference, page: Page) -> str:
    _ = page.text
    if error < LIMIT:
        return RIGHT_SYMBOL + " " + _("agrees")
    if difference.at_kink:
        return _("at a kink")
    if abs(analytic - difference.value) <= difference.rounding:
        return _("lost in rounding")
    return WRONG_SYMBOL + " " + _("fails")
