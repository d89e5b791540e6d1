"""The experiment in this browser session and in its URL, kept the same.

The experiment is one `Settings` value in the session, beside it what the page alone chooses (its *view*).
Widgets start from them and their callbacks write both, and the URL; a page adopts a URL that is not the one a
page last wrote: a link, the back button, the first visit. Whatever comes in, by a link or by a click, is fitted
(`ui.experiment.fitting`), and what had to give way is told.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engines.runs.recipe import Recipe
from ui.acted import has_acted
from ui.experiment import address
from ui.experiment.fitting import fitted, fitted_view
from ui.experiment.place import Place
from ui.experiment.session import changed, followed, open_at_step
from ui.experiment.settings import Problem, Settings, from_query, to_query, without_run
from ui.reader import browser_language

_OWN = "lesson.own"
_MOST_PLACES = 40  # in lessons, that a session remembers


@dataclass(frozen=True)
class NoView:
    """The view of a page that has nothing of its own to choose."""


class _Before(NamedTuple):
    """What a page wrote before the last change, and when it was replaced."""

    query: dict[str, str]
    settings: Settings
    until: float


def adopt(view_class: type) -> tuple[Settings, Any, list[Problem]]:
    """Settings, the page's view, and what in the URL could not be used: told until something is changed."""
    state, query, acted = st.session_state, st.query_params.to_dict(), has_acted()
    if "settings" not in state or not isinstance(state.view, view_class) or not _is_ours(query, acted):
        language = state.settings.language if "settings" in state else browser_language()
        of_place = _enter(query)
        settings, unreadable = from_query(Settings, query, language=language)
        if without_run(query) == query and any(settings == before.settings for before in _on_their_way()):
            # a page's link, drawn before the change
            settings, unreadable = state.settings, []
        else:
            settings = _present(settings, query)
        view, of_view = from_query(view_class, query)
        settings, view, unfit = _fitted(settings, view)
        if unfit and settings.step:  # not that run, then
            settings = settings.from_first_step
        state.told = [*unreadable, *of_view, *of_place, *unfit]
        _store(settings, view)
        address.is_told(query)
    _follow()
    if without_run(query) != without_run(state.written):
        # a browser that is told its own URL may take it for a step in its history
        st.query_params.from_dict(state.written)
        address.is_told(state.written)
    return state.settings, state.view, state.told


def _enter(query: dict[str, str]) -> list[Problem]:
    """Take the place in a lesson from a link. Where it begins one, the learner's own experiment is kept beside it."""
    state = st.session_state
    place, problems = from_query(Place, query)
    if not place.is_open:
        state.pop(_OWN, None)
    elif not present_place().is_open and "settings" in state:
        _follow()
        state[_OWN] = place.came_from(state.get("page.left", "start"), to_query(state.settings))
    _stand(place.within.joined(known_place(place)))
    return problems


def _stand(place: Place) -> None:
    """Be there, and know it when the learner comes back after having left."""
    state = st.session_state
    state.place = place
    if place.is_open:
        known = {course: each for course, each in state.get("places", {}).items() if course != place.course}
        state.places = dict([*known.items(), (place.course, place)][-_MOST_PLACES:])


def _present(settings: Settings, query: dict[str, str]) -> Settings:
    """The run that a link means: the session's own where the link says no step, or where the browser's history goes
    back to an earlier step of it. Else the page that shows it opens it."""
    state = st.session_state
    if "settings" not in state:
        return settings
    own = replace(state.settings, language=settings.language, lecture=settings.lecture)
    if without_run(query) == query:
        return own if own.from_first_step == settings else settings
    if _is_back() and _leads_to(own, settings):
        return own
    open_at_step()
    return settings


def _leads_to(own: Settings, settings: Settings) -> bool:
    """Whether the session's run has passed that state."""
    recipe, passed = own.recipe, settings.recipe
    return passed.step <= recipe.step and recipe.at(passed.step) == replace(passed, identity=recipe.identity)


def _follow() -> None:
    """What the session's run says of itself: its step, and what its course has brought."""
    state = st.session_state
    if (settings := followed(state.settings)) != state.settings:
        state.settings, state.written = settings, _query(settings, state.view)


def present_address() -> dict[str, str]:
    """What the URL is to say by now."""
    _follow()
    return st.session_state.written


