"""The sidebar's controls: the experiment that every page shares."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import streamlit as st

from engines import backends, datasets, losses
from engines.checks import DTYPES
from engines.errors import EngineError
from engines.network import ACTIVATIONS, INITIALIZERS
from ui.data_choice import ALL_IMAGES, data_in_use, training_images
from ui.experiment.link import change
from ui.experiment.readers import read_hidden, whole, write_hidden
from ui.experiment.session import load_data
from ui.experiment.settings import LANGUAGES, MAX_SEED, Settings
from ui.failures import guarded
from ui.jobs import process
from ui.navigation import BRING, page_link
from ui.parts.fields import number_field, text_field
from ui.server import private
from ui.text import Text, counted
from ui.text.names import Names, backend_labels, names
from ui.text.plain import plain, shortened

_LONGEST_REASON = 400  # characters of another library's message


def choose(settings: Settings, _: Text) -> None:
    """The widgets of the experiment, in the order of the flow: language, backend, data, network, chance."""
    called = names(_).__getitem__
    _widget(st.segmented_control, "language", settings.language, "Language · 언어", LANGUAGES, LANGUAGES.get)
    _backends(settings, _)
    _data(settings, _)
    data_in_use(settings, _)
    page_link(BRING, settings, _("Your own images"), icon=":material/add_photo_alternate:", width="stretch")
    _hidden_layers(settings, _)
    with st.expander(_("More network settings")):
        _widget(st.selectbox, "activation", settings.activation, _("Activation"), ACTIVATIONS, called, _)
        _widget(st.selectbox, "initialization", settings.initialization, _("Initialization"), INITIALIZERS, called, _)
        _widget(st.selectbox, "loss", settings.loss, _("Loss function"), losses.names(), called, _)
        _widget(st.segmented_control, "dtype", settings.dtype, _("Precision"), DTYPES, str, _)
    number_field(
        _("Seed"),
        settings.seed,
        "frame.seed",
        whole(0, MAX_SEED),
        lambda seed: change(seed=seed),
        _,
        help=_("The same seed gives the same initial weights and the same batches, on every backend."),
    )


def _widget(
    draw: Callable[..., Any],
    name: str,
    value: str,
    label: str,
    options: Any,
    format_func: Callable[[str], Any],
    explained: Text | None = None,
) -> None:
    """One choice of the experiment, starting from its present value and writing it back; explained by the glossary."""
    st.session_state[f"frame.{name}"] = value
    extra: dict[str, Any] = {"required": True, "width": "stretch"} if draw is st.segmented_control else {}
    if explained:
        extra["help"] = explained.terms((name, *options))
    draw(
        label,
        list(options),
        format_func=format_func,
        key=f"frame.{name}",
        on_change=_chosen,
        args=(name, tuple(options)),
        **extra,
    )


@guarded
def _chosen(name: str, options: tuple[Any, ...]) -> None:
    """A choice was made. A label of the language just left, still under way then, is none."""
    if st.session_state[f"frame.{name}"] in options:
        _changed(name)


@guarded
def _changed(name: str) -> None:
    value = st.session_state[f"frame.{name}"]
    try:
        if name == "backend":
            backends.get(value)
        if name in ("data", "images"):
            name, value = "data", _chosen_data()
        change(**{name: value})
    except EngineError as error:  # the experiment stays as it was
        st.session_state[f"frame.{name}.error"] = error


def _data(settings: Settings, _: Text) -> None:
    """Which data set, and how many of its training images."""
    name, count = datasets.parted(settings.data)
    known = dict.fromkeys([*datasets.names(), *private.own(), name])  # also one of a link that is not here
    _widget(st.selectbox, "data", name, _("Data"), known, names(_).__getitem__)
    labels = training_images(name, _)
    chosen = ALL_IMAGES if count is None else str(count)
    labels.setdefault(chosen, chosen)
    _widget(st.selectbox, "images", chosen, _("Training images"), labels, labels.__getitem__)


def _chosen_data() -> str:
    """The data set with as many training images as are chosen; with all where it has no more."""
    name, count = st.session_state["frame.data"], st.session_state["frame.images"]
    return datasets.few_name(name, int(count)) if count != ALL_IMAGES and count in training_images(name, str) else name


def _backends(settings: Settings, _: Text) -> None:
    """The choice of backend; one that cannot be used is there too, greyed out, with the reason."""
    usable, missing = _usable_backends()
    label = Names({name: plain(text) for name, text in (names(_) | _backend_labels()).items()})
    _widget(
        st.segmented_control,
        "backend",
        settings.backend,
        _("Backend"),
        usable,
        label.__getitem__,
        _,
    )
    if refused := st.session_state.pop("frame.backend.error", None):
        st.error(_.error(refused))
    version = backends.get(settings.backend).version
    st.caption(
        _("our own autodiff, on NumPy {version}").format(version=version)
        if settings.backend == "numpy"
        else f"{label[settings.backend]} {plain(version)}"
    )
    for name, reason in missing.items():
        shown = label.get(name, plain(name))
        st.button(shown, key=f"frame.missing.{name}", disabled=True, width="stretch")
        told = _("{name} cannot be used here: {reason}")
        st.caption(told.format(name=shown, reason=plain(shortened(reason, _LONGEST_REASON))))


def _backend_labels() -> dict[str, str]:
    """By their own word; until they are imported, which takes a while, `names` has what their source says."""
    return backend_labels() if process.is_warm() else {}


def _usable_backends() -> tuple[list[str], dict[str, str]]:
    """The backends that work, and why others do not. Until PyTorch is imported, being installed has to do."""
    if process.is_warm():
        return backends.names(), backends.unavailable()
    return backends.installed(), backends.missing()


def _hidden_layers(settings: Settings, _: Text) -> None:
    """Depth and width as text: 64-32 is two hidden layers. What cannot be read leaves the network as it was."""
    text_field(
        _("Hidden layers"),
        write_hidden(settings.hidden),
        "frame.hidden",
        read_hidden,
        lambda hidden: change(hidden=hidden),
        _,
        help=_("The number of units in each hidden layer: 32 for one layer, 64-32 for two, none for no hidden layer."),
    )
    with suppress(Exception):  # without the data there is no network: the page says it, at length
        data = load_data(settings.data)
        network = settings.make_network(data.features, data.classes)
        layers = " → ".join(f"{size:,}" for size in network.layer_sizes)
        told = counted(_, "{layers}: {count:,} parameter", "{layers}: {count:,} parameters", network.parameter_count)
        st.caption(told.format(layers=layers, count=network.parameter_count))
