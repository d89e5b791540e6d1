"""The registry of losses: every module here that has a `LOSS` is one.

To add one, add a file with that name in it; the loss is called like the file.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from engines import given
from engines.errors import InvalidSetting
from engines.losses.base import Loss

__all__ = ["Loss", "get", "names"]


def names() -> list[str]:
    """The names that `get` takes, in alphabetical order."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__) if _of_module(info.name))


def get(name: str) -> Loss:
    """A loss by name. Raises `InvalidSetting` naming the choices."""
    known = given.text(name)
    loss = _of_module(known) if known in names() else None
    if loss is None:
        raise InvalidSetting(
            "There is no loss {name!r}; choose one of {choices}.", name=name, choices=", ".join(names())
        )
    return loss


@cache
def _of_module(name: str) -> Loss | None:
    return getattr(importlib.import_module(f"{__name__}.{name}"), "LOSS", None)
