"""The registry of datasets: every module here that has a `LABEL` and a `load` is one.

To add one, add a file with these two names; the dataset is called like the file. Each can also be had with few of its
training images, as "digits.100".

Read in this order: `base` (what a dataset is), `digits`, `bundled`, `few`; then `mnist`, `release`, `idx`, `download`;
then `pixels`, `own_names`, `own`: images that somebody brings.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from engines import given
from engines.datasets.base import Dataset
from engines.datasets.few import FEW, few_name, fewer, parted, with_few
from engines.datasets.own_names import is_own
from engines.datasets.release import OnProgress
from engines.errors import DatasetUnavailable, InvalidSetting, UnknownDataset

__all__ = ["FEW", "Dataset", "few_name", "fewer", "labels", "load", "names", "names_with_few", "parted", "with_few"]


def names() -> list[str]:
    """The datasets by name, in alphabetical order."""
    return list(_modules())


def names_with_few() -> list[str]:
    """All names that `load` may take: each dataset's own, and those with few of its training images."""
    return [few_name(name, count) for name in names() for count in (None, *FEW)]


def labels() -> dict[str, str]:
    """Each dataset's name and what a page calls it."""
    return {name: module.LABEL for name, module in _modules().items()}


def load(name: str, *, download: bool = False, progress: OnProgress | None = None) -> Dataset:
    """A dataset by name, perhaps with few of its training images, as "digits.100".

    Nothing is downloaded unless `download` is set; `progress` then hears the fraction.

    Raises `UnknownDataset`; `InvalidSetting` where another argument is of the wrong kind; `DatasetUnavailable` if
    its files are not here, or cannot be downloaded, or where the name stands for somebody's own images;
    `InvalidDataFile` or `InvalidData` if a file found here is damaged.
    """
    if is_own(name):
        raise DatasetUnavailable(
            "{name} stands for somebody's own images, which are not on this computer: open them from their file.",
            name=name,
        )
    modules = _modules()
    own, count = parted(given.text(name) or "")
    module = modules.get(own)
    if module is None:
        before = own.rpartition(".")[0]
        raise _unknown(name, [few_name(before, each) for each in (None, *FEW)] if before in modules else [*modules])
    if not given.is_a(download, bool):
        raise InvalidSetting("download must be True or False, not {value!r}.", value=download)
    if progress is not None and not callable(progress):
        raise InvalidSetting("progress must be a function of the fraction done, not {value!r}.", value=progress)
    data = module.load(download=download, progress=progress)
    if count is None:
        return data
    if count not in fewer(data):
        raise _unknown(name, [own, *(few_name(own, each) for each in fewer(data))])
    return with_few(data, count)


def _unknown(name: object, choices: list[str]) -> UnknownDataset:
    return UnknownDataset(
        "There is no dataset {name!r}; choose one of {choices}.", name=name, choices=", ".join(choices)
    )


def _modules() -> dict[str, ModuleType]:
    here = sorted(info.name for info in pkgutil.iter_modules(__path__))
    found = {name: importlib.import_module(f"{__name__}.{name}") for name in here}
    return {name: module for name, module in found.items() if hasattr(module, "LABEL")}
