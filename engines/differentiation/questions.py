"""Questions that may take for ever, such as those to SymPy: who drives the work decides where they are answered.

Work is a generator of records. Between them it yields questions, and gets the answers sent in. In a script or a test
they are answered on the spot; a server has them answered in a process that it can stop.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_LONGEST = 60  # characters of a formula in a sentence


@dataclass(frozen=True)
class Question:
    """What `function(*arguments)` is: equal ones have equal answers.

    The function stands at the top of a module of the engines; arguments and answer are strings, numbers, or frozen
    dataclasses and tuples of them, so that they can go to another process. `asked` says in formulas what is asked.
    """

    asked: str = field(compare=False)
    function: Callable[..., Any]
    arguments: tuple[Hashable, ...]

    def answer(self) -> Any:
        """The answer, found here and now."""
        return self.function(*self.arguments)


def shown(formula: str) -> str:
    """A typed formula inside a sentence: on one line, without comments, cut where it is long.

    >>> shown("x**2  # the square")
    'x**2'
    """
    text = " ".join(part for line in formula.splitlines() for part in line.partition("#")[0].split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class Inquiry(Generic[P, T]):
    """A generator function that asks questions. Called, it answers them itself and yields records only.

    `asking` is the function itself, for who wants to have its questions answered elsewhere.
    """

    def __init__(self, asking: Callable[P, Generator[T | Question, Any, None]]) -> None:
        self.asking = asking
        update_wrapper(self, asking)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        with closing(self.asking(*args, **kwargs)) as work:
            answer = None
            while (made := _next(work, answer)) is not None:
                answer = made.answer() if isinstance(made, Question) else None
                if not isinstance(made, Question):
                    yield made


def _next(work: Generator[T, Any, None], answer: Any) -> T | None:
    """What comes after that answer; None at the end."""
    try:
        return work.send(answer)
    except StopIteration:
        return None
