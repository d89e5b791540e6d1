"""The optimizers of chapter 2.4.3, one rule a file: every module here that has an `Optimizer` in it.

To add one, add a file; its class says how it is called, how it is drawn and where it stands in the chapter's order.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

from engines import given
from engines.errors import InvalidSetting
from engines.optimizers.base import Optimizer

__all__ = ["Optimizer", "get", "names", "rules"]


def names() -> list[str]:
    """The optimizers that `get` takes, in the order of the chapter."""
    return list(_listed())


def get(name: str) -> type[Optimizer]:
    """An optimizer's class by name; call it with its hyperparameters. Raises `InvalidSetting`.

    >>> get("rmsprop")(learning_rate=1e-3)
    RMSProp(learning_rate=0.001, rho=0.9, epsilon=1e-07)
    """
    rule = _listed().get(given.text(name) or "")
    if rule is None:
        raise InvalidSetting(
            "There is no optimizer {name!r}; choose one of {choices}.", name=name, choices=", ".join(names())
        )
    return rule


def rules() -> dict[str, type[Optimizer]]:
    """Every rule there is by its name, also those that are not listed, only compared with."""
    return {rule.name: rule for info in pkgutil.iter_modules(__path__) for rule in _of_module(info.name)}


@cache
def _of_module(name: str) -> tuple[type[Optimizer], ...]:
    found = vars(importlib.import_module(f"{__name__}.{name}")).values()
    classes = (each for each in found if isinstance(each, type) and issubclass(each, Optimizer))
    return tuple(rule for rule in classes if not inspect.isabstract(rule))


def _listed() -> dict[str, type[Optimizer]]:
    listed = [rule for rule in rules().values() if rule.place is not None]
    return {rule.name: rule for rule in sorted(listed, key=lambda rule: (rule.place, rule.name))}
