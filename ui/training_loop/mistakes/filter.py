"""Which mistakes: a click in the confusion matrix, or the two lists beside it; and the leaves of the album."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st
from numpy.typing import NDArray

from engines.answers import ALL, Cell
from engines.runs.training_run import Snapshot
from ui.charts.training_loop.confusion import CLICKED, confusion_chart, confusion_rows
from ui.experiment.link import present_view
from ui.failures import guarded
from ui.frame import Page
from ui.parts.live_view import LiveView
from ui.text.names import class_names

PICTURE = "mistakes"  # its name among the pictures of the page
_MATRIX = "confusion.cells"
_ANY = -1  # in a list of classes: a list takes None for nothing chosen


def _of_moment(now: Snapshot) -> NDArray:
    return now.test_logits


def chosen_cell(page: Page) -> Cell:
    """The cell of the page's view; of a class that the data do not have there is none, which is said."""
    _, view, classes = page.text, page.view, page.data.classes
    beyond = [k for k in (view.true, view.taken) if k is not None and k >= classes]
    if beyond:
        text = _(
            "These data have {count} classes, counted from 0: there is no class {wanted}. All mistakes are shown "
            "instead."
        )
        st.warning(text.format(count=classes, wanted=beyond[0]), icon="🔗")
        page.change(true=None, taken=None, leaf=1)
        return ALL
    return Cell(view.true, view.taken)


def clickable_matrix(
    page: Page, view: LiveView, cell: Cell = ALL, logits: Callable[[Snapshot], NDArray] = _of_moment
) -> None:
    """The confusion matrix; a click in a cell shows its images, one in the chosen cell all mistakes again.

    `logits` are the test images' of a moment. With another cell it is another element: the browser keeps what was
    clicked, and would not tell the same twice.
    """
    names, labels = class_names(page.text, page.data.class_names), page.data.y_test
    ringed = tuple(None if k is None else names[k] for k in cell)
    key = f"{_MATRIX}.{cell.true}.{cell.predicted}"
    view.chart(
        lambda now: confusion_rows(logits(now), labels, names), confusion_chart, names, ringed,
        key=key, on_select=guarded(partial(_clicked, page, key, names, cell)), selection_mode=[CLICKED],
    )  # fmt: skip


def _clicked(page: Page, key: str, names: Sequence[str], cell: Cell) -> None:
    points = st.session_state[key].selection.get(CLICKED, [])
    if not points or not {points[0].get("true"), points[0].get("predicted")} <= set(names):
        return
    found = Cell(names.index(points[0]["true"]), names.index(points[0]["predicted"]))
    true, taken = ALL if found == cell else found
    page.change(picture=PICTURE, true=true, taken=taken, leaf=1)


def class_lists(page: Page, cell: Cell) -> None:
    """The same by two lists, and a button that takes it back."""
    _ = page.text
    labels = {_ANY: _("any")} | dict(enumerate(class_names(_, page.data.class_names)))
    _class_list(page, "true", _("true class"), labels)
    _class_list(page, "taken", _("taken for"), labels)
    st.button(
        _("All mistakes"), key="mistakes.all", icon=":material/filter_alt_off:", disabled=cell == ALL,
        on_click=guarded(partial(page.change, true=None, taken=None, leaf=1)),
    )  # fmt: skip


def _class_list(page: Page, name: str, label: str, labels: dict[int, str]) -> None:
    key = f"view.{name}"
    wanted = getattr(page.view, name)
    st.session_state[key] = _ANY if wanted is None else wanted

    def chosen() -> None:
        if (value := st.session_state[key]) in labels:
            page.change(**{name: None if value == _ANY else value}, leaf=1)

    st.selectbox(
        label, list(labels), format_func=lambda value: labels.get(value, ""), key=key, on_change=guarded(chosen),
        width=150,
    )  # fmt: skip


def leaves(page: Page, leaf: int, is_last: bool, last_leaf: Callable[[], int]) -> None:
    """A leaf back and a leaf on; `last_leaf` says how many there are at the click: a run that goes on has others."""
    _ = page.text
    st.button(
        _("Worse ones"), key="mistakes.back", icon=":material/chevron_left:", disabled=leaf == 1,
        on_click=guarded(lambda: _turn(page, last_leaf(), -1)),
    )  # fmt: skip
    st.button(
        _("Further ones"), key="mistakes.on", icon=":material/chevron_right:", disabled=is_last,
        on_click=guarded(lambda: _turn(page, last_leaf(), 1)),
    )  # fmt: skip


def _turn(page: Page, last: int, by: int) -> None:
    leaf = min(present_view().leaf, last)
    page.change(leaf=min(max(leaf + by, 1), last))
