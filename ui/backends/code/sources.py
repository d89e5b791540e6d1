"""The code of a backend's operations, as it runs: each method's own source, and that of the functions it calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from engines.backends.base import Backend


def method(backend: Backend, name: str) -> Callable[..., Any]:
    """The backend's own method of that name, without what the interface wraps around it."""
    return inspect.unwrap(getattr(type(backend), name))


def is_inherited(backend: Backend, name: str) -> bool:
    """Whether the backend leaves it as the interface composes it of other operations."""
    return method(backend, name) is inspect.unwrap(getattr(Backend, name))


def called(function: Callable[..., Any]) -> list[Callable[..., Any]]:
    """The functions of the same package that its code names, once each, in that order."""
    package, found = function.__module__.partition(".")[0], {}
    for name in _names(function.__code__):
        one = inspect.unwrap(function.__globals__.get(name))
        if inspect.isfunction(one) and one.__module__.partition(".")[0] == package:
            found[name] = one
    return list(found.values())


def _names(code: CodeType) -> Iterator[str]:
    """All names in a function's code, also in the functions inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
