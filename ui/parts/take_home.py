"""Take it home: a run as a script, a notebook or files, made when they are asked for.

A file is made in a thread of its own when its button is clicked, from what the run shows at that moment; only one at a
time, since the data of a large set take a while and some memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from engines import exports
from engines.datasets.base import Dataset
from engines.runs.recipe import Recipe
from ui.frame import Page
from ui.text.plain import code

_ONE_AT_A_TIME = threading.Lock()
_LABELS = {"numpy": "NumPy", "pytorch": "PyTorch", "keras": "Keras"}


@dataclass(frozen=True, eq=False)
class Taken:
    """What is taken: a run's recipe, some of its (step, loss) pairs, its curves as CSV, its weights."""

    recipe: Recipe
    reference: Sequence[tuple[int, float]]
    curves: str
    parameters: Mapping[str, np.ndarray]


def take_home(
    page: Page,
    key: str,
    take: Callable[[], Taken],
    charts: Mapping[str, Callable[[], str]],
    why_not: str = "",
    more: Callable[[], object] = lambda: None,
) -> None:
    """The menu. `take` gives the run as it is when a file is asked for; `why_not` says why there is none.

    `charts` are SVG documents by name, "loss" and "accuracy".
    `more` draws what else a page has to offer there.
    """
    _, data = page.text, page.data
    with st.popover(_("Take it home"), icon=":material/download:", key=key, width="content"):
        if why_not:
            st.caption(why_not)
            return
        library = st.segmented_control(
            _("Library"), list(_LABELS), default="numpy", format_func=_LABELS.__getitem__, key=f"{key}.library",
            required=True,
        )  # fmt: skip
        name, language = f"run_{exports.data_file(data).removesuffix('.npz')}_{library}", page.settings.language
        told = _("It trains this very run in a bare environment, with its data beside it as {file}.")
        st.caption(told.format(file=code(exports.data_file(data))))
        with st.container(horizontal=True, key=f"{key}.code"):
            _download(f"{key}.script", _("Script"), f"{name}.py", partial(_script, take, data, library, language))
            _download(f"{key}.notebook", _("Notebook"), f"{name}.ipynb", partial(_book, take, data, library, language))
            _download(f"{key}.data", _("Data"), exports.data_file(data), partial(exports.data_npz, data))
        st.caption(_("What this page shows, as files:"))
        with st.container(horizontal=True, key=f"{key}.files"):
            _download(f"{key}.curves", _("Curves (CSV)"), "curves.csv", lambda: take().curves)
            _download(f"{key}.weights", _("Weights (NPZ)"), "weights.npz", lambda: _weights(take()))
            _download(f"{key}.recipe", _("Recipe (JSON)"), "recipe.json", lambda: _recipe(take()))
        with st.container(horizontal=True, key=f"{key}.charts"):
            labels = {"loss": _("Loss (SVG)"), "accuracy": _("Accuracy (SVG)")}
            for chart, make in charts.items():
                _download(f"{key}.{chart}", labels[chart], f"{chart}.svg", make)
        st.caption(_("As PNG any chart can be saved: point at it, and choose the arrow at its upper right."))
        more()


def _download(key: str, label: str, file: str, make: Callable[[], str | bytes]) -> None:
    def made() -> str | bytes:
        with _ONE_AT_A_TIME:
            return make()

    looks: dict[str, Any] = {"on_click": "ignore", "icon": ":material/download:"}
    st.download_button(label, made, file_name=file, key=key, **looks)


def _script(take: Callable[[], Taken], data: Dataset, library: str, language: str) -> str:
    taken = take()
    return exports.script(taken.recipe, data, library, language, taken.reference)


def _book(take: Callable[[], Taken], data: Dataset, library: str, language: str) -> str:
    taken = take()
    return exports.notebook(taken.recipe, data, library, language, taken.reference)


def _weights(taken: Taken) -> bytes:
    return exports.weights_npz(taken.parameters)


def _recipe(taken: Taken) -> str:
    return exports.recipe_json(taken.recipe)
