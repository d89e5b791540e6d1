"""What every page stands in: page config, the experiment of the URL, sidebar, navigation, title.

Each page calls `frame` first. The experiment is one `Settings` value in the session: widgets start from it,
their callbacks write it and the URL, and a page adopts a URL that is not the one a page last wrote (a link,
the back button, the first visit).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from engines import backends, datasets
from engines.checks import DTYPES
from engines.datasets.base import Dataset
from engines.errors import EngineError
from engines.losses import LOSSES
from engines.network import ACTIVATIONS, INITIALIZERS
from ui import live
from ui import settings as codec
from ui.experiment import load_data
from ui.settings import LANGUAGES, MAX_SEED, Problem, Settings
from ui.text import Text
from ui.text.names import names

# The pages in the chapter's order, by name
PAGES = {"start": "dashboard.py", "training_loop": "pages/training_loop.py"}


@dataclass(frozen=True)
class Page:
    """What a page gets from its frame."""

    name: str
    settings: Settings
    text: Text
    data: Dataset

    def section(self, name: str) -> str:
        return self.text.section(self.name, name)


def frame(name: str) -> Page:
    """Draw the frame of the page `name` and return its experiment. Stops the page if its data is missing."""
    settings, problems = _adopt_url()
    _ = Text(settings.language)
    st.set_page_config(page_title=f"{page_labels(_)[name]} · Gradient Engine", page_icon="📉", layout="wide")
    live.warm_up(backends.names)
    live.present()
    st.html(f"<style>{_STYLE}</style>")
    with st.sidebar:
        _choose(settings, _)
        _navigation(settings, _)
    for problem in problems:
        st.warning(_problem_text(problem, _), icon="🔗")
    return Page(name, settings, _, _data(settings, _))


def change(**values: Any) -> None:
    """Change the experiment, and the URL with it. For widgets' callbacks."""
    _store(replace(st.session_state.settings, **values))


def view(key: str, default: str, choices: tuple[str, ...]) -> str:
    """A choice of this page alone that stands in its URL, such as which picture is drawn."""
    chosen = st.session_state.view.get(key, default)
    return chosen if chosen in choices else default


def set_view(key: str, value: str) -> None:
    """Write a page's own choice into its URL. For widgets' callbacks."""
    st.session_state.view[key] = value
    _store(st.session_state.settings)


def page_link(name: str, page: Page, label: str, icon: str) -> None:
    """A link to another page that carries the experiment."""
    st.page_link(PAGES[name], label=label, icon=icon, query_params=codec.to_query(page.settings))


def page_labels(_: Callable[[str], str]) -> dict[str, str]:
    return {"start": _("Start"), "training_loop": _("Training loop")}


# The URL


def _adopt_url() -> tuple[Settings, list[Problem]]:
    """The session's settings, taken from the URL where that is not the one written last."""
    query = st.query_params.to_dict()
    if "settings" in st.session_state and query == st.session_state.written:
        return st.session_state.settings, []
    language = st.session_state.settings.language if "settings" in st.session_state else _browser_language()
    settings, problems = codec.from_query(Settings, query, language=language)
    settings, problems = _fitted(settings, problems)
    known = codec.to_query(settings).keys() | {problem.key for problem in problems}
    st.session_state.view = {key: value for key, value in query.items() if key in _VIEW_KEYS and key not in known}
    _store(settings)
    return settings, problems


_VIEW_KEYS = ("picture", "scale", "updates")


def _fitted(settings: Settings, problems: list[Problem]) -> tuple[Settings, list[Problem]]:
    """A batch larger than the data falls back to the default."""
    try:
        samples = len(load_data(settings.data).y_train)
    except EngineError:
        return settings, problems
    if settings.batch_size <= samples:
        return settings, problems
    standard = Settings().batch_size
    error = EngineError("the data has only {samples} training samples", samples=samples)
    too_large = Problem("batch", str(settings.batch_size), error, str(standard))
    return replace(settings, batch_size=standard), [*problems, too_large]


