"""What is done with a sheet: switch normalising off, take a test image, say what it is, keep it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engines.errors import EngineError
from ui.failures import guarded
from ui.frame import Page, at_present
from ui.parts.widgets import toggle
from ui.text.names import class_names
from ui.training_loop.pad.answer import Seen
from ui.training_loop.pad.drawings import CannotKeep, Drawing, add
from ui.training_loop.pad.sheet import Sheet, lay, name_it, put, sheet

_LABEL, _NEXT, _TOLD = "pad.label", "pad.next", "pad.told"


def controls(page: Page, seen: Callable[[], Seen | None]) -> None:
    """One row; `seen` gives the sheet as the network may get it."""
    _ = page.text
    names = class_names(_, page.data.class_names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        toggle("normalise", _("Normalise"))
        st.button(
            _("Take a test image"), key="pad.take", icon=":material/image:", on_click=guarded(at_present(page, _take))
        )
        st.session_state[_LABEL] = sheet().label
        st.selectbox(
            _("It is"), range(len(names)), format_func=lambda label: names[label], key=_LABEL, width=150,
            placeholder="–", on_change=guarded(lambda: name_it(st.session_state[_LABEL])),
        )  # fmt: skip
        st.button(
            _("Add to my test set"), key="pad.add", icon=":material/add:",
            on_click=guarded(at_present(page, lambda now: _add(seen()))),
        )  # fmt: skip
    if error := st.session_state.pop(_TOLD, None):
        st.warning(_.error(error))


def _take(page: Page) -> None:
    """The next of the test images."""
    number = st.session_state.get(_NEXT, 0) % len(page.data.y_test)
    st.session_state[_NEXT] = number + 1
    put(page.data.x_test[number : number + 1], int(page.data.y_test[number]))


def _add(found: Seen | None) -> None:
    """Keep what is on the sheet, which is empty then; what is missing is said by the page."""
    try:
        _keep(found, sheet())
    except EngineError as error:
        st.session_state[_TOLD] = error


def _keep(found: Seen | None, shown: Sheet) -> None:
    if found is None:
        raise CannotKeep("The sheet is empty: draw something first.")
    if shown.label is None:
        raise CannotKeep("Say first what it is: choose its class.")
    add(Drawing(shown.strokes, shown.label, shown.data, found.x.copy(), found.raw.copy()))
    lay(Sheet(shown.data))
