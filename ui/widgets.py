"""Controls of what a page alone chooses: each starts from the page's view and writes it back, and so the URL.

`name` is a field of the view. A value that is not among the options is ignored: after a change of language or
page the browser may still send a label of the one just left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import streamlit as st

from engines.errors import EngineError
from ui.link import change_view
from ui.text import Text


class _Refused(NamedTuple):
    """A text that was not understood, why, and the value that stays instead."""

    text: str
    error: EngineError
    instead: Any


def segments(name: str, label: str, labels: Mapping[Any, str], show_label: bool = False, **options: Any) -> None:
    """A row of choices, one of which is always chosen; `labels` says what stands for each value."""
    st.segmented_control(
        label,
        list(labels),
        format_func=labels.get,
        required=True,
        wrap=True,
        key=_key(name),
        on_change=_chosen,
        args=(name, tuple(labels)),
        label_visibility="visible" if show_label else "collapsed",
        **options,
    )


def select(name: str, label: str, labels: Mapping[Any, str], **options: Any) -> None:
    """A list to choose from."""
    st.selectbox(
        label,
        list(labels),
        format_func=labels.get,
        key=_key(name),
        on_change=_chosen,
        args=(name, tuple(labels)),
        **options,
    )


def slider(
    name: str, label: str, options: Sequence[Any], show: Callable[[Any], str] = "{:g}".format, **more: Any
) -> None:
    """A slider over these values; a present value that is not one of them is put among them."""
    value = _value(name)
    choices = sorted({*options, value})
    st.select_slider(
        label, choices, format_func=show, key=_key(name), on_change=_chosen, args=(name, tuple(choices)), **more
    )


def number(
    name: str,
    label: str,
    lowest: float | None = None,
    highest: float | None = None,
    step: float | None = None,
    show: str | None = None,
    **options: Any,
) -> None:
    """A field for a number within these bounds: a whole one if the view's value is whole."""
    st.number_input(
        label, min_value=lowest, max_value=highest, step=step, format=show, key=_key(name),
        on_change=_typed, args=(name,), **options,
    )  # fmt: skip


def text(name: str, label: str, _: Text, read: Callable[[str], Any] | None = None, **options: Any) -> None:
    """A field for text. What `read`, else the view's reader, refuses stays, with the reason, and changes nothing."""
    key, place = f"view.{name}", f"view.{name}.error"
    refused = st.session_state.get(place)
    if refused is None or refused.instead != _value(name):  # something else was chosen since, by a link say
        refused = None
    st.session_state[key] = refused.text if refused else _value(name)
    st.text_input(label, key=key, on_change=_written, args=(name, read), **options)
    if refused:
        st.error(_.error(refused.error))


def toggle(name: str, label: str, **options: Any) -> None:
    """A switch."""
    st.toggle(label, key=_key(name), on_change=_chosen, args=(name, (False, True)), **options)


def _value(name: str) -> Any:
    return getattr(st.session_state.view, name)


def _key(name: str) -> str:
    """The widget's key, its state set to the view's value before it is drawn."""
    st.session_state[f"view.{name}"] = _value(name)
    return f"view.{name}"


def _is_the_pages(name: str) -> bool:
    """Whether the page that is open has this field: a callback may come from the one just left."""
    return any(spec.name == name for spec in fields(st.session_state.view))


def _chosen(name: str, options: tuple[Any, ...]) -> None:
    value = st.session_state[f"view.{name}"]
    if value in options and _is_the_pages(name):
        change_view(**{name: value})


def _typed(name: str) -> None:
    value = st.session_state[f"view.{name}"]
    if value is not None and math.isfinite(value) and _is_the_pages(name):
        change_view(**{name: value})


def _written(name: str, read: Callable[[str], Any] | None) -> None:
    if not _is_the_pages(name):
        return
    spec = next(spec for spec in fields(st.session_state.view) if spec.name == name)
    typed, place = st.session_state[f"view.{name}"], f"view.{name}.error"
    try:
        value = (read or spec.metadata["read"])(typed)
    except EngineError as error:
        st.session_state[place] = _Refused(typed, error, _value(name))
    else:
        st.session_state.pop(place, None)
        change_view(**{name: value})
