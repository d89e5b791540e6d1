"""The ways between the pages: the sidebar's list, the question that comes next, the bar of a lecture.

A link carries the experiment, and what its page had chosen when it was last open.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.experiment.link import change, present_place
from ui.experiment.settings import Settings, to_query
from ui.failures import guarded
from ui.text import SOURCE_LANGUAGE, Text, sections

# The pages in the chapter's order: the name, which is the file's too, and the label, to be translated
PAGES = {
    "start": "Start",
    "training_loop": "Training loop",
    "derivative": "Derivative",
    "gradient_tensors": "Gradient tensors",
    "gradient_descent": "Gradient descent",
    "optimizers": "Optimizers",
    "chain_rule": "Chain rule",
    "backends": "Backends",
    "your_data": "Your data",
    "questions": "Readers' questions",
    "glossary": "Glossary",
    "for_teachers": "For teachers",
}
LESSONS = tuple(name for name in PAGES if f"question_{name}" in sections(SOURCE_LANGUAGE, "thread"))
_GO = "page.go"  # in st.session_state: where a click has led
BRING = "your_data"  # the page where one brings one's own images
_OPEN, _VIEWS = "page.open", "page.views"  # in st.session_state: the open page; page → what it had chosen, as a link


def remember(name: str) -> None:
    """Keep what the page that was open until now has chosen: the page `name` is about to be drawn."""
    state = st.session_state
    if (left := state.get(_OPEN)) not in (None, name) and "view" in state:
        state.setdefault(_VIEWS, {})[left] = to_query(state.view)
        state["page.left"] = left
    state[_OPEN] = name


def query_of(name: str, settings: Settings) -> dict[str, str]:
    """The parameters of a link to that page. One to the page that is open begins it anew.

    How far the session's run is it does not say: that is known here, and other by the time of the click.
    """
    return to_query(settings.from_first_step) | chosen(name) | to_query(present_place())


def chosen(name: str) -> dict[str, str]:
    """What another page had chosen when it was last open, as parameters of a link."""
    return st.session_state.get(_VIEWS, {}).get(name, {}) if st.session_state.get(_OPEN) != name else {}


def page_link(name: str, settings: Settings, label: str, **looks: Any) -> None:
    """A link to another page."""
    st.page_link(file_of(name), label=label, query_params=query_of(name, settings), **looks)


def lead_to(name: str, query: dict[str, str]) -> None:
    """Be on that page in the run that follows; for callbacks."""
    st.session_state[_GO] = name, query


def follow() -> None:
    """Go where a click has led; before anything is drawn."""
    if to := st.session_state.pop(_GO, None):
        name, query = to
        st.switch_page(file_of(name), query_params=query)


def file_of(name: str) -> str:
    """The script of a page, as Streamlit names it."""
    return "dashboard.py" if name == "start" else f"pages/{name}.py"


def sidebar_links(settings: Settings, _: Text) -> None:
    """All pages; those of the chapter are numbered."""
    st.divider()
    for name in PAGES:
        page_link(name, settings, numbered(name, _), width="stretch")


def lecture_bar(settings: Settings, _: Text) -> None:
    """In place of the sidebar one thin line: the pages, and the way out."""
    with st.container(horizontal=True, key="lecture-bar", vertical_alignment="center"):
        for name in PAGES:
            page_link(name, settings, numbered(name, _), width="content")
        lecture_switch(settings, _("Leave lecture mode"), ":material/close_fullscreen:", width="content")


def lecture_switch(settings: Settings, label: str, icon: str, **looks: Any) -> None:
    """A button, and the key l, that turns lecture mode on or off."""
    looks |= {"icon": icon, "type": "tertiary", "shortcut": "l"}
    st.button(label, key="lecture.switch", on_click=guarded(lambda: change(lecture=not settings.lecture)), **looks)


def next_question(name: str, settings: Settings, _: Text) -> None:
    """At a page's end: what was to be seen, and the question that the next page answers."""
    if name not in LESSONS:
        return
    with st.container(key="next-question"):
        st.markdown(_.section("thread", f"seen_{name}"))
        number = LESSONS.index(name) + 1
        if number < len(LESSONS):
            following = LESSONS[number]
            label = _("Next: {question}").format(question=_.section("thread", f"question_{following}"))
            with st.container(key="onward"):
                page_link(following, settings, label, icon=":material/arrow_forward:")
        else:
            page_link("start", settings, _("Back to the map of the chapter"), icon=":material/map:")
        page_link("glossary", settings, _("Glossary"), icon=":material/menu_book:")


def numbered(name: str, _: Text) -> str:
    """A page's label, with its place in the chapter's order."""
    label = _(PAGES[name])
    return f"{LESSONS.index(name) + 1} · {label}" if name in LESSONS else label
