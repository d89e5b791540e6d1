"""One of several names: what can be chosen, and what was asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from engines import given
from engines.errors import InvalidSetting


def one_of(what: str, name: Any, choices: Collection[str]) -> str:
    """The name, if it is one of those. Raises `InvalidSetting`, which says what they are.

    >>> one_of("activation", "relu", ("relu", "tanh"))
    'relu'
    """
    chosen = given.text(name)
    if chosen is None or chosen not in choices:
        raise InvalidSetting(
            "There is no {what} {name!r}; choose one of {choices}.",
            what=what,
            name=name,
            choices=", ".join(choices),
        )
    return chosen
