"""Arguments of questions, as a file or a link gave them: a sentence says what is wrong with one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from engines import given
from engines.choices import one_of
from engines.errors import InvalidSetting

MOST_STEPS = 20_000


choice = one_of


def number(name: str, value: Any, low: float, high: float) -> float:
    """A number from `low` to `high`."""
    found = given.number(value)
    if found is None or not low <= found <= high:
        raise InvalidSetting(
            "{name} must be a number from {low:g} to {high:g}, not {value!r}.",
            name=name,
            low=low,
            high=high,
            value=value,
        )
    return found


def positive(name: str, value: Any) -> float:
    """A number above 0, such as a learning rate."""
    return number(name, value, 1e-12, 1e6)


def whole(name: str, value: Any, low: int, high: int) -> int:
    """A whole number from `low` to `high`; 3.0 is one."""
    found = given.number(value)
    if found is None or found != math.floor(found) or not low <= found <= high:
        raise InvalidSetting(
            "{name} must be a whole number from {low} to {high}, not {value!r}.",
            name=name,
            low=low,
            high=high,
            value=value,
        )
    return int(found)


def many(name: str, values: Any, least: int = 1, most: int = 300) -> tuple[Any, ...]:
    """A list of so many values."""
    found = given.first(values, most + 1) if given.is_a(values, list | tuple) else None
    if found is None or not least <= len(found) <= most:
        raise InvalidSetting(
            "{name} must be a list of {least} to {most} values, not {value!r}.",
            name=name,
            least=least,
            most=most,
            value=values,
        )
    return tuple(found)


def point(name: str, values: Any, reach: float = 1e3) -> tuple[float, float]:
    """A point (x, y)."""
    x, y = many(name, values, 2, 2)
    return number(name, x, -reach, reach), number(name, y, -reach, reach)


def parameter(name: Any, shapes: Mapping[str, Sequence[int]]) -> str:
    """The name of one of the network's parameters."""
    return choice("parameter", name, shapes)


def entry(name: str, index: Any, shapes: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    """The index of an entry of that parameter."""
    shape = tuple(shapes[name])
    found = tuple(given.whole(place) for place in many("entry", index, 1, 2))
    if len(found) != len(shape) or any(i is None or not 0 <= i < n for i, n in zip(found, shape, strict=False)):
        raise InvalidSetting(
            "There is no entry {entry} in {parameter}, whose shape is {shape}.",
            entry=found,
            parameter=name,
            shape=shape,
        )
    return tuple(i for i in found if i is not None)