def change(**values: Any) -> None:
    """Change the experiment, and the URL with it. For widgets' callbacks."""
    _write(changed(st.session_state.settings, **values), st.session_state.view)


def open_recipe(recipe: Recipe) -> None:
    """Make that run the session's, and let the URL say so; for callbacks."""
    open_at_step()
    _write(st.session_state.settings.following(recipe), st.session_state.view)


def present_place() -> Place:
    """Where in a lesson the learner is."""
    return st.session_state.get("place", Place())


def own_place() -> Place:
    """The place with where the learner came from, fresher than a link may say it."""
    return st.session_state.get(_OWN) or present_place()


def known_place(place: Place) -> Place | None:
    """Where the learner was when the same lesson was last open in this session."""
    return st.session_state.get("places", {}).get(place.course)


def change_place(place: Place) -> None:
    """Be elsewhere in a lesson, and let the URL say so; for callbacks."""
    _stand(place)
    _write(st.session_state.settings, st.session_state.view)


def present_view() -> Any:
    """What the page that is open has chosen."""
    return st.session_state.view


def change_view(view_class: type, /, **values: Any) -> None:
    """Change what the page with such a view chooses, and the URL with it; for callbacks, and to correct a link.

    Nothing happens where another page is open: a callback may come from the one just left.
    """
    if isinstance(view := present_view(), view_class):
        _write(st.session_state.settings, replace(view, **values))


def changes() -> int:
    """How often somebody has changed something on this session's pages."""
    return st.session_state.get("changes", 0)


def settle_view(view_class: type, /, **values: Any) -> None:
    """Fill in what the link leaves to the page. The link stays as it is: it says the same, and history has no step."""
    if isinstance(view := present_view(), view_class):
        st.session_state.view = replace(view, **values)


def _write(settings: Settings, view: Any) -> None:
    """Fit them, tell what gave way, and let the URL say them.

    What the page itself changes while it is drawn is no step in the browser's history, which may not be at the page's
    address by then: the frame tells the browser (`ui.experiment.address`) when all is drawn.
    """
    settings, view, unfit = _fitted(settings, view)
    state, run, before = st.session_state, get_script_run_ctx(), st.session_state.written
    by_page = run is not None and run.has_script_started
    if unfit or not by_page:  # else what its link said is told still
        state.told, state.changes = [problem._replace(in_link=False) for problem in unfit], changes() + 1
    _store(settings, view)
    if state.written != before and not by_page:
        st.query_params.from_dict(state.written)
        address.is_told(state.written)


def _fitted(settings: Settings, view: Any) -> tuple[Settings, Any, list[Problem]]:
    """The one way in, for a link's values and for a change's."""
    settings, of_settings = fitted(settings)
    view, of_view = fitted_view(view, settings)
    return settings, view, [*of_settings, *of_view]


def _store(settings: Settings, view: Any) -> None:
    """Remember what the URL is to say, and for a while what it said before."""
    state, query = st.session_state, _query(settings, view)
    if "written" in state and query != state.written:
        state.before = [*_recent(), _Before(state.written, state.settings, time.monotonic())]
    state.settings, state.view, state.written = settings, view, query


def _query(settings: Settings, view: Any) -> dict[str, str]:
    return to_query(settings) | to_query(view) | to_query(present_place())


def _is_ours(query: dict[str, str], acted: bool) -> bool:
    """Whether a page wrote this URL last, or had written it when the browser asked for this run.

    The back button brings one that was written earlier too, and means it. A click (`acted`) means no link: however
    late it comes, on a slow line or to a busy server, its URL is what the browser knew then.
    """
    if _is_back():
        return query == st.session_state.written
    told = (st.session_state.written, *address.told(whenever=acted), *(before.query for before in _recent()))
    return any(query == each for each in told)


def _on_their_way() -> list[_Before]:
    """What the browser may still have known when it asked for this run.

    A run that was asked for before a callback wrote a new URL carries the old one: no link was opened. The back button
    brings an old URL too, but of that the browser tells.
    """
    return [] if _is_back() else _recent()


def _is_back() -> bool:
    """Whether the browser's back or forward button has asked for this run."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def _recent() -> list[_Before]:
    now = time.monotonic()
    known = st.session_state.get("before", [])
    return [before for before in known if now - before.until < address.on_its_way(before.query)]
