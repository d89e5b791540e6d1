"""The four tensors of one update, W0, gradient(f)(W0), step · gradient and W1, drawn alike and clicked alike."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from engines.gradients.loss_function import squared_norm
from engines.gradients.step_sweep import loss_after
from engines.pieces import PIECE, InPieces
from ui.charts.images import MOST_UNITS, matrix_image, weights_picture
from ui.charts.markup import caption, element, escaped
from ui.charts.numerals import typeset
from ui.charts.palette import full_colour
from ui.charts.tensor_map import CLICKED, MOST_CELLS, cells, column_shape, tensor_map
from ui.failures import guarded
from ui.frame import Page
from ui.gradient_tensors.axes import axis_titles, signs
from ui.gradient_tensors.settings import Chosen
from ui.parts.answer import answer
from ui.parts.drawing import chart, reading
from ui.parts.frozen_weights import Held
from ui.text import Text

_NONE = np.zeros((0, 0))
_SOON_DRAWN = 50_000  # numbers: their pictures are made at once
_MAGNIFICATIONS = tuple(digit * 10**power for power in range(15) for digit in (1, 2, 5))


class Picture(NamedTuple):
    """One picture: its title, its values, and the |value| of full colour with what to say of that scale."""

    title: str
    shape: tuple[int, ...]
    values: np.ndarray
    limit: float
    scale: str


def four_maps(page: Page, held: Held, chosen: Chosen) -> float | None:
    """The four pictures side by side, and what the step does to the loss; returns f(W1), if it is known."""
    for place, (column, (tensor, image)) in enumerate(zip(st.columns(4), _pictures(page, held), strict=False)):
        with column:
            shape = escaped(f" {tensor.shape}") if place < 2 else ""
            title = element(
                "div", element("b", escaped(tensor.title)) + shape, class_="ge-title", style="min-height: 3.2em"
            )
            st.markdown(title, unsafe_allow_html=True)
            if image:
                st.markdown(image, unsafe_allow_html=True)
            else:
                _cells(page, tensor, chosen, f"map{place}")
            st.markdown(caption(tensor.scale), unsafe_allow_html=True)
    st.space("small")
    st.markdown(caption(signs(page, held)), unsafe_allow_html=True)
    if (after := _loss_after_step(page, held)) is not None:
        reading(_reading(page, held, after))
    st.space("small")
    return after


def _pictures(page: Page, held: Held) -> list[tuple[Picture, str | None]]:
    """The four tensors, each with its image unless its cells are drawn; none while they are made, which is shown."""
    _, view = page.text, page.view
    as_images = view.drawn == "images" and view.tensor == "W1" and page.data.image_shape
    asked = view.tensor, view.size, as_images
    known = held.once("maps", (asked, _.language), dict)
    if "maps" not in known:
        made = answer(
            page,
            "tensors.maps",
            (held.identity, asked, _.language),
            partial(_made, held, *asked, _),
            _("Drawing the tensors"),
            at_once=held.parameters[view.tensor].size < _SOON_DRAWN,
        )
        if made is None:
            return []
        known["maps"] = made
    return known["maps"]


def _made(
    held: Held, name: str, size: float, images: tuple[int, int] | None, _: Text
) -> InPieces[list[tuple[Picture, str | None]]]:
    """A piece for each tensor. Of one that is shown as an image the numbers are let go."""
    made = []
    for tensor in (yield from _tensors(held, name, size, _)):
        matrix, image = np.atleast_2d(tensor.values), None
        if images:
            image = weights_picture(matrix, images, tensor.limit, _)
        elif matrix.size > MOST_CELLS:
            image = matrix_image(matrix, tensor.limit, tensor.title, box=(340, 320))
        made.append((tensor._replace(values=_NONE) if image else tensor, image))
        yield PIECE
    return made


def unit_map(page: Page, held: Held, chosen: Chosen) -> None:
    """For a matrix too large to click in: the gradient of one unit's weights, laid out as the unit sees them."""
    _, gradient = page.text, held.gradients[chosen.parameter]
    unit = chosen.index[1]
    shape = column_shape(gradient.shape[0], page.data.image_shape if chosen.parameter == "W1" else None)
    column = np.full(shape[0] * shape[1], np.nan)
    column[: gradient.shape[0]] = gradient[:, unit]
    place = divmod(chosen.index[0], shape[1])
    st.markdown(_("gradient of the weights into unit {unit}: click one of them").format(unit=unit))
    frame = cells(column.reshape(shape), place).dropna()
    _clickable(page, frame, shape, full_colour(gradient[:, unit]), "unit", chosen.parameter, unit)


def steepest(held: Held, name: str) -> Chosen:
    """The entry of that parameter with the largest gradient."""
    gradient = held.gradients[name]
    return Chosen(name, tuple(map(int, np.unravel_index(np.nan_to_num(np.abs(gradient)).argmax(), gradient.shape))))


