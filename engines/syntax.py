"""Python's own parser, for one thread at a time; and the source of what runs, read once.

CPython counts how deep a syntax tree is in one number for all threads (3.11: `ast.parse` raises "AST constructor
recursion depth mismatch" where another thread parses meanwhile), and `inspect.getsource` parses for a class.
"""

from __future__ import annotations

import ast
import inspect
from functools import lru_cache
from textwrap import dedent
from threading import RLock
from typing import Any, Literal

_ONE_AT_A_TIME = RLock()


def parse(text: str, mode: Literal["exec", "eval"] = "exec") -> Any:
    """The text's syntax tree: an `ast.Module`, or an `ast.Expression`. Raises what `ast.parse` raises."""
    with _ONE_AT_A_TIME:
        return ast.parse(text, mode=mode)


@lru_cache(maxsize=512)
def source(thing: Any) -> str:
    """The source of a function, class or module, from the left edge on. Raises what `inspect.getsource` raises."""
    with _ONE_AT_A_TIME:
        return dedent(inspect.getsource(thing))
