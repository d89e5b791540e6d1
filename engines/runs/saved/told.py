"""What of a run's state is told in words and whole numbers: where its batches stand, and what its watch has found."""

from __future__ import annotations

from typing import Any

from engines.batches import BatchPosition
from engines.random_streams import Stream, generator
from engines.runs.diagnosis.finding import Finding
from engines.runs.diagnosis.remedies import Remedy
from engines.runs.diagnosis.watch import Watched

_MOST_VALUES, _LONGEST_WORD = 30, 60
_STARTS = ("here", "good", "first")


def position_told(position: BatchPosition) -> dict[str, Any]:
    """As JSON has it, where the order of the epoch is not held but drawn again."""
    return {"epoch": position.epoch, "start": position.start, "generator": position.generator}


def position_of(told: Any, seed: int) -> BatchPosition:
    """The opposite, of a run of that seed. Raises ValueError, TypeError or KeyError for anything else."""
    epoch, start, state = told["epoch"], told["start"], told["generator"]
    if type(epoch) is not int or type(start) is not int or epoch < -1 or start < 0:
        raise ValueError("a place that no batch has")
    drawing = generator(seed, Stream.BATCHES).bit_generator
    drawing.state = state
    if drawing.state != state:
        raise ValueError("a generator of another kind")
    return BatchPosition(epoch, start, None, drawing.state)


def watched_told(watched: Watched | None) -> dict[str, Any] | None:
    """As JSON has it."""
    if watched is None:
        return None
    found, remedy = watched.finding, watched.finding and watched.finding.remedy
    return {
        "looked_at": watched.looked_at,
        "found": found and {"kind": found.kind, "step": found.step, "numbers": _plain(found.numbers)},
        "remedy": remedy and {"changes": _plain(remedy.changes), "start": remedy.start},
    }


def watched_of(told: Any) -> Watched | None:
    """The opposite. Raises ValueError, TypeError or KeyError for anything else."""
    if told is None:
        return None
    found, remedy, looked_at = told["found"], told["remedy"], _whole(told["looked_at"])
    if remedy and remedy["start"] not in _STARTS:
        raise ValueError("a remedy of another kind")
    change = remedy and Remedy(_pairs(remedy["changes"]), remedy["start"])
    finding = found and Finding(_word(found["kind"]), _whole(found["step"]), _pairs(found["numbers"]), change)
    return Watched(finding, looked_at)


def _plain(pairs: tuple[tuple[str, Any], ...]) -> list[list[Any]]:
    """With Python's own numbers instead of NumPy's."""
    return [[name, value.item() if hasattr(value, "item") else value] for name, value in pairs]


def _pairs(told: Any) -> tuple[tuple[str, Any], ...]:
    if not isinstance(told, list) or len(told) > _MOST_VALUES:
        raise ValueError("a list of pairs is needed")
    return tuple((_word(name), _value(value)) for name, value in told)


def _value(value: Any) -> Any:
    """A number, a word, or a few numbers."""
    if isinstance(value, list) and len(value) <= _MOST_VALUES:
        return tuple(_whole(each) for each in value)
    if isinstance(value, str):
        return _word(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number is needed")
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_WORD:
        raise TypeError("a word is needed")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("a whole number is needed")
    return value
