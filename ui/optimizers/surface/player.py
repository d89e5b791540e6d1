"""Play, pause, step and a slider over the steps of a race that is known in full: it plays in the browser.

So pausing is immediate and the server has nothing to do meanwhile, however many watch. Each racer's line in the
legend tells its height at the step shown.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
import streamlit.components.v2

from engines.descent.surface_race import SurfaceRace
from ui.charts.optimizers.played import EVENT
from ui.charts.palette import optimizer_style
from ui.failures import guarded
from ui.frame import Page
from ui.text.optimizer_names import optimizer_name

KEY, _GO = "surface.player", "surface.go"
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


def player(page: Page, race: SurfaceRace, step: int) -> None:
    """Draw it at that step. In a fragment: what it reports runs the fragment, and `step` is the view's then."""
    racers = [_racer(page, race, racer) for racer in range(len(race.optimizers))]
    play(page, KEY, racers, race.steps, step, st.session_state.get(_GO, 0), lambda: _reported(page))


def play(
    page: Page, key: str, racers: list[dict[str, Any]], last: int, step: int, go: int, reported: Callable[[], None]
) -> None:
    """Draw a player of steps 0 to `last` at that step; `racers` are the lines under it, see `_racer`.

    What it reports stands in the session under `key`, as `at`, when `reported` is called. Another `go` plays at once.
    """
    _ = page.text
    words = {
        "play": _("Play"), "pause": _("Pause"), "next": _("Next step"), "first": _("To the start"),
        "steps": _("Steps shown"),
    }  # fmt: skip
    data = {
        "event": EVENT,
        "words": words,
        "racers": racers,
        "last": last,
        "step": step,
        "go": go,
    }
    _player(key=key, data=data, on_at_change=guarded(reported))


def go() -> None:
    """Let the race that is drawn next play from its start at once."""
    st.session_state[_GO] = st.session_state.get(_GO, 0) + 1


def _racer(page: Page, race: SurfaceRace, racer: int) -> dict[str, Any]:
    """What the legend says of one racer: its heights at the steps inside the frame, and when it left."""
    _, optimizer, left = page.text, race.optimizers[racer], race.left[racer]
    style, told = optimizer_style(optimizer.name), _("left at step {step}")
    return {
        "label": optimizer_name(optimizer, _),
        "rate": f"η {optimizer.learning_rate:g}",
        "color": style.color,
        "dash": " ".join(map(str, style.dash)) if style.dash[1] else "none",
        "heights": [float(f"{height:.6g}") for height in race.values[:left, racer]],
        "left": left,
        "left_told": "" if left is None else told.format(step=left),
    }


def _reported(page: Page) -> None:
    """The browser says at which step it is; into the URL only when it stands, or its history would fill up."""
    if not (said := st.session_state[KEY].get("at")):
        return
    (page.settle if said["playing"] else page.change)(surface_shown=page.view.shown_at(said["step"]))
