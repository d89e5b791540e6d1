"""What SymPy says, drawn: formulas and numbers, and what stands for them while they are not known."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import streamlit as st

from engines.differentiation.questions import shown
from engines.differentiation.symbolic import Written
from ui.text import Text

_SPECIAL = re.compile(r"[\\{}$&#^_~%]")


def function_tex(written: Written | None, typed: str) -> str:
    """The function in LaTeX; as it was typed, where SymPy has not written it.

    >>> function_tex(None, "x^2")
    '\\\\texttt{x\\\\char94{}2}'
    """
    if written:
        return written.function
    escaped = _SPECIAL.sub(lambda found: rf"\char{ord(found[0])}{{}}", shown(typed))
    return rf"\texttt{{{escaped}}}"


def slope_tex(written: Written | None, comes: bool, index: int = 0) -> str:
    """Its derivative in the variable of that index; dots where it is still to come."""
    return written.derivatives[index] if written else r"\ldots" if comes else r"\text{–}"


def unknown(comes: bool) -> str:
    """What stands in a table for a number that is still to come, or that will not."""
    return "…" if comes else "–"


def number_table(title: str, rows: Sequence[tuple[str, float | None]], comes: bool, _: Text) -> None:
    """Numbers with all their digits; None for one that is not known."""
    lines = [f"| {label} | {_written(value, comes, _)} |" for label, value in rows]
    st.markdown("\n".join([f"| {title} | |", "|---|--:|", *lines]))


def _written(value: float | None, comes: bool, _: Text) -> str:
    if value is None:
        return unknown(comes)
    if math.isnan(value):
        return _("not defined")
    return f"`{value!r}`" if math.isfinite(value) else "∞" if value > 0 else "−∞"
