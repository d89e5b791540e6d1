"""The ways through a lesson: each is a link to the page and the settings that its step needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from lessons.steps import Link
from ui.experiment.link import own_place, present_place
from ui.experiment.place import Place
from ui.experiment.settings import Settings, to_query, without_run
from ui.navigation import file_of, lead_to


def goal(place: Place, settings: Settings) -> tuple[str, dict[str, str]]:
    """The page and the query where that place is: its step before, or after its answer.

    Language, looks and backend are the learner's own; a run begins at its first step where the step says no other.
    """
    if (present := place.present) is None:
        link = Link("start")
    else:
        link = present[1].after if place.prediction else present[1].before
    return link.page, _own_looks(settings) | {"trained": "0"} | dict(link.query) | to_query(place)


def way_out(settings: Settings) -> tuple[str, dict[str, str]]:
    """Where the learner was before the lesson, with the run of then."""
    origin = own_place().origin or Link("start")
    return origin.page, dict(origin.query) | {
        key: value for key, value in _own_looks(settings).items() if key != "backend"
    }


def _own_looks(settings: Settings) -> dict[str, str]:
    own = Settings(language=settings.language, lecture=settings.lecture, backend=settings.backend)
    return without_run(to_query(own))


def way(to: tuple[str, dict[str, str]], label: str, **looks: Any) -> None:
    """A link there."""
    page, query = to
    st.page_link(file_of(page), label=label, query_params=query, **looks)


def go(place: Place, settings: Settings) -> None:
    """Be there in the run of the page that follows; for callbacks."""
    lead_to(*goal(place, settings))


def predict(said: str, settings: Settings) -> None:
    """Say this at the present question, or skip it by saying nothing, and see."""
    place = present_place()
    if place.prediction is None and place.present is not None:
        go(replace(place).predicted(said), settings)
