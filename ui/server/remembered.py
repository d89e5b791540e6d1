"""What a page computes again and again, remembered: for all sessions, or on a session's own data for it alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from ui.server import private

P = ParamSpec("P")
T = TypeVar("T")


def remembered(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """As `lru_cache(most)`, but what is made while a session looks at its own data goes with the session."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        shared = lru_cache(most)(function)

        @wraps(function)
        def found(*args: P.args, **kwargs: P.kwargs) -> T:
            ask = private.memory(function) if private.is_in_use() else shared
            return ask(*args, **kwargs)

        setattr(found, "cache_clear", shared.cache_clear)  # noqa: B010 (no attribute that a type knows)
        return found

    return decorate
