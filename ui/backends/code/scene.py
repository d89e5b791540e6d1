"""The scene "code": the same operation in every backend, side by side, beside its formula (2.4.4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from engines import backends
from engines.comparison import same_operation
from engines.operations import OPERATIONS, Operation
from engines.syntax import source
from ui.backends.code.sources import called, is_inherited, method
from ui.backends.contestants import compared
from ui.backends.settings import GRADIENTS
from ui.charts.numerals import number
from ui.frame import Page
from ui.parts.drawing import reading
from ui.parts.widgets import select
from ui.text.names import backend_labels
from ui.text.plain import plain

_ABREAST = 2  # more columns leave no room for a line of code
_SMALL = "<style>.st-key-backends_code pre code { font-size: 0.78rem !important; }</style>"
_EXPLAINED = ("numpy", "torch", "jax")


def code_scene(page: Page) -> tuple[Callable[..., Any], ...]:
    """The choice of operation, its formulas, each backend's code; the code is the scene itself."""
    name = page.view.operation
    _, names = page.text, compared(page)
    select("operation", _("Operation"), _operations(page), width=260)
    if name in OPERATIONS:
        _formulas(page, OPERATIONS[name])
    st.html(_SMALL)
    with st.container(key="backends_code"):
        for first in range(0, len(names), _ABREAST):
            row = names[first : first + _ABREAST]
            for column, backend in zip(st.columns(len(row)), row, strict=True):
                with column:
                    _one(page, backend, name)
    if name in OPERATIONS:
        _agreement(page, name)
    return ()


def _operations(page: Page) -> dict[str, str]:
    _ = page.text
    return {name: name for name in OPERATIONS} | {GRADIENTS: _("gradients: the way back")}


def _formulas(page: Page, operation: Operation) -> None:
    """Value, local derivatives, and the rule that a backend computes."""
    _ = page.text
    texts = {
        _("value"): operation.formula,
        _("local derivative"): r" ,\quad ".join(operation.local),
        _("upstream to downstream"): r" ,\quad ".join(operation.rules),
    }
    with st.container(horizontal=True, gap="large"):
        for label, formula in texts.items():
            with st.container(width="content", gap=None):
                st.caption(label)
                st.latex(formula, width="content")


def _one(page: Page, backend: str, name: str) -> None:
    """One backend's code, what is particular about it, and the functions that it calls."""
    _, used = page.text, backends.get(backend)
    st.markdown(f"**{plain(backend_labels()[backend])}**")
    st.caption(_about(page, backend, name))
    own = method(used, name)
    st.code(source(own), wrap_lines=True)
    if helpers := called(own):
        with st.expander(_("The functions it calls")):
            st.code("\n\n".join(map(source, helpers)), wrap_lines=True)


def _about(page: Page, backend: str, name: str) -> str:
    _ = page.text
    if is_inherited(backends.get(backend), name):
        return _("This backend does not write it: the interface composes it from other operations.")
    kind = "gradients" if name == GRADIENTS else "operation"
    about = backend if backend in _EXPLAINED else "other"
    return _.section("backends", f"code_{kind}_{about}")


def _agreement(page: Page, name: str) -> None:
    """How far the backends part on the same random operands."""
    _, called_ = page.text, backend_labels()
    found = _differences(name, compared(page))
    if not found:
        return
    told = _("{backend}: value {value}, gradients {gradients}")
    parts = [
        told.format(backend=called_[other], value=number(value), gradients=number(gradients))
        for other, (value, gradients) in found.items()
    ]
    begin = _("Run on the same random numbers in float64, relative difference from {reference}.")
    st.space("small")
    reading(f"{begin.format(reference=called_[page.settings.backend])} {'; '.join(parts)}.")
    st.space("small")


@lru_cache(maxsize=256)
def _differences(name: str, names: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    return same_operation.differences(name, [*map(backends.get, names)], np.random.default_rng(0))
