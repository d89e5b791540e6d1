"""The optimizers of chapter 2.4.3, one rule a file."""

from __future__ import annotations

from engines import given
from engines.errors import InvalidSetting
from engines.optimizers.adagrad import Adagrad
from engines.optimizers.adam import Adam
from engines.optimizers.base import Optimizer
from engines.optimizers.momentum import Momentum
from engines.optimizers.nesterov import Nesterov
from engines.optimizers.rmsprop import RMSProp
from engines.optimizers.sgd import SGD

OPTIMIZERS: dict[str, type[Optimizer]] = {rule.name: rule for rule in (SGD, Momentum, Nesterov, Adagrad, RMSProp, Adam)}


def names() -> list[str]:
    """The optimizers in the order of the chapter."""
    return list(OPTIMIZERS)


def get(name: str) -> type[Optimizer]:
    """An optimizer's class by name; call it with its hyperparameters. Raises `InvalidSetting`.

    >>> get("rmsprop")(learning_rate=1e-3)
    RMSProp(learning_rate=0.001, rho=0.9, epsilon=1e-07)
    """
    rule = OPTIMIZERS.get(given.text(name) or "")
    if rule is None:
        raise InvalidSetting(
            "There is no optimizer {name!r}; choose one of {choices}.", name=name, choices=", ".join(names())
        )
    return rule
