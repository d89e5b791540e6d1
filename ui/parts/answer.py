"""A number or picture that takes its time on a large network and none on a small one: at once, or as long work."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from engines.pieces import InPieces, finished
from ui.page import Page
from ui.parts.long_work import known_result, long_work

T = TypeVar("T")


@dataclass(frozen=True)
class _Answer:
    value: Any
    share: float = 1.0


def answer(
    page: Page,
    key: str,
    identity: Hashable,
    make: Callable[[], InPieces[T]],
    label: str,
    at_once: bool = False,
    size: int = 0,
) -> T | None:
    """What the work returns, in this script run if `at_once`; else None while the scheduler is at it, which is shown.

    `key`, `identity`, `label` and `size` are those of `long_work`.
    """
    if at_once:
        return finished(make())
    found: _Answer | None = long_work(page, key, identity, lambda: _work(make()), label, size=size)
    return found.value if found else None


def known(key: str, identity: Hashable) -> Any:
    """What `answer` has found before for these, in whichever session; None if it has not, or has it no more."""
    found: _Answer | None = known_result(key, identity)
    return found.value if found else None


def _work(work: InPieces[T]) -> Iterator[_Answer | object]:
    yield _Answer((yield from work))
