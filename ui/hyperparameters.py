"""Controls of an optimizer's hyperparameters, made from the fields of its dataclass."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import Field
from typing import Any

import streamlit as st

RATES = tuple(float(f"{digit}e{power}") for power in range(-5, 3) for digit in (1, 2, 5))


def rate_slider(label: str, rate: float, key: str, changed: Callable[..., object], *args: Any, **options: Any) -> None:
    """A slider over learning rates; the callback finds the new one under `key`."""
    st.session_state[key] = rate
    st.select_slider(
        label, sorted({*RATES, rate}), format_func="{:g}".format, key=key, on_change=changed, args=args, **options
    )


def hyperparameter_field(
    label: str, spec: Field, value: float, key: str, changed: Callable[..., object], *args: Any
) -> None:
    """A field for a number within the bounds that the dataclass field states; the callback finds it under `key`."""
    below = spec.metadata["below"]
    st.session_state[key] = value
    st.number_input(
        label,
        min_value=float(spec.metadata["minimum"]),
        max_value=math.nextafter(below, 0) if math.isfinite(below) else None,
        step=spec.metadata["typical"] / 20,
        format="%g",
        key=key,
        on_change=changed,
        args=args,
    )
