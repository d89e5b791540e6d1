"""What is to be done with files whose headers have been looked at: what that will take, and the doing."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from engines.datasets.own.material import Material


@dataclass(frozen=True, eq=False)
class Work:
    """`size`: the bytes of memory that reading and preparing take, as far as headers tell; `read` yields `Reading`."""

    size: int
    read: Callable[[], Generator[Any, None, Material]]