def _tensors(held: Held, name: str, size: float, _: Text) -> InPieces[list[Picture]]:
    """W0 and W1 share a scale; step · gradient has it magnified so far that it can be seen."""
    w0, gradient = held.parameters[name], held.gradients[name]
    moved = size * gradient
    w1 = w0 - moved
    yield PIECE
    limit = full_colour(w0 if w0.any() else w1)
    yield PIECE
    steep = full_colour(gradient)
    yield PIECE
    times = _magnification(limit, size * steep) if moved.any() else 1
    before, after, slope = f"{name[0]}0", f"{name[0]}1", f"gradient(f)({name[0]}0)"
    alone = _("full colour ±{limit}").format(limit=typeset(steep))
    return [
        Picture(before, w0.shape, w0, limit, _scale(limit, 1, after, _)),
        Picture(slope, w0.shape, gradient, steep, alone),
        Picture(f"step · {slope}", w0.shape, moved, limit / times, _scale(limit, times, before, _)),
        Picture(f"{after} = {before} − step · gradient", w0.shape, w1, limit, _scale(limit, 1, before, _)),
    ]


def _scale(limit: float, times: int, other: str, _: Text) -> str:
    """What to say of a scale that is another tensor's, or so many times finer."""
    if times == 1:
        return _("full colour ±{limit}, as for {other}").format(limit=typeset(limit), other=other)
    text = _("full colour ±{limit}, {times:,} times finer than for {other}")
    return text.format(limit=typeset(limit / times), times=times, other=other)


def _magnification(limit: float, needed: float) -> int:
    """The largest of 1, 2, 5, 10, 20, … by which a scale to `limit` can be divided and still reach to `needed`."""
    reach = limit / needed * (1 + 1e-9)  # both are rounded decimals: 0.5 / 0.01 may fall short of 50
    return max((times for times in _MAGNIFICATIONS if times <= reach), default=1)


def _cells(page: Page, tensor: Picture, chosen: Chosen, key: str) -> None:
    """Cells to click on."""
    matrix = np.atleast_2d(tensor.values)
    row, column = (0, *chosen.index)[-2:]
    _clickable(page, cells(matrix, (row, column)), matrix.shape, tensor.limit, key, chosen.parameter)


def _clickable(
    page: Page, frame: Any, shape: tuple[int, int], limit: float, key: str, name: str, unit: int | None = None
) -> None:
    chart(
        page, frame, tensor_map, shape, limit, name[0], unit, axis_titles(page, name),
        key=f"tensors.{key}", on_select=guarded(lambda: _clicked(page, f"tensors.{key}", shape, name, unit)),
        selection_mode=CLICKED,
    )  # fmt: skip


def _clicked(page: Page, key: str, shape: tuple[int, int], name: str, unit: int | None) -> None:
    """A cell was clicked; a selection that was taken back, or of another page's chart, is none."""
    points = st.session_state[key].selection.get(CLICKED, [])
    if not points:
        return
    row, column = int(points[0].get("row", -1)), int(points[0].get("column", -1))
    if not (0 <= row < shape[0] and 0 <= column < shape[1]):
        return
    index = (row, column) if unit is None else (row * shape[1] + column, unit)
    page.change(entry=Chosen(name, index[1:] if name.startswith("b") else index))


def _loss_after_step(page: Page, held: Held) -> float | None:
    """f(W1), all parameters moved together; None while it is computed, which is shown."""
    _, size = page.text, page.view.size
    if (known := held.once("loss after the step", size, dict)).get("loss") is None:
        known["loss"] = answer(
            page,
            "tensors.after",
            (held.identity, size),
            lambda: loss_after(held.f, held.parameters, held.gradients, size),
            _("The loss after the step"),
            at_once=held.is_light,
        )
    return known["loss"]


def _reading(page: Page, held: Held, after: float) -> str:
    """What the step is predicted to do to the loss, and what it does; all parameters move together."""
    _, view = page.text, page.view
    predicted = -view.size * squared_norm(held.gradients)
    text = _(
        "A step of {step} against the gradient, all parameters together: the gradient predicts that the loss, "
        "{before}, "
        "changes by −step·‖g‖² = {predicted}; it changes by {real}, to {after}."
    ).format(
        step=typeset(view.size),
        before=typeset(held.loss),
        predicted=typeset(predicted),
        real=typeset(after - held.loss),
        after=typeset(after),
    )
    units = held.parameters[view.tensor].shape[-1]
    if view.drawn == "images" and view.tensor == "W1" and units > MOST_UNITS:
        text += " " + _("The picture shows the first {shown} of {units} units.").format(shown=MOST_UNITS, units=units)
    return text
