"""Play, pause, step and a slider over steps that are known in full: they are played in the browser.

So pausing is immediate and the server has nothing to do meanwhile, however many watch. Each line under the player
tells its height at the step shown; the charts that follow it are in `ui.charts.played`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
import streamlit.components.v2

from ui.charts.played import EVENT
from ui.failures import guarded
from ui.frame import Page

_FOLDER = Path(__file__).parent
_HTML = """
<div class="row">
  <button class="play"><i aria-hidden="true"></i><b></b></button>
  <button class="next"><i aria-hidden="true">arrow_forward</i><b></b></button>
  <button class="first"><i aria-hidden="true">first_page</i><b></b></button>
  <span class="bar"><input type="range" min="0" step="1"><output></output></span>
</div>
<ul></ul>
"""
_player = st.components.v2.component(
    "gradient_engine_player",
    html=_HTML,
    css=(_FOLDER / "player.css").read_text("utf-8"),
    js=(_FOLDER / "player.js").read_text("utf-8"),
)


def play(
    page: Page, key: str, lines: list[dict[str, Any]], last: int, step: int, go: int, reported: Callable[[], None]
) -> None:
    """Draw a player of steps 0 to `last` at that step. In a fragment: what it reports runs the fragment.

    `lines` stand under it: each has a `label`, a `rate`, a `color`, a `dash`, its `heights` and the step at which it
    `left` the frame, with the words `left_told`. What the player reports stands in the session under `key`, as `at`,
    when `reported` is called. Another `go` plays at once.
    """
    _ = page.text
    words = {
        "play": _("Play"), "pause": _("Pause"), "next": _("Next step"), "first": _("To the start"),
        "steps": _("Steps shown"),
    }  # fmt: skip
    data = {"event": EVENT, "words": words, "lines": lines, "last": last, "step": step, "go": go}
    _player(key=key, data=data, on_at_change=guarded(reported))
