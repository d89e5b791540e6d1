"""What a caller gave: any object at all, looked at without trusting it.

Its `repr` may raise or be a million characters long, its `==` may answer with an array, its `__class__` may lie. What
stands here never raises because of the object, and never makes more of it than is needed to say what it is.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import numpy as np

LONGEST = 120  # characters that an error message keeps of one value
_ENTRIES, _LEVELS, _BITS = 10, 3, 256
_PLAIN = (type(None), bool, int, float, *(t for t in np.sctypeDict.values() if issubclass(t, np.number | np.bool_)))


class Shown(str):
    """A few words that stand for an object in a message, whatever format is asked for."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def __format__(self, spec: str) -> str:
        return str(self)


def is_a(value: Any, kind: type) -> bool:
    """`isinstance` by the object's type alone, which no object can forge and none can fail to have."""
    try:
        return issubclass(type(value), kind)
    except Exception:  # a type may refuse too, to be hashed for one
        return False


def text(value: Any) -> str | None:
    """The value as a plain string; None if it is none."""
    return str.__str__(value) if is_a(value, str) else None


def whole(value: Any) -> int | None:
    """The value as a plain whole number; None if it is none. True and False are none."""
    try:
        if is_a(value, int) and not is_a(value, bool):
            return int.__index__(value)
        return int(value) if is_a(value, np.integer) and value.dtype.kind in "iu" else None  # no span of time
    except Exception:
        return None


def number(value: Any) -> float | None:
    """The value as a plain finite number; None if it is none, or too large for one. True and False are none."""
    try:
        if is_a(value, float):
            found = float.__float__(value)
        elif is_a(value, np.floating):
            found = float(value)
        else:
            found = float(whole(value))  # type: ignore[arg-type]  # None raises, as what is no number does
    except Exception:
        return None
    return found if math.isfinite(found) else None


def array(values: Any) -> np.ndarray | None:
    """The values as a NumPy array; None where NumPy cannot make one of them, such as of a ragged list."""
    try:
        return np.asarray(values)
    except Exception:  # whatever the object's own conversion raises
        return None


def first(values: Iterable[Any], count: int) -> list[Any] | None:
    """The first values, at most `count`; None where the object cannot be gone through."""
    try:
        return list(islice(values, count))
    except Exception:
        return None


def entries(values: Mapping[Any, Any], count: int) -> list[tuple[Any, Any]] | None:
    """The first entries of a mapping, at most `count`; None where the object cannot be gone through."""
    try:
        return [(key, entry) for key, entry in islice(values.items(), count)]
    except Exception:
        return None


def bounded(value: Any) -> Any:
    """The value for a message: itself where it is a plain number or a short string, else a few words."""
    if any(type(value) is plain for plain in _PLAIN) and not (type(value) is int and value.bit_length() > _BITS):
        return value
    string = text(value)
    return Shown(shown(value)) if string is None or is_a(value, Shown) else cut(string)


def cut(words: str, longest: int = LONGEST) -> str:
    """The first characters of a string, still a `Shown` if it is one."""
    return words if len(words) <= longest else type(words)(words[: longest - 1] + "…")


def shown(value: Any) -> str:
    """The object in at most `LONGEST` characters: its `repr` where that can be had, the plain text of an error or path.

    >>> shown([64, 32, 10]), shown(range(3)), shown(np.zeros((2, 3)))
    ('[64, 32, 10]', 'range(0, 3)', 'an array of float64, shape (2, 3)')
    >>> shown(10**1000), shown("a" * 1000) == repr("a" * 117 + "…")
    ('a whole number of about 1,000 digits', True)
    """
    try:
        return cut(_shown(value, _LEVELS))
    except Exception:
        return cut(_kind(value))


def _shown(value: Any, levels: int) -> str:
    """`repr`, of the first entries only, and never by a method that a subclass may have replaced."""
    if is_a(value, Shown):
        return str.__str__(value)
    if (string := text(value)) is not None:
        return repr(cut(string, LONGEST - 2))
    if is_a(value, bytes | bytearray | memoryview):
        return repr(bytes(value[: LONGEST // 4]))
    if is_a(value, int) and not is_a(value, bool):
        return _whole(int.__index__(value))
    for plain, brackets in _BRACKETS.items():
        if is_a(value, plain):
            return brackets.format(_entries(plain, value, levels))
    if is_a(value, np.ndarray):
        return f"an array of {value.dtype}, shape {value.shape}"
    if is_a(value, BaseException | os.PathLike | np.dtype):
        return str(value).rstrip(".") or type(value).__name__
    return _kind(value) if _is_a_tensor(value) else repr(value)


_BRACKETS: dict[Any, str] = {list: "[{}]", tuple: "({})", set: "{{{}}}", frozenset: "{{{}}}", dict: "{{{}}}"}


def _entries(plain: Any, value: Any, levels: int) -> str:
    """The first entries of a container, by the methods of the plain type that it is or descends from."""
    count = plain.__len__(value)
    if levels == 0 and count:
        return "…"
    parts = [_shown(entry, levels - 1) for entry in islice(plain.__iter__(value), _ENTRIES)]
    if plain is dict:
        parts = [f"{part}: {_shown(entry, levels - 1)}" for part, entry in zip(parts, dict.values(value), strict=False)]
    more = ", …" if count > _ENTRIES else "," if plain is tuple and count == 1 else ""
    return ", ".join(parts) + more


def _whole(value: int) -> str:
    if value.bit_length() <= _BITS:
        return str(value)
    return f"a whole number of about {value.bit_length() * math.log10(2):,.0f} digits"


def type_name(value: Any) -> str:
    """What the object's type is called, even if it would hide it."""
    return cut(type.__dict__["__name__"].__get__(type(value)))


def _kind(value: Any) -> str:
    """What sort of object it is, in words, with the shape that a tensor has."""
    words = f"an object of the type {type_name(value)}"
    try:
        return f"{words}, shape {tuple(value.shape)}" if _is_a_tensor(value) else words
    except Exception:
        return words


def _is_a_tensor(value: Any) -> bool:
    return type_name(value) == "Tensor"
