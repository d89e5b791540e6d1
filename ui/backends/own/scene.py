"""The scene "your own": what is registered here, what a backend has to offer, and a complete example (2.4.4)."""

from __future__ import annotations

import inspect
import tomllib
from pathlib import Path

import streamlit as st

from engines import backends
from engines.backends.base import Backend
from engines.operations import OPERATIONS
from engines.syntax import source
from ui.charts.palette import RIGHT_SYMBOL, WRONG_SYMBOL
from ui.frame import Page
from ui.parts.table import table
from ui.text.names import Names, backend_labels, names

ROOT = Path(__file__).parents[3]
EXAMPLE = "examples/jax_backend"
FILES = {"pyproject.toml": "toml", "gradient_engine_jax.py": "python"}
_HIGHEST = 520  # of a listing, in pixels; a longer one scrolls


def own_scene(page: Page) -> tuple[object, ...]:
    """Who is registered, the interface, the example's two files and how to install them."""
    _ = page.text
    st.subheader(_("Registered here"))
    registered(page)
    st.subheader(_("What a backend offers"))
    _interface(page)
    st.subheader(_("A complete example: JAX"))
    _example(page)
    return (backends,)


def registered(page: Page) -> None:
    """Every backend that is known here: usable, or why not."""
    _ = page.text
    called, works = Names(names(_) | backend_labels()), f"{RIGHT_SYMBOL} " + _("works")
    rows = [(called[name], name, backends.get(name).version, _origin(name), works) for name in backends.names()]
    rows += [
        (called[name], name, "–", "–", f"{WRONG_SYMBOL} {reason}") for name, reason in backends.unavailable().items()
    ]
    table((_("backend"), _("name"), _("version"), _("class"), ""), rows)


def _origin(name: str) -> str:
    kind = type(backends.get(name))
    return f"{kind.__module__}.{kind.__qualname__}"


def _interface(page: Page) -> None:
    """The abstract methods of the class itself: four for values and gradients, then the operations."""
    _, needed = page.text, Backend.__abstractmethods__
    first = [f"{name}{_signature(name)}" for name in vars(Backend) if name in needed - OPERATIONS.keys()]
    parts = {
        _("Values in and out, gradients"): first,
        _("Operations"): [name for name in OPERATIONS if name in needed],
        _("Optional"): [name for name in OPERATIONS if name not in needed],
        _("Name and version"): [name for name in Backend.__annotations__],
    }
    lines = (f"- **{label}**: {', '.join(f'`{name}`' for name in names)}" for label, names in parts.items())
    st.markdown("\n".join(lines))
    with st.expander(_("The interface in full")):
        st.code(source(Backend))


def _signature(name: str) -> str:
    """The arguments without self and types: "(values, requires_grad=False)"."""
    signature = inspect.signature(getattr(Backend, name))
    plain = [one.replace(annotation=one.empty) for one in list(signature.parameters.values())[1:]]
    return str(signature.replace(parameters=plain, return_annotation=signature.empty))


def _example(page: Page) -> None:
    _, folder = page.text, ROOT / EXAMPLE
    if not all((folder / file).is_file() for file in FILES):
        st.info(_("The example is not here: the folder {folder} is missing.").format(folder=f"`{EXAMPLE}`"))
        return
    st.markdown(_.section("backends", "example"))
    st.code(f"pip install ./{EXAMPLE}", language="bash")
    st.markdown(installed(page, (folder / "pyproject.toml").read_text("utf-8")))
    for file, language in FILES.items():
        st.markdown(f"`{EXAMPLE}/{file}`")
        text = (folder / file).read_text("utf-8")
        st.code(text, language=language, height="content" if text.count("\n") < 25 else _HIGHEST)


def installed(page: Page, project: str) -> str:
    """Whether what this `pyproject.toml` announces is registered here, and works."""
    _ = page.text
    announced = tomllib.loads(project)["project"]["entry-points"][backends.GROUP]
    parts = []
    for name in announced:
        if name in backends.names():
            told = f"{RIGHT_SYMBOL} " + _("{name} is installed here: choose it in the sidebar.")
            parts.append(told.format(name=backends.get(name).label))
        elif name in (reasons := backends.unavailable()):
            told = f"{WRONG_SYMBOL} " + _("{name} is announced here but cannot be used: {reason}")
            parts.append(told.format(name=f"`{name}`", reason=f"`{reasons[name]}`"))
        else:
            parts.append(_("{name} is not installed here.").format(name=f"`{name}`"))
    return "  \n".join(parts)
