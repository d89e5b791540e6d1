"""How much memory a result holds: the bytes of its arrays and, roughly, of everything else in it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from engines.datasets.base import Dataset

_NOTHING = np.empty(0)


def weight(value: Any) -> int:
    """Bytes of a value and of all it is made of: dataclasses, tuples, lists, sets, dicts, arrays; each object once.

    Data sets are everybody's and weigh nothing here.

    >>> weight(np.zeros(1000)) - weight(np.zeros(0)), weight([np.zeros(1000)] * 5) // 8000
    (8000, 1)
    """
    seen: set[int] = set()
    waiting, total = [value], 0
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        total += _own(part)
        waiting.extend(_inside(part))
    return total


def _own(part: Any) -> int:
    """An array's without what it only looks at: that is the base's, which is inside it."""
    if isinstance(part, np.ndarray):
        return sys.getsizeof(_NOTHING) + (part.nbytes if part.base is None else 0)
    return object.__sizeof__(part) if is_dataclass(part) else sys.getsizeof(part, 0)


def _inside(part: Any) -> list[Any]:
    if isinstance(part, Dataset):
        return []
    if isinstance(part, np.ndarray):
        return [] if part.base is None else [part.base]
    if isinstance(part, Mapping):
        return [*part.keys(), *part.values()]
    if isinstance(part, list | tuple | set | frozenset):
        return list(part)
    if is_dataclass(part) and not isinstance(part, type):
        return [getattr(part, spec.name) for spec in fields(part)]
    return []
