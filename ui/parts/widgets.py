"""Controls of what a page alone chooses: each starts from the page's view and writes it back, and so the URL.

`name` is a field of the view. A value that is not among the options is ignored: after a change of language or
page the browser may still send a label of the one just left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any

import streamlit as st

from ui.experiment.link import change_view, present_view
from ui.experiment.readers import write_number
from ui.failures import guarded
from ui.parts.fields import number_field, text_field
from ui.text import Text


def segments(name: str, label: str, labels: Mapping[Any, str], show_label: bool = False, **options: Any) -> None:
    """A row of choices, one of which is always chosen; `labels` says what stands for each value."""
    st.segmented_control(
        label,
        list(labels),
        format_func=lambda value: labels.get(value, ""),
        required=True,
        wrap=True,
        key=_key(name),
        on_change=_chosen,
        args=(type(present_view()), name, tuple(labels)),
        label_visibility="visible" if show_label else "collapsed",
        **options,
    )


def select(name: str, label: str, labels: Mapping[Any, str], **options: Any) -> None:
    """A list to choose from."""
    st.selectbox(
        label,
        list(labels),
        format_func=lambda value: labels.get(value, ""),
        key=_key(name),
        on_change=_chosen,
        args=(type(present_view()), name, tuple(labels)),
        **options,
    )


def slider(
    name: str, label: str, options: Sequence[Any], show: Callable[[Any], str] = write_number, **more: Any
) -> None:
    """A slider over these values; a present value that is not one of them is put among them."""
    value = _value(name)
    choices = sorted({*options, value})
    st.select_slider(
        label,
        choices,
        format_func=show,
        key=_key(name),
        on_change=_chosen,
        args=(type(present_view()), name, tuple(choices)),
        **more,
    )


def number(name: str, label: str, _: Text, read: Callable[[str], Any] | None = None, **options: Any) -> None:
    """A field for a number, read by `read`, else by the view's reader."""
    changed = partial(_understood, type(present_view()), name)
    number_field(label, _value(name), f"view.{name}", read or _reader(name), changed, _, **options)


def text(name: str, label: str, _: Text, **options: Any) -> None:
    """A field for text. What the view's reader refuses stays, with the reason, and changes nothing."""
    changed = partial(_understood, type(present_view()), name)
    text_field(label, _value(name), f"view.{name}", _reader(name), changed, _, **options)


def toggle(name: str, label: str, **options: Any) -> None:
    """A switch."""
    st.toggle(label, key=_key(name), on_change=_chosen, args=(type(present_view()), name, (False, True)), **options)


def _value(name: str) -> Any:
    return getattr(present_view(), name)


def _key(name: str) -> str:
    """The widget's key, its state set to the view's value before it is drawn."""
    st.session_state[f"view.{name}"] = _value(name)
    return f"view.{name}"


@guarded
def _chosen(view_class: type, name: str, options: tuple[Any, ...]) -> None:
    value = st.session_state[f"view.{name}"]
    if value in options:
        change_view(view_class, **{name: value})


def _understood(view_class: type, name: str, value: Any) -> None:
    change_view(view_class, **{name: value})


def _reader(name: str) -> Callable[[str], Any]:
    """How the view's field is read from a link."""
    return next(spec.metadata["read"] for spec in fields(present_view()) if spec.name == name)
