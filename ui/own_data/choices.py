"""What was understood of the images, each thing a control: a correction makes the preview anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from engines.datasets.own import SIDES, Material, Naming, Split
from ui.experiment.readers import read_number
from ui.failures import guarded
from ui.frame import Page
from ui.own_data import desk
from ui.parts.fields import number_field
from ui.text import Text
from ui.text.plain import shortened


def choices(page: Page, brought: desk.Brought) -> None:
    """The controls, and the way back to what was understood at first."""
    _, material = page.text, brought.material
    if material.is_table:
        _table(material, _)
    with st.container(horizontal=True):
        _number("black", _("Value that becomes 0"), _)
        _number("white", _("Value that becomes 1"), _)
    _switch("turned", _("Turned: rows for columns"))
    _switch("inverted", _("Inverted: 1 − x"))
    with st.container(horizontal=True):
        _select("side", _("Size"), _sides(_))
        _select("naming", _("Names of the classes"), _namings(_))
    _select("split", _("Test images"), _splits(material, _))
    _switch("drop_duplicates", _("Leave test images out that are also training images"))
    if desk.chosen() != brought.understood:
        st.button(
            _("Back to what was understood"), key="own_data.back", icon=":material/undo:",
            on_click=guarded(lambda: desk.choose(brought.understood)),
        )  # fmt: skip


def _table(material: Material, _: Text) -> None:
    _switch("header", _("The first line is a header"))
    _select("label_column", _("Column with the labels"), _columns(material, _))


def _columns(material: Material, _: Text) -> dict[int | None, str]:
    """The columns that may hold the labels, by index."""
    last, present = len(material.columns) - 1, desk.chosen().label_column
    shown = sorted({*material.label_columns, *([] if present is None else [present])})
    special = {0: _("first: {name}"), last: _("last: {name}")}
    named: dict[int | None, str] = {
        k: special.get(k, f"{k + 1}: {{name}}").format(name=shortened(material.columns[k], 24)) for k in shown
    }
    return named if present is not None else {None: "–"} | named


def _namings(_: Text) -> dict[Naming, str]:
    return {
        Naming.AS_GIVEN: _("as given"),
        Naming.DIGITS: _("digits 0 to 9"),
        Naming.LETTERS: _("letters a to z"),
        Naming.CHARACTERS: _("digits and letters (EMNIST)"),
        Naming.FASHION: _("clothes (Fashion-MNIST)"),
    }


def _splits(material: Material, _: Text) -> dict[Split, str]:
    drawn = {Split.STRATIFIED: _("a fifth of each class, drawn by a fixed seed")}
    return drawn if material.train is None else {Split.GIVEN: _("as the files say")} | drawn


def _sides(_: Text) -> dict[int | None, str]:
    present = desk.chosen().side
    sides = sorted({*SIDES, *([present] if present else [])})
    return {None: _("as given")} | {side: f"{side}×{side}" for side in sides}


# Controls that start from the present choice and write it back


def _select(name: str, label: str, labels: Mapping[Any, str]) -> None:
    """By the labels' numbers: Streamlit takes None for nothing chosen."""
    values, told = list(labels), list(labels.values())
    key = f"own_data.choice.{name}"
    st.session_state[key] = values.index(getattr(desk.chosen(), name))
    options = range(len(values))
    st.selectbox(label, options, format_func=lambda k: told[k], key=key, on_change=_picked, args=(name, key, values))


def _switch(name: str, label: str) -> None:
    key = f"own_data.choice.{name}"
    st.session_state[key] = getattr(desk.chosen(), name)
    st.toggle(label, key=key, on_change=_picked, args=(name, key, (False, True)))


def _number(name: str, label: str, _: Text) -> None:
    key, present = f"own_data.choice.{name}", getattr(desk.chosen(), name)
    number_field(label, present, key, read_number, partial(_change, name), _, width=150)


@guarded
def _picked(name: str, key: str, values: Sequence[Any]) -> None:
    if (number := st.session_state[key]) in range(len(values)):  # else a label of the language just left
        _change(name, values[number])


def _change(name: str, value: Any) -> None:
    """Nothing where what it was for has gone by now."""
    if desk.brought() is not None:
        desk.choose(replace(desk.chosen(), **{name: value}))
