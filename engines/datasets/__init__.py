"""The registry of datasets: every module here that has a `LABEL` and a `load` is one.

To add one, add a file with these two names; the dataset is called like the file.

Read in this order: `base` (what a dataset is), `digits`, `bundled`; then `mnist`, `release`, `idx`, `download`.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from engines import given
from engines.datasets.base import Dataset
from engines.datasets.release import OnProgress
from engines.errors import InvalidSetting, UnknownDataset

__all__ = ["Dataset", "labels", "load", "names"]


def names() -> list[str]:
    """The names that `load` takes, in alphabetical order."""
    return list(_modules())


def labels() -> dict[str, str]:
    """Each dataset's name and what a page calls it."""
    return {name: module.LABEL for name, module in _modules().items()}


def load(name: str, *, download: bool = False, progress: OnProgress | None = None) -> Dataset:
    """A dataset by name. Nothing is downloaded unless `download` is set; `progress` then hears the fraction.

    Raises `UnknownDataset`; `InvalidSetting` where another argument is of the wrong kind; `DatasetUnavailable` if
    its files are not here, or cannot be downloaded; `InvalidDataFile` or `InvalidData` if a file found here is
    damaged.
    """
    modules = _modules()
    module = modules.get(given.text(name) or "")
    if module is None:
        raise UnknownDataset(
            "There is no dataset {name!r}; choose one of {choices}.", name=name, choices=", ".join(modules)
        )
    if not given.is_a(download, bool):
        raise InvalidSetting("download must be True or False, not {value!r}.", value=download)
    if progress is not None and not callable(progress):
        raise InvalidSetting("progress must be a function of the fraction done, not {value!r}.", value=progress)
    return module.load(download=download, progress=progress)


def _modules() -> dict[str, ModuleType]:
    here = sorted(info.name for info in pkgutil.iter_modules(__path__))
    found = {name: importlib.import_module(f"{__name__}.{name}") for name in here}
    return {name: module for name, module in found.items() if hasattr(module, "LABEL")}