def _store(settings: Settings) -> None:
    query = codec.to_query(settings) | st.session_state.view
    st.session_state.settings = settings
    st.session_state.written = query
    st.query_params.from_dict(query)


def _browser_language() -> str:
    language = (st.context.locale or "").split("-")[0]
    return language if language in LANGUAGES else Settings().language


def _problem_text(problem: Problem, _: Text) -> str:
    return _("The link says `{key}={text}`: {reason}. Instead it is {instead}.").format(
        key=problem.key,
        text=problem.text[:60].replace("`", "'"),
        reason=_.error(problem.reason).rstrip("."),
        instead=problem.instead,
    )


# The sidebar


def _choose(settings: Settings, _: Text) -> None:
    """The widgets of the experiment, in the order of the flow: language, backend, data, network, chance."""
    label = names(_)
    _widget(st.segmented_control, "language", settings.language, "Language · 언어", LANGUAGES, LANGUAGES.get)
    _backends(settings, _)
    _widget(st.selectbox, "data", settings.data, _("Data"), datasets.names(), label.get)
    _data_in_use(settings, _)
    _hidden_layers(settings, _)
    with st.expander(_("More of the network")):
        _widget(st.selectbox, "activation", settings.activation, _("Activation"), ACTIVATIONS, label.get)
        _widget(st.selectbox, "initialization", settings.initialization, _("Initialization"), INITIALIZERS, label.get)
        _widget(st.selectbox, "loss", settings.loss, _("Loss function"), LOSSES, label.get)
        _widget(st.segmented_control, "dtype", settings.dtype, _("Precision"), DTYPES, str)
    st.session_state["frame.seed"] = settings.seed
    st.number_input(
        _("Seed"),
        min_value=0,
        max_value=MAX_SEED,
        step=1,
        key="frame.seed",
        on_change=_changed,
        args=("seed",),
        help=_("The same seed gives the same initial weights and the same batches, on every backend."),
    )


def _widget(
    draw: Callable[..., Any], name: str, value: str, label: str, options: Any, format_func: Callable[[str], Any]
) -> None:
    """One choice of the experiment, starting from its present value and writing it back."""
    st.session_state[f"frame.{name}"] = value
    extra = {"required": True, "width": "stretch"} if draw is st.segmented_control else {}
    draw(label, list(options), format_func=format_func, key=f"frame.{name}", on_change=_changed, args=(name,), **extra)


def _changed(name: str) -> None:
    value = st.session_state[f"frame.{name}"]
    try:
        if name == "backend":
            backends.get(value)
        change(**{name: value})
    except EngineError as error:  # the experiment stays as it was
        st.session_state[f"frame.{name}.error"] = error


def _backends(settings: Settings, _: Text) -> None:
    """The choice of backend; one that cannot be used is there too, greyed out, with the reason."""
    usable, missing, label = *_usable_backends(), names(_)
    _widget(st.segmented_control, "backend", settings.backend, _("Backend"), usable, lambda name: label.get(name, name))
    if refused := st.session_state.pop("frame.backend.error", None):
        st.error(_.error(refused))
    version = backends.get(settings.backend).version
    st.caption(
        _("our own autodiff on NumPy {version}").format(version=version)
        if settings.backend == "numpy"
        else f"{label.get(settings.backend, settings.backend)} {version}"
    )
    for name, reason in missing.items():
        st.button(label.get(name, name), key=f"frame.missing.{name}", disabled=True, width="stretch")
        st.caption(_("{name} cannot be used here: {reason}").format(name=label.get(name, name), reason=reason))


def _usable_backends() -> tuple[list[str], dict[str, str]]:
    """The backends that work, and why others do not. Until PyTorch is imported, being installed has to do."""
    if live.is_warm():
        return backends.names(), backends.unavailable()
    return backends.installed(), backends.missing()


