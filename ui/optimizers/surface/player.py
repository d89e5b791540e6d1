"""The player of a race on a surface: where the race stands in the view, and each racer's line under the player."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engines.descent.surface_race import SurfaceRace
from ui.charts.palette import optimizer_style
from ui.frame import Page
from ui.parts.step_player.player import play
from ui.text.optimizer_names import optimizer_name

KEY, _GO = "surface.player", "surface.go"


def player(page: Page, race: SurfaceRace, step: int) -> None:
    """Draw it at that step. In a fragment: what it reports runs the fragment, and `step` is the view's then."""
    racers = [_racer(page, race, racer) for racer in range(len(race.optimizers))]
    play(page, KEY, racers, race.steps, step, st.session_state.get(_GO, 0), lambda: _reported(page))


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
