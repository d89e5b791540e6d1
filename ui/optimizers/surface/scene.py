"""The scene "on a surface": all chosen optimizers from one point of a map, all paths together (figure 2-12)."""

from __future__ import annotations

import streamlit as st

from engines import backends
from engines.descent.surface_race import SurfaceRace, surface_race
from engines.differentiation.expressions import Expression
from ui.charts.contour import HEIGHT
from ui.frame import Page
from ui.optimizers.surface.controls import surface_controls, surface_rates
from ui.optimizers.surface.pictures import pictures
from ui.optimizers.surface.readings import table_header, table_rows
from ui.parts.long_work import long_work
from ui.parts.table import table

_PLAYER = 130  # pixels above the pictures
_LAST = "surface.last"


def surface_scene(page: Page) -> tuple[object, ...]:
    """Controls, the player with map and heights, the numbers; returns whose code ran."""
    _, view, backend = page.text, page.view, page.settings.backend
    st.markdown(_.section("optimizer_surface", "sentence"))
    start = surface_controls(page)
    surface, racers, steps = view.course.surface, view.fitted(view.racers), view.steps_on_surface
    pictures_place, panel = st.columns([5, 1], gap="medium")
    with panel, st.container(key="surface_panel", gap="xxsmall"):
        surface_rates(page)
    place = pictures_place.container()
    race = long_work(
        page,
        "surface",
        (backend, surface.name, start, racers, steps),
        lambda: surface_race(backends.get(backend), surface, start, racers, steps),
        _("Racing on the surface"),
    )
    with place:
        _draw(page, race)
    return surface_race, Expression.value_and_gradient


def _draw(page: Page, race: SurfaceRace | None) -> None:
    """The pictures and the numbers; while a race is computed those of the one before, if it was on this surface.

    So the pictures stay alive when one clicks in the map. They are not drawn by the work, which is a fragment
    while it goes on: the player is one itself.
    """
    _, is_new = page.text, race is not None
    shown: SurfaceRace | None = race or st.session_state.get(_LAST)
    if shown is None or (not is_new and shown.surface.name != page.view.surface):
        st.html(f'<div style="height:{HEIGHT + _PLAYER}px"></div>')
        return
    st.session_state[_LAST] = shown
    pictures(page, shown, is_new)
    st.space("small")
    table(table_header(_), table_rows(shown, _))
    st.caption(_.section("optimizer_surface", "numbers"))