def _hidden_layers(settings: Settings, _: Text) -> None:
    """Depth and width as text: 64-32 is two hidden layers. What cannot be read leaves the network as it was."""
    key = "frame.hidden"
    error = st.session_state.pop("frame.hidden.error", None)
    if error is None:
        st.session_state[key] = codec.write_hidden(settings.hidden)
    st.text_input(
        _("Hidden layers"),
        key=key,
        on_change=_hidden_changed,
        help=_("The units of each hidden layer: 32 is one layer, 64-32 are two, none is no hidden layer."),
    )
    if error is not None:
        st.error(_.error(error))


def _hidden_changed() -> None:
    try:
        change(hidden=codec.read_hidden(st.session_state["frame.hidden"]))
    except EngineError as error:
        st.session_state["frame.hidden.error"] = error


def _navigation(settings: Settings, _: Text) -> None:
    st.divider()
    labels, query = page_labels(_), codec.to_query(settings)
    for number, (name, file) in enumerate(PAGES.items()):
        label = f"{number} · {labels[name]}" if number else labels[name]
        st.page_link(file, label=label, query_params=query, width="stretch")


# The data


def _data(settings: Settings, _: Text) -> Dataset:
    """The chosen data; where it is not here the page says so, offers to download it, and stops."""
    try:
        return load_data(settings.data)
    except EngineError as error:
        st.error(_.error(error))
    _offer_download(settings.data, _("Download it now"), _)
    st.button(_("Use the digits instead"), key="use_digits", type="primary", on_click=change, kwargs={"data": "digits"})
    st.stop()


def _data_in_use(settings: Settings, _: Text) -> None:
    """How many images there are, and whether that is all of the data set; if not, the way to the rest."""
    try:
        data = load_data(settings.data)
    except EngineError:
        return  # the page says it, at length
    counts = _("{train:,} training and {test:,} test images").format(train=len(data.y_train), test=len(data.y_test))
    if data.source != "subset":
        st.caption(counts)
        return
    st.caption(_("A subset: {counts}.").format(counts=counts))
    _offer_download(settings.data, _("Get the full data"), _)


def _offer_download(name: str, label: str, _: Text) -> None:
    """A button that downloads a data set for everybody on this server, with progress."""
    if not st.button(label, key="download", width="stretch"):
        return
    bar = st.progress(0.0, _("Downloading"))
    try:
        datasets.load(name, download=True, progress=lambda share: bar.progress(share, _("Downloading")))
    except EngineError as error:
        bar.empty()
        st.error(_.error(error))
    else:
        load_data.clear()
        st.rerun()


_STYLE = """
.block-container { padding-top: 2.2rem; padding-bottom: 3rem; max-width: 1500px; }
@media (max-width: 640px) { .block-container { padding-top: 4rem; } }
.st-key-onward a { background: #0070B2; border-radius: 0.5rem; padding: 0.5rem 1rem; }
.st-key-onward a * { color: white !important; font-weight: 600; }
h1 { font-size: 1.9rem !important; padding: 0 0 0.2rem !important; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: 0.6rem; }
.ge-status { display: flex; flex-wrap: wrap; gap: 0.15rem 1.6rem; font-variant-numeric: tabular-nums; }
.ge-status div { min-width: 5.5rem; }
.ge-status small { display: block; opacity: 0.65; font-size: 0.78rem; line-height: 1.1; }
.ge-status b { font-size: 1.25rem; font-weight: 600; white-space: nowrap; }
.ge-stages { display: flex; flex-wrap: wrap; gap: 0.2rem 0.5rem; opacity: 0.9; }
.ge-stages .ge-now { font-weight: 700; border-bottom: 3px solid #0070B2; }
.ge-bar { height: 4px; border-radius: 2px; background: rgba(128, 128, 128, 0.25); margin-top: 0.5rem; }
.ge-bar i { display: block; height: 100%; border-radius: 2px; background: #0072B2; }
"""
