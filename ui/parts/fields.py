"""Fields that are typed in: a text is read by the setting's own reader, and what it refuses changes nothing.

Numbers are typed as text too: the browser's own number field drops a decimal comma and what it does not know,
shows numbers that are not used, and complains in the browser's language (its arrow keys are in `ui/browser/page.js`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import streamlit as st

from engines.errors import EngineError
from ui.experiment.link import changes
from ui.experiment.readers import write_number
from ui.failures import guarded
from ui.text import Text
from ui.text.plain import code, shortened

_NARROWEST_REASON = 260  # pixels


class Refused(NamedTuple):
    """A text that was not understood, why, the value that stays instead, and how many changes came before."""

    text: str
    error: EngineError
    instead: Any
    changes: int


def text_field(
    label: str, value: str, key: str, read: Callable[[str], Any], changed: Callable[[Any], object], _: Text,
    **options: Any,
) -> None:  # fmt: skip
    """A field for a text. What `read` refuses stays, to be mended, with the reason; `changed` gets what was read."""
    refused = _refused(key, value)
    st.session_state[key] = refused.text if refused else value
    st.text_input(label, key=key, on_change=_typed, args=(key, value, read, changed), **options)
    if refused:
        st.error(_.error(refused.error))


def number_field(
    label: str,
    value: float,
    key: str,
    read: Callable[[str], Any],
    changed: Callable[[Any], object],
    _: Text,
    width: int | Literal["stretch"] = "stretch",
    **options: Any,
) -> None:
    """A field for a number. After a text that `read` refuses the value before comes back, and the reason is said.

    It is said until something is changed.
    """
    refused = _refused(key, value)
    if refused is not None and refused.changes < changes():
        refused = None
    st.session_state[key] = write_number(value)
    room = max(width, _NARROWEST_REASON) if refused and isinstance(width, int) else width
    with st.container(width=room, gap="xsmall", key=f"number-{key}"):
        st.text_input(label, key=key, on_change=_typed, args=(key, value, read, changed), width=width, **options)
        if refused:
            st.error(_number_refused(refused, _))


def _number_refused(refused: Refused, _: Text) -> str:
    told = (
        _("{text} was not accepted: {reason}. The value is still {value}.")
        if refused.text.strip()
        else _("Nothing was typed: {reason}. The value is still {value}.")
    )
    return told.format(
        text=code(shortened(refused.text, 40)),
        reason=_.error(refused.error).rstrip("."),
        value=write_number(refused.instead),
    )


def _refused(key: str, value: Any) -> Refused | None:
    """The text of this field that was refused last, unless something else was chosen since, by a link say."""
    refused: Refused | None = st.session_state.get(f"{key}.refused")
    return refused if refused is not None and refused.instead == value else None


@guarded
def _typed(key: str, value: Any, read: Callable[[str], Any], changed: Callable[[Any], object]) -> None:
    typed, place = st.session_state[key], f"{key}.refused"
    try:
        understood = read(typed)
    except EngineError as error:
        st.session_state[place] = Refused(typed, error, value, changes())
    else:
        st.session_state.pop(place, None)
        changed(understood)
