"""What every page stands in: page config, the experiment of the URL, sidebar, navigation. All of a page is in it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engines import backends
from engines.datasets.base import Dataset
from engines.errors import InvalidData, InvalidSetting
from ui import failures
from ui.browser.page import ICON, tell_browser
from ui.data_choice import chosen_data
from ui.experiment.link import NoView, adopt, change_view, present_view, settle_view
from ui.experiment.settings import Problem, Settings, to_query
from ui.jobs import live, process
from ui.server.budget import OverBudget
from ui.sidebar import choose
from ui.text import Text
from ui.text.plain import code, plain, shortened

_LONGEST_QUOTE = 70  # characters of a link
_ASKED = "asked"  # commands of buttons, in st.session_state

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
}


@dataclass(frozen=True, eq=False)
class Page:
    """What a page gets from its frame. `first_view` is what it had chosen when it was drawn."""

    name: str
    settings: Settings
    first_view: Any
    text: Text
    data: Dataset

    @property
    def view(self) -> Any:
        """What the page has chosen by now, also in a callback and in a fragment, which outlive the drawing."""
        view = present_view()
        return view if isinstance(view, type(self.first_view)) else self.first_view

    def change(self, **values: Any) -> None:
        """Choose otherwise, and say so in the URL; nothing where another page is open by now."""
        change_view(type(self.first_view), **values)

    def settle(self, **values: Any) -> None:
        """Fill in what the link leaves to the page; the link stays as it is."""
        settle_view(type(self.first_view), **values)

    def section(self, name: str) -> str:
        return self.text.section(self.name, name)


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


def _framed(name: str, view_class: type) -> Page:
    settings, view, problems = adopt(view_class)
    _ = Text(settings.language)
    title = _(PAGES[name])
    st.set_page_config(page_title=f"{title} · Gradient Engine", page_icon=ICON, layout="wide")
    process.warm_up(backends.names, _prepare_symbolic)
    live.present(name)
    st.html(f"<style>{_STYLE}</style>")
    tell_browser(settings.language)
    with st.sidebar:
        with failures.survived("sidebar", "sidebar"):
            choose(settings, _)
        _navigation(settings, _)
    for problem in problems:
        st.warning(_problem_text(problem, _), icon="🔗")
    page = Page(name, settings, view, _, chosen_data(settings, _title(name, _), _))
    _obey(page)
    failures.say_noted(_)
    return page


def _prepare_symbolic() -> None:
    """What asks SymPy is imported after the first page has come."""
    from ui.symbolic_catalogue import prepare

    prepare()


def _title(name: str, _: Text) -> str:
    return "Gradient Engine" if name == "start" else _(PAGES[name])


def page_link(name: str, page: Page, label: str, icon: str) -> None:
    """A link to another page that carries the experiment."""
    st.page_link(_file(name), label=label, icon=icon, query_params=to_query(page.settings))


def _file(name: str) -> str:
    return "dashboard.py" if name == "start" else f"pages/{name}.py"


def at_present(page: Page, command: Callable[[Page], object]) -> Callable[[], None]:
    """A button's callback: `command` is called with the page as the run that the click starts finds it.

    Whoever types in a field and then clicks a button sends both at once, and the run for which the button was drawn
    may be gone by then. So a command waits until every field has been read, in whatever order the browser sent them.
    Where the settings allow no run at all, the page itself will say so.
    """
    return lambda: st.session_state.setdefault(_ASKED, []).append((page.name, command))


def _obey(page: Page) -> None:
    for name, command in st.session_state.pop(_ASKED, []):
        if name == page.name:  # else it was asked on a page just left
            with failures.noted(), suppress(OverBudget, InvalidSetting, InvalidData):
                command(page)


def _problem_text(problem: Problem, _: Text) -> str:
    told = (
        _("The link says {said}: {reason}. Instead it is {instead}.")
        if problem.in_link
        else _("{said} does not fit: {reason}. Now it is {instead}.")
    )
    return told.format(
        said=code(shortened(f"{problem.key}={problem.text}", _LONGEST_QUOTE)),
        reason=_.error(problem.reason).rstrip("."),
        instead=plain(shortened(problem.instead, _LONGEST_QUOTE)),
    )


def _navigation(settings: Settings, _: Text) -> None:
    st.divider()
    query = to_query(settings)
    for number, (name, label) in enumerate(PAGES.items()):
        text = _(label)
        st.page_link(_file(name), label=f"{number} · {text}" if number else text, query_params=query, width="stretch")


_STYLE = """
.block-container { padding-top: 2.2rem; padding-bottom: 3rem; max-width: 1500px; }
@media (max-width: 640px) { .block-container { padding-top: 4rem; } }
.st-key-onward a { background: #0070B2; border-radius: 0.5rem; padding: 0.5rem 1rem; }
.st-key-onward a * { color: white !important; font-weight: 600; }
h1 { font-size: 1.9rem !important; padding: 0 0 0.2rem !important; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: 0.6rem; }
.st-key-browser, [data-testid="stElementContainer"]:has(.ge-news) { position: absolute; }
.st-key-live-ask { display: none; }
.katex-display { overflow-x: auto; overflow-y: hidden; padding: 0.2rem 0; }
.ge-status { display: flex; flex-wrap: wrap; gap: 0.15rem 1.6rem; font-variant-numeric: tabular-nums; }
[data-testid="stMarkdownContainer"]:has(> .ge-status:last-child) { margin-bottom: 0; }
.ge-status div { min-width: 5.5rem; }
.ge-status small { display: block; opacity: 0.65; font-size: 0.78rem; line-height: 1.1; }
.ge-status b { font-size: 1.25rem; font-weight: 600; white-space: nowrap; }
.ge-table { overflow-x: auto; }
.ge-table table { width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; border-collapse: collapse; }
.ge-table th, .ge-table td { padding: 0.3rem 0.5rem 0.3rem 0 !important; text-align: left; white-space: nowrap;
  border: 0 solid rgba(128, 128, 128, 0.3) !important; border-bottom-width: 1px !important; }
.ge-table th { font-weight: 400; opacity: 0.75; }
.ge-stages { display: flex; flex-wrap: wrap; gap: 0.2rem 0.5rem; opacity: 0.9; }
.ge-stages .ge-now { font-weight: 700; border-bottom: 3px solid #0070B2; }
@media (min-width: 641px) and (max-width: 1300px) { .ge-title { min-height: 3.2em; } }
.ge-bar { height: 4px; border-radius: 2px; background: rgba(128, 128, 128, 0.25); margin: 0.5rem 0 0.3rem; }
.ge-bar i { display: block; height: 100%; border-radius: 2px; background: #0072B2; }
"""
