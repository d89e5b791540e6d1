"""What every page stands in: page config, the experiment of the URL, sidebar, navigation. All of a page is in it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

import streamlit as st

from engines import backends
from engines.errors import InvalidData, InvalidSetting
from ui import failures
from ui.browser.page import ICON, tell_address, tell_browser
from ui.data_choice import chosen_data
from ui.experiment.link import NoView, adopt, present_address
from ui.experiment.settings import Problem, Settings
from ui.jobs import live, process
from ui.lesson.strip import strip
from ui.navigation import PAGES, follow, lecture_bar, lecture_switch, next_question, remember, sidebar_links
from ui.page import Page
from ui.parts import upload
from ui.parts.copied import copy_here
from ui.server.budget import OverBudget
from ui.sidebar import choose
from ui.text import Text
from ui.text.plain import code, plain, shortened

_LONGEST_QUOTE = 70  # characters of a link
_ASKED = "asked"  # commands of buttons, in st.session_state


@contextmanager
def frame(name: str, view_class: type = NoView) -> Generator[Page, None, None]:
    """Draw the frame of the page `name` and give its experiment and view, a dataclass of `view_class`.

    What is drawn within may break: then the page says so, below what it has drawn by then. Stops the page if its
    data is missing.
    """
    page = None
    with process.scheduler().pages_first.running():
        with failures.survived("page"):
            page = _framed(name, view_class)
        if page is None:
            st.stop()
        with failures.survived("page"):
            yield page
            next_question(name, page.settings, page.text)
            tell_address(present_address)


def _framed(name: str, view_class: type) -> Page:
    follow()
    remember(name)
    settings, view, problems = adopt(view_class)
    _ = Text(settings.language)
    title = _(PAGES[name])
    st.set_page_config(page_title=f"{title} · Gradient Engine", page_icon=ICON, layout="wide")
    process.warm_up(backends.names, _prepare_symbolic)
    live.present(name)
    upload.arrive(name)
    tell_browser(settings.language, settings.lecture)
    copy_here(_)
    _ways(settings, _)
    for problem in problems:
        st.warning(_problem_text(problem, _), icon="🔗")
    page = Page(name, settings, view, _, chosen_data(settings, name, _title(name, _), _))
    _obey(page)
    failures.say_noted(_)
    with failures.survived("page", "lesson"):
        strip(page)
    return page


def _ways(settings: Settings, _: Text) -> None:
    """The sidebar: the experiment that all pages share, and the pages; in a lecture a thin bar with the pages alone."""
    if settings.lecture:
        lecture_bar(settings, _)
        return
    with st.sidebar:
        with failures.survived("sidebar", "sidebar"):
            choose(settings, _)
        sidebar_links(settings, _)
        lecture_switch(settings, _("Lecture mode"), ":material/open_in_full:", width="stretch")


def _prepare_symbolic() -> None:
    """What asks SymPy is imported after the first page has come."""
    from ui.symbolic_catalogue import prepare

    prepare()


def _title(name: str, _: Text) -> str:
    return "Gradient Engine" if name == "start" else _(PAGES[name])


def at_present(page: Page, command: Callable[[Page], object]) -> Callable[[], None]:
    """A button's callback: `command` is called with the page as the run that the click starts finds it.

    Whoever types in a field and then clicks a button sends both at once, and the run for which the button was drawn
    may be gone by then. So a command waits until every field has been read, in whatever order the browser sent them.
    Where the settings allow no run at all, the page itself will say so.
    """
    return lambda: st.session_state.setdefault(_ASKED, []).append((page.name, command))


def _obey(page: Page) -> None:
    asked = st.session_state.get(_ASKED, [])
    while asked:
        name, command = asked[0]
        if name == page.name:  # else it was asked on a page just left
            with failures.noted(), suppress(OverBudget, InvalidSetting, InvalidData):
                command(page)
        del asked[0]  # only now: where this run of the page is broken off for the next one, that one obeys


def _problem_text(problem: Problem, _: Text) -> str:
    told = (
        _("The link says {said}: {reason}. {instead} is used instead.")
        if problem.in_link
        else _("{said} does not fit: {reason}. {instead} is used now.")
    )
    return told.format(
        said=code(shortened(f"{problem.key}={problem.text}", _LONGEST_QUOTE)),
        reason=_.error(problem.reason).rstrip("."),
        instead=plain(shortened(problem.instead, _LONGEST_QUOTE)),
    )
