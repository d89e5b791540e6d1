"""An optimizer's next step as heat maps side by side: gradient, memory, effective rate, change (chapter 2.4.3)."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engines.races.anatomy import Anatomy
from engines.races.race import RaceSnapshot
from ui.charts.images import matrix_image, weights_picture
from ui.charts.markup import caption, element, escaped
from ui.charts.numerals import number, percent
from ui.charts.palette import signed_limit
from ui.failures import guarded
from ui.frame import Page
from ui.optimizers.anatomy.one_weight import chosen_place, one_weight
from ui.optimizers.anatomy.settings import read_place, write_place
from ui.parts.fields import text_field
from ui.parts.live_view import LiveView
from ui.text import Text, counted
from ui.text.optimizer_names import optimizer_name


class Map(NamedTuple):
    """A tensor with its name in the rule and what it is, in words."""

    symbol: str
    title: str
    values: NDArray
    signed: bool = True
    coloured: float = 0.99  # the share of the entries that full colour lies above


_NOTHING = np.zeros(0)
_ABREAST = 3  # maps beside each other: more of them would be too small to see a weight in


def anatomy_pictures(page: Page, view: LiveView, first: Anatomy, name: str) -> None:
    """The maps of that parameter, each with its scale, and one line on what they show."""
    _ = page.text
    maps_of = lru_cache(maxsize=1)(lambda anatomy: anatomy_maps(anatomy, name, _))  # of one moment for all its pictures
    maps = maps_of(first)
    for row in range(0, len(maps), _ABREAST):
        for index, column in enumerate(st.columns(min(_ABREAST, len(maps)), vertical_alignment="bottom"), start=row):
            if index < len(maps):
                with column:
                    st.markdown(f"${maps[index].symbol}$ · {maps[index].title}")
                    view.text(lambda now, at=index: _picture(page, name, maps_of(now.anatomy)[at]))
    view.reading(lambda now: anatomy_reading(now.anatomy, name, _))
    _one_weight(page, view, name)


def _one_weight(page: Page, view: LiveView, name: str) -> None:
    """One entry's numbers in the rule; which one is typed, or it is the one that moves most."""
    _, wanted = page.text, page.view.weight
    with st.container(horizontal=True, vertical_alignment="bottom"):
        said, changed = "" if wanted is None else write_place(wanted), lambda place: page.change(weight=place)
        label, none = _("One weight: row, column"), _("the one that moves most")
        text_field(label, said, "anatomy.weight", _read_place, changed, _, width=220, placeholder=none)
        if wanted is not None:
            label = _("The one that moves most")
            st.button(label, key="anatomy.most", on_click=guarded(lambda: page.change(weight=None)))

    def told(now: RaceSnapshot) -> str:
        anatomy = now.anatomy
        assert anatomy is not None
        lines = one_weight(anatomy, name, chosen_place(anatomy, name, wanted), _)
        return "".join(element("div", escaped(line), "font-size:1.05rem") for line in lines)

    view.text(told)


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


def anatomy_reading(anatomy: Anatomy, name: str, _: Text) -> str:
    """How far the steps are from learning rate times gradient: rates of their own, or a velocity that carries on."""
    change, rule = anatomy.change[name], anatomy.optimizer
    if not (math.isfinite(anatomy.loss) and np.isfinite(change).all()):
        return _("The numbers are too large for this step: with it {racer} diverges.").format(
            racer=optimizer_name(rule, _)
        )
    if not change.any():
        return _why_nothing_moves(anatomy, name, _)
    if "squares" in rule.state_names:
        return _rates_told(anatomy, name, _)
    if not rule.state_names:
        return _(
            "Every weight of {name} has the same rate, {rate}: the step is the gradient's picture in reverse."
        ).format(name=name, rate=number(rule.learning_rate))
    return _velocity_told(anatomy, name, _)


def _why_nothing_moves(anatomy: Anatomy, name: str, _: Text) -> str:
    if not anatomy.optimizer.learning_rate and anatomy.gradients[name].any():
        return _("{name} does not move: the learning rate is 0.").format(name=name)
    if not anatomy.optimizer.state_names:
        return _("{name} does not move: its gradient is 0.").format(name=name)
    return _("{name} does not move: its gradient is 0, and what the optimizer remembers no longer moves it.").format(
        name=name
    )


def _velocity_told(anatomy: Anatomy, name: str, _: Text) -> str:
    """The step beside that of plain SGD, and how many weights go on against their gradient."""
    gradient, change = anatomy.gradients[name], anatomy.change[name]
    plain = float(np.linalg.norm(gradient)) * anatomy.optimizer.learning_rate
    if not plain:
        return _("Plain SGD would not move {name} here: its velocity carries it on.").format(name=name)
    return _(
        "The step of {name} is {longer} times as long as plain SGD's at the same rate; {share} of its weights move "
        "uphill on this batch, carried on by their velocity."
    ).format(
        name=name,
        longer=number(float(np.linalg.norm(change)) / plain),
        share=percent(float((change * gradient > 0).mean())),
    )


def _rates_told(anatomy: Anatomy, name: str, _: Text) -> str:
    """How the rates of the weights are spread, against the one that was set."""
    rates = anatomy.effective_rate(name)
    known = rates[np.isfinite(rates)]
    low, middle, high = np.quantile(known, [0.05, 0.5, 0.95])
    told = _(
        "You set one learning rate, {rate}. Dividing by the root of its squared gradients gives each weight of {name} "
        "its own: median {middle}, 90% of them between {low} and {high}."
    ).format(
        rate=number(anatomy.optimizer.learning_rate),
        name=name,
        low=number(low),
        middle=number(middle),
        high=number(high),
    )
    still = rates.size - known.size
    if still:
        grey = counted(_, "Grey: {count:,} weight does not move.", "Grey: {count:,} weights do not move.", still)
        told += " " + grey.format(count=still)
    return told


def _picture(page: Page, name: str, shown: Map) -> str:
    """A first layer as one small image a unit, any other parameter as a matrix; under it its scale."""
    _, limit = page.text, signed_limit(shown.values, shown.coloured)
    scale = (_("full colour: ±{limit}") if shown.signed else _("full colour: {limit}")).format(limit=number(limit))
    if name == "W1":
        return weights_picture(shown.values, page.data.image_shape, limit, _) + caption(scale)
    alt = _("Each entry of {name} as a coloured cell: blue negative, orange positive").format(name=name)
    return matrix_image(shown.values, limit, alt, (320, 240)) + caption(scale)
