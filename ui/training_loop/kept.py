"""The shelf of kept runs: keep this run, see what tells the others from it, lay them over its curves, open one again.

It is this session's until it is saved in a file; a recipe and a few points a run, no weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from engines.errors import EngineError
from engines.runs.recipe import Recipe
from engines.runs.shelf import LONGEST_NAME, MOST_RUNS, KeptRun, Shelf, kept
from engines.runs.shelf_file import MOST_BYTES, shelf_from_json, shelf_json
from engines.runs.snapshot import Snapshot
from ui.charts.markup import caption, escaped
from ui.charts.palette import GREY
from ui.charts.steps import course_colour
from ui.charts.training_loop.kept import kept_courses, result, thumbnail
from ui.experiment.session import Experiment
from ui.failures import guarded
from ui.frame import Page
from ui.parts import upload
from ui.parts.fields import text_field
from ui.parts.transport import is_running
from ui.text import Text, counted
from ui.training_loop.controls import command
from ui.training_loop.kept_words import difference_words

_SHELF, _OVERLAID, _REFUSED, _FILE = "kept.shelf", "kept.overlaid", "kept.refused", "kept.load"


def held_shelf(session: Mapping[Any, Any]) -> Shelf:
    """The kept runs of this session."""
    return session.get(_SHELF, Shelf())


def courses(session: Mapping[Any, Any], quantity: str) -> list[tuple[str, list[int], list[float]]]:
    """Name, steps and values of those over the curves."""
    return kept_courses(overlaid(session), quantity)


def overlaid(session: Mapping[Any, Any]) -> tuple[KeptRun, ...]:
    """Those that are to be laid over the curves, in the order in which they were chosen."""
    runs = {run.name: run for run in held_shelf(session).runs}
    return tuple(runs[name] for name in session.get(_OVERLAID, ()) if name in runs)


def shelf(page: Page, experiment: Experiment, open_recipe: Callable[[Recipe], object]) -> None:
    """The kept runs, folded up at first. `open_recipe` is called in the callback of a button, before the next run of
    the page: it makes that recipe the settings and the live run."""
    _, held = page.text, held_shelf(st.session_state)
    with st.expander(_("Kept runs"), key="kept", icon=":material/bookmarks:"):
        _keep_button(page, experiment, held)
        if refused := st.session_state.get(_REFUSED):
            st.error(_.error(refused).rstrip(".") + ".")
        live = experiment.job.snapshot.recipe if experiment.job.snapshot else experiment.run.recipe
        before = len(experiment.job.snapshot.branches) if experiment.job.snapshot else 0
        over = {run.name: before + place for place, run in enumerate(overlaid(st.session_state))}
        for place, run in enumerate(held.runs):
            _row(page, place, run, live, over.get(run.name), open_recipe)
        _file(page, held)


def _keep_button(page: Page, experiment: Experiment, held: Shelf) -> None:
    _, snapshot = page.text, experiment.job.snapshot
    why_not = ""
    if held.is_full:
        why_not = _("{most} runs are the most that can be kept; remove one first.").format(most=MOST_RUNS)
    elif not is_running(experiment.job) and not (snapshot and snapshot.steps):
        why_not = _("There is nothing to keep before the first step.")
    st.button(
        _("Keep this run"),
        key="kept.keep",
        icon=":material/bookmark_add:",
        on_click=guarded(command(page, lambda now: _attempt(partial(_keep, now, _)))),
        disabled=bool(why_not),
        help=why_not or _("Its settings, its changes and its curves are kept, so that it can be compared and opened."),
    )


def _row(
    page: Page, place: int, run: KeptRun, live: Recipe, over: int | None, open_recipe: Callable[[Recipe], object]
) -> None:
    """Thumbnail, name, and what tells the run from the live one; then what can be done with it.

    `over` is its place among the courses in the curves, if it is there.
    """
    _, colour = page.text, GREY if over is None else course_colour(over)
    with st.container(horizontal=True, vertical_alignment="center", key=f"kept-{place}"):
        st.html(thumbnail(run, _, colour), width="content")
        _name_field(run.name, place, _)
        with st.container(width=320):
            st.html(caption(difference_words(run.recipe, live, _)) + _small(_result(run, _)))
        _overlay_box(run.name, place, over is not None, _)
        told = _("Train this run again up to its step, and go on from there. The live run is replaced.")
        st.button(_("Open"), key=f"kept.open.{place}", on_click=guarded(partial(open_recipe, run.recipe)), help=told)
        st.button(
            _("Remove"), key=f"kept.remove.{place}", on_click=guarded(partial(_remove, run.name)), type="tertiary",
            icon=":material/delete:",
        )  # fmt: skip


def _name_field(name: str, place: int, _: Text) -> None:
    read, rename = partial(_read_name, name), partial(_rename, name)
    shape: dict[str, Any] = {"label_visibility": "collapsed", "max_chars": LONGEST_NAME, "width": 150}
    text_field(_("Name"), name, f"kept.name.{place}", read, rename, _, **shape)


def _overlay_box(name: str, place: int, over: bool, _: Text) -> None:
    key = f"kept.overlay.{place}"
    st.session_state[key] = over
    st.checkbox(_("in the curves"), key=key, on_change=guarded(partial(_lay_over, name, key)))


def _file(page: Page, held: Shelf) -> None:
    """Save them, load others."""
    _ = page.text
    with st.container(horizontal=True, vertical_alignment="bottom", key="kept-file"):
        if held.runs:
            told = counted(_, "Save {n} run", "Save {n} runs", len(held.runs)).format(n=len(held.runs))
            saved: dict[str, Any] = {"file_name": "kept-runs.json", "mime": "application/json", "on_click": "ignore"}
            st.download_button(told, partial(shelf_json, held), key="kept.save", icon=":material/download:", **saved)
        upload.field(
            page.name,
            _FILE,
            _("Load kept runs (a JSON file saved here, up to {kilobytes} kB)").format(kilobytes=MOST_BYTES // 1000),
            _load,
            upload.MB,
            type="json",
            width=420,
        )


def _result(run: KeptRun, _: Text) -> str:
    told = counted(_, "{n:,} step", "{n:,} steps", run.steps).format(n=run.steps)
    return f"{told} · {result(run, _)}"


def _small(text: str) -> str:
    return f'<small style="opacity:0.7">{escaped(text)}</small>'


# What the buttons do


def _attempt(do: Callable[[], object]) -> None:
    """What is refused is said beside the runs, and nothing has changed."""
    st.session_state[_REFUSED] = None
    try:
        do()
    except EngineError as error:
        st.session_state[_REFUSED] = error


def _change(make: Callable[[Shelf], Shelf]) -> None:
    def changed() -> None:
        st.session_state[_SHELF] = make(held_shelf(st.session_state))

    _attempt(changed)


def _keep(experiment: Experiment, _: Text) -> None:
    held, snapshot = held_shelf(st.session_state), experiment.job.snapshot
    if snapshot is None or not snapshot.steps:
        return
    number = next(n for n in range(1, MOST_RUNS + 2) if _("Run {n}").format(n=n) not in held.names)
    st.session_state[_SHELF] = held.add(kept(_("Run {n}").format(n=number), snapshot))


def keep_beside(snapshot: Snapshot, _: Text) -> None:
    """Keep a run that another one takes the place of, over whose curves it is laid. Raises `InvalidSetting`."""
    held = held_shelf(st.session_state)
    run = kept(held.free_name(_("Run {n}").format(n=len(held.runs) + 1)), snapshot)
    st.session_state[_SHELF] = held.add(run)
    st.session_state[_OVERLAID] = (*st.session_state.get(_OVERLAID, ()), run.name)


def _load() -> None:
    for taken in upload.take(_FILE):
        _change(lambda held, taken=taken: held.joined(shelf_from_json(taken.file.getvalue()).runs))


def _remove(name: str) -> None:
    _change(lambda held: held.remove(name))
    st.session_state[_OVERLAID] = tuple(each for each in st.session_state.get(_OVERLAID, ()) if each != name)


def _read_name(name: str, text: str) -> str:
    return held_shelf(st.session_state).check_name(text, but=name)


def _rename(name: str, other: str) -> None:
    _change(lambda held: held.rename(name, other))
    over = st.session_state.get(_OVERLAID, ())
    st.session_state[_OVERLAID] = tuple(other if each == name else each for each in over)


def _lay_over(name: str, key: str) -> None:
    others = tuple(each for each in st.session_state.get(_OVERLAID, ()) if each != name)
    st.session_state[_OVERLAID] = (*others, name) if st.session_state[key] else others
