"""The pictures of a race on a surface: its player, the map and the heights, and the reading under them."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engines import backends
from engines.descent.paths import descend
from engines.descent.surface_courses import COURSES
from engines.descent.surface_race import SurfaceRace
from ui.charts.contour import PICKED, ground_rows
from ui.charts.optimizers.surface_heights import heights_window, surface_heights
from ui.charts.optimizers.surface_held import HELD, STEPS, held_frame, places
from ui.charts.optimizers.surface_map import LAND, TRACKS, surface_map
from ui.charts.optimizers.surface_tracks import heights_frame, tracks_frame
from ui.charts.relief import Relief, relief
from ui.charts.windows import Window
from ui.failures import guarded, survived
from ui.frame import Page
from ui.optimizers.race.racers import Racers
from ui.optimizers.surface.player import go, player
from ui.optimizers.surface.readings import surface_reading
from ui.parts.drawing import chart, reading
from ui.text import Text
from ui.text.optimizer_names import optimizer_name

_MAP, _SHOWN, _CLICKED = "surface.map", "surface.shown", "surface.clicked"
_SHARP = 1500.0  # how closely the lowest ground is looked at


def pictures(page: Page, race: SurfaceRace, is_new: bool) -> None:
    """The player over map and heights, a reading under them. Of these its reports draw only the reading anew.

    `is_new` says that it is the race that was asked for: where one clicked, it plays at once.
    """
    if is_new and st.session_state.pop(_CLICKED, False):
        go()
    above = st.container()
    left, right = st.columns([2, 1])
    with left:
        _map(page, race)
    with right:
        _heights(page, race)
    below = st.empty()
    with above:
        _played(page, race, below)


@st.fragment
def _played(page: Page, race: SurfaceRace, below: DeltaGenerator) -> None:
    with survived("picture", "surface"):
        step = min(page.view.step_shown, race.steps)
        player(page, race, step)
        with below:
            reading(surface_reading(race, step, page.text))


def _number(race: SurfaceRace) -> int:
    """A number that no race drawn before in this session had."""
    number, last = st.session_state.get(_SHOWN, (0, None))
    if last is not race:
        st.session_state[_SHOWN] = (number := number + 1), race
    return number


def _map(page: Page, race: SurfaceRace) -> None:
    land, racers = surveyed(race.surface.name), tuple(optimizer.name for optimizer in race.optimizers)
    heights = race.surface.function.values(*race.minima.T) if len(race.minima) else ()
    word = page.text("minimum")
    minima = tuple((x, y, f, "minimum", word) for (x, y), f in zip(race.minima, heights, strict=True))
    sets = {
        LAND: _ground(race.surface.name, minima),
        TRACKS: tracks_frame(race, land, _number(race), page.text),
        HELD: _at_hand(race.surface.name, race.optimizers, page.settings.backend, page.text.language),
    }
    chart(
        page,
        None,
        surface_map,
        land.x,
        land.y,
        racers,
        datasets=sets,
        key=_MAP,
        on_select=guarded(lambda: _started(page)),
    )


def _heights(page: Page, race: SurfaceRace) -> None:
    window, log = heights_window(surveyed(race.surface.name))
    racers = tuple(optimizer.name for optimizer in race.optimizers)
    chart(page, heights_frame(race, log, page.text), surface_heights, race.steps, window, log, racers)


@lru_cache(maxsize=len(COURSES))
def surveyed(name: str) -> Relief:
    """The surface's height over its frame."""
    surface = COURSES[name].surface
    return relief(surface.function.values, Window(*surface.x), Window(*surface.y), _SHARP)


@lru_cache(maxsize=2 * len(COURSES))
def _ground(name: str, minima: tuple[tuple[float, float, float, str, str], ...]) -> pd.DataFrame:
    return pd.concat(ground_rows(surveyed(name), minima), ignore_index=True).fillna({"label": "", "told": ""})


@lru_cache(maxsize=8)
def _at_hand(name: str, racers: Racers, backend: str, language: str) -> pd.DataFrame:
    """For the browser, while the start is dragged: the first steps of every racer from places all over the map."""
    surface, engine, _ = COURSES[name].surface, backends.get(backend), Text(language)
    x, y = Window(*surface.x), Window(*surface.y)
    starts = places(x, y).tolist()
    found = [(optimizer_name(each, _), descend(engine, surface.function, starts, each, STEPS)) for each in racers]
    return held_frame(found, x, y, _)


def _started(page: Page) -> None:
    """A place in the map was clicked: from there the next race starts, at once."""
    rows = st.session_state[_MAP]["selection"].get(PICKED)
    if rows:
        start = float(f"{rows[0]['x']:.4g}"), float(f"{rows[0]['y']:.4g}")
        page.change(surface_start=start, surface_shown=0)
        st.session_state[_CLICKED] = True
