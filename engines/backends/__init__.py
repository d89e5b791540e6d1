"""The registry of backends: ours, PyTorch, and whatever other packages announce.

One of ours is a file or folder here: `torch_backend` has the `TorchBackend` that is called torch. A package adds a
backend through an entry point in the group `gradient_engine.backends`, whose name is the backend's and whose object
is a subclass of `engines.backends.base.Backend` (the way xarray finds its storage backends).
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec

from engines import given
from engines.backends.base import Backend
from engines.backends.declared import declared_label
from engines.errors import BackendUnavailable, UnknownBackend

GROUP = "gradient_engine.backends"

_SUFFIX = "_backend"
_SLOW = ("torch",)  # more than a second to import: looked for on the path, not imported


def names() -> list[str]:
    """The backends that work here, ours first."""
    return [name for name in _registered() if isinstance(_load(name), type)]


def installed() -> list[str]:
    """The backends whose library is on the path, ours first. Nothing is imported, so one may yet prove broken.

    For a page that must be there at once.
    """
    return [name for name in _registered() if name not in _SLOW or find_spec(name)]


def labels() -> dict[str, str]:
    """What all known backends are called, by name; one whose source does not say it by its name. Imports nothing."""
    return {name: declared_label(point) or name for name, point in _registered().items()}


def unavailable() -> dict[str, str]:
    """The backends that are known but cannot be imported here, with the reason."""
    return {name: reason for name in _registered() if isinstance(reason := _load(name), str)}


def missing() -> dict[str, str]:
    """The backends whose library is not on the path, with the reason. Like `installed`, imports nothing else."""
    return {name: str(_load(name)) for name in _registered().keys() - installed()}


def get(name: str) -> Backend:
    """A backend by name. Raises `UnknownBackend`, or `BackendUnavailable` with the reason."""
    known = given.text(name)
    if known not in _registered():
        raise UnknownBackend(
            "There is no backend {name!r}; choose one of {choices}.", name=name, choices=", ".join(names())
        )
    loaded = _load(str(known))
    if not isinstance(loaded, type):
        raise BackendUnavailable("The backend {name!r} cannot be used here: {reason}.", name=known, reason=loaded)
    return loaded()


@cache
def _registered() -> dict[str, EntryPoint]:
    here = [info.name.removesuffix(_SUFFIX) for info in pkgutil.iter_modules(__path__) if info.name.endswith(_SUFFIX)]
    ours = {
        name: EntryPoint(name, f"{__name__}.{name}{_SUFFIX}:{name.capitalize()}Backend", GROUP)
        for name in sorted(here, key=lambda name: (name != "numpy", name))
    }
    return ours | {point.name: point for point in entry_points(group=GROUP) if point.name not in ours}


@cache
def _load(name: str) -> type[Backend] | str:
    """The backend's class, or why it cannot be had. A library that is half installed can fail in any way."""
    point = _registered()[name]
    try:
        loaded = getattr(importlib.import_module(point.module), point.attr)
    except Exception as error:
        return f"{type(error).__name__}: {given.shown(error)}"
    if not (isinstance(loaded, type) and issubclass(loaded, Backend)):
        return f"{point.value} is not a subclass of Backend"
    if missing := sorted(loaded.__abstractmethods__):
        return f"{point.value} is abstract: it lacks {', '.join(missing)}"
    return loaded
