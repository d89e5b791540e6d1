"""An optimizer's next step as heat maps side by side: gradient, memory, effective rate, change (chapter 2.4.3)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engines.races.anatomy import Anatomy
from engines.races.race import RaceSnapshot
from ui.charts.entries import Matrix, Mosaic
from ui.charts.images import matrix_image, weights_picture
from ui.charts.markup import caption, element, escaped
from ui.charts.numerals import number, with_minus
from ui.charts.palette import MAGENTA, signed_limit
from ui.failures import guarded
from ui.frame import Page
from ui.optimizers.anatomy.one_weight import chosen_place, one_weight
from ui.optimizers.anatomy.readings import anatomy_reading
from ui.optimizers.anatomy.settings import read_place, write_place
from ui.parts.fields import text_field
from ui.parts.live_view import LiveView
from ui.parts.picture_click.click import CLASS, picture_clicks
from ui.text import Text


class Map(NamedTuple):
    """A tensor with its name in the rule and what it is, in words."""

    symbol: str
    title: str
    values: NDArray
    signed: bool = True
    coloured: float = 0.99  # the share of the entries that full colour lies above


_NOTHING = np.zeros(0)
_BOX = (320, 240)  # of a matrix: its largest picture, height and width in pixels
_ROUND = "position:relative;display:inline-block;max-width:100%;cursor:pointer"
_RING = (
    '<i style="position:absolute;left:{:.3f}%;top:{:.3f}%;width:14px;height:14px;margin:-7px;border-radius:50%;'
    f'border:2.5px solid {MAGENTA};pointer-events:none"></i>'
)
_ABREAST = 3  # maps beside each other: more of them would be too small to see a weight in


def anatomy_pictures(page: Page, view: LiveView, first: Anatomy, name: str) -> None:
    """One weight's numbers in the rule; the maps of its parameter, each with its scale; one line on what they show."""
    _ = page.text
    _one_weight(page, view, first, name)
    maps_of = lru_cache(maxsize=1)(lambda anatomy: anatomy_maps(anatomy, name, _))  # of one moment for all its pictures
    maps = maps_of(first)
    for row in range(0, len(maps), _ABREAST):
        for index, column in enumerate(st.columns(min(_ABREAST, len(maps)), vertical_alignment="bottom"), start=row):
            if index < len(maps):
                with column:
                    st.markdown(f"${maps[index].symbol}$ · {maps[index].title}")
                    view.text(lambda now, at=index: _map(page, name, now.anatomy, maps_of(now.anatomy)[at]))
    view.reading(lambda now: anatomy_reading(now.anatomy, name, _))


def _map(page: Page, name: str, anatomy: Anatomy, shown: Map) -> str:
    return _picture(page, name, shown, chosen_place(anatomy, name, page.view.weight))


def _one_weight(page: Page, view: LiveView, first: Anatomy, name: str) -> None:
    """One entry's numbers in the rule; which one is clicked or typed, or it is the one that moves most."""
    _, wanted = page.text, page.view.weight
    left, right = st.columns([1, 2], gap="medium", vertical_alignment="center")
    with left:
        said, changed = "" if wanted is None else write_place(wanted), lambda place: page.change(weight=place)
        label, none = _("One weight: click it, or type row, column"), _("the one that moves most")
        text_field(label, said, "anatomy.weight", _read_place, changed, _, placeholder=none)
        if wanted is not None:
            label = _("The one that moves most")
            st.button(label, key="anatomy.most", on_click=guarded(lambda: page.change(weight=None)))
        pictured = _entries(page, name, first.change[name].shape)
        picture_clicks("anatomy.click", lambda across, down: _clicked(page, pictured.entry(across, down)))

    def told(now: RaceSnapshot) -> str:
        anatomy = now.anatomy
        assert anatomy is not None
        lines = one_weight(anatomy, name, chosen_place(anatomy, name, wanted), _)
        return "".join(element("div", escaped(with_minus(line)), "font-size:1.05rem") for line in lines)

    with right:
        view.text(told)


def _clicked(page: Page, place: tuple[int, ...] | None) -> None:
    if place is not None:
        page.change(weight=place)


def _read_place(text: str) -> tuple[int, ...] | None:
    """None where nothing is typed."""
    return read_place(text) if text.strip() else None


def anatomy_maps(anatomy: Anatomy, name: str, _: Text) -> list[Map]:
    """The gradient, what the optimizer remembers, the learning rate that each weight gets, and its step."""
    titles = {
        "velocity": Map("v", _("velocity"), _NOTHING),
        "mean": Map("m", _("mean of the gradients"), _NOTHING),
        "squares": Map("s", _("squared gradients"), _NOTHING, signed=False),
    }
    maps = [Map("g", _("gradient"), anatomy.gradients[name])]
    for state in anatomy.optimizer.state_names:
        maps.append(titles[state]._replace(values=anatomy.state[state][name]))
    if "squares" in anatomy.optimizer.state_names:
        rates = anatomy.effective_rate(name)
        maps.append(Map(r"\eta_{ij}", _("rate of each weight"), rates, signed=False, coloured=0.8))
    maps.append(Map(r"\Delta W", _("effective step"), anatomy.change[name]))
    return maps


def _picture(page: Page, name: str, shown: Map, chosen: tuple[int, ...]) -> str:
    """A first layer as one small image a unit, any other parameter as a matrix, with a ring; under it its scale."""
    _, limit, pictured = page.text, signed_limit(shown.values, shown.coloured), _entries(page, name, shown.values.shape)
    scale = (_("full colour: ±{limit}") if shown.signed else _("full colour: {limit}")).format(limit=number(limit))
    if isinstance(pictured, Mosaic):
        image = weights_picture(shown.values, page.data.image_shape, limit, _)
    else:
        alt = _("Each entry of {name} as a coloured cell: blue negative, orange positive").format(name=name)
        image = matrix_image(shown.values, limit, alt, _BOX)
    ring = "" if (place := pictured.place(chosen)) is None else _RING.format(*(100 * share for share in place))
    return f'<div class="{CLASS}" style="{_ROUND}">{image}{ring}</div>' + caption(scale)


def _entries(page: Page, name: str, shape: tuple[int, ...]) -> Mosaic | Matrix:
    """Which entry of that parameter stands where in its picture."""
    return Mosaic(shape[1], *page.data.image_shape) if name == "W1" else Matrix(shape, _BOX)
