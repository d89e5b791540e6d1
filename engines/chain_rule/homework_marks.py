"""Marks for the homework, and what went wrong in a wrong answer (chapter 2.4.4).

A wrong number that is the right product without one factor tells what was forgotten: each in turn is left out, taken
with its indices swapped, and so on, and what gives the learner's number is a slip that explains it. A number that is
computed rightly from an earlier wrong one is no mistake of its own: it follows.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from engines.backends.numpy_backend import NumpyBackend
from engines.chain_rule.homework import ANSWERS, Mark, Part, Quantity, Slip, agrees, quantity
from engines.chain_rule.scalar_net import Solution

_FAMILIES = (("z1", "z2"), ("a1", "a2"), *(tuple(f"d{k}{j}" for j in "12") for k in "vazb"))
_WEIGHTS = ("dw11", "dw12", "dw21", "dw22")


def marks(given: Mapping[str, float], solution: Solution) -> dict[str, Mark]:
    """The mark of every answer given, by its name in `ANSWERS`."""
    found: dict[str, Mark] = {}
    for name in ANSWERS:  # each comes after what it is made of
        if name in given:
            found[name] = _mark(name, given, found, solution)
    return found


def _mark(name: str, given: Mapping[str, float], known: Mapping[str, Mark], solution: Solution) -> Mark:
    answer, asked = given[name], quantity(name, solution)
    if agrees(answer, asked.value):
        return Mark(True)
    for value, rests_on in _carried(name, given, known, solution):
        if agrees(answer, value):
            return Mark(not rests_on, follows=rests_on)
    return Mark(False, slips(asked, answer, solution))


def slips(asked: Quantity, answer: float, solution: Solution) -> tuple[Slip, ...]:
    """Every single slip that makes the answer of the right number; where there is none, two factors left out."""
    for tried in (_single(asked, solution), _double(asked)):
        found = tuple(dict.fromkeys(slip for slip, value in tried if agrees(answer, value)))
        if found:
            return found
    return ()


def _single(asked: Quantity, solution: Solution) -> Iterator[tuple[Slip, float]]:
    """Each slip, with the number it would give."""
    yield Slip("sign"), -asked.value
    if asked.how == "function":
        yield Slip("function", asked.parts[0]), asked.parts[0].value
    together = math.prod if asked.how == "product" else math.fsum
    for index, part in enumerate(asked.parts if asked.how != "function" else ()):
        others = [other.value for place, other in enumerate(asked.parts) if place != index]
        yield Slip("factor" if asked.how == "product" else "term", part), together(others)
        for right, wrong, value in _swapped(part, solution):
            yield Slip("swap", right, wrong), together([*others, value])
    yield from _exchanged(asked, solution)
    for name in _relatives(asked.name):
        other = quantity(name, solution)
        yield Slip("other", Part(name, "", other.value)), other.value


def _double(asked: Quantity) -> Iterator[tuple[Slip, float]]:
    if asked.how == "product" and asked.name != "loss":
        for first, second in itertools.combinations(range(len(asked.parts)), 2):
            rest = [part.value for place, part in enumerate(asked.parts) if place not in (first, second)]
            yield Slip("factors", asked.parts[first], asked.parts[second]), math.prod(rest)


def _swapped(part: Part, solution: Solution) -> Iterator[tuple[Part, Part, float]]:
    """(what is right, what was taken for it, the part's value then): the same letter with the other index."""
    names = part.name.split("·")
    for place, name in enumerate(names):
        if (wrong := _partner(name, solution)) is None:
            continue
        right = Part(name, "", part.factors[place] if part.factors else part.value)
        rest = [factor for other, factor in enumerate(part.factors) if other != place]
        yield right, wrong, math.prod([*rest, wrong.value])


def _partner(name: str, solution: Solution) -> Part | None:
    """w12 for w21, x1 for x2, relu′(z1) for relu′(z2); a number with one index only, or w11, has none."""
    if slope := re.fullmatch(r"(\w+′\(z)([12])\)", name):
        other = 3 - int(slope[2])
        return Part(f"{slope[1]}{other})", "", solution.slopes[other - 1])
    if re.fullmatch(r"[xbvaz][12]", name):
        other_name = f"{name[0]}{3 - int(name[1])}"
    elif name in ("w12", "w21"):
        other_name = f"w{name[2]}{name[1]}"
    else:
        return None
    return Part(other_name, "", solution.values[other_name])


def _exchanged(asked: Quantity, solution: Solution) -> Iterator[tuple[Slip, float]]:
    """x1 and x2 (in y_pred a1 and a2) each in the other's place."""
    if asked.how != "sum":
        return
    (first, one), (second, other), last = asked.parts[0].factors, asked.parts[1].factors, asked.parts[2].value
    names = [part.name.split("·")[0] for part in asked.parts[:2]]
    parts = [Part(name, "", solution.values[name]) for name in names]
    yield Slip("exchange", *parts), math.fsum([second * one, first * other, last])


def _relatives(name: str) -> Sequence[str]:
    """The numbers that are called like this one but for their indices."""
    family = next((family for family in (*_FAMILIES, _WEIGHTS) if name in family), ())
    return [other for other in family if other != name]


# Mistakes carried forward: each number is made of others by one link of the chain, and these may be the learner's.


def _carried(
    name: str, given: Mapping[str, float], known: Mapping[str, Mark], solution: Solution
) -> Iterator[tuple[float, tuple[str, ...]]]:
    """What the number is if it is computed from the learner's own, all of them or some, and on which wrong ones it
    rests."""
    sources = _made_of(name)
    options = [
        [(_exact(source, solution), ()), _own(source, given, known, solution)] if source in ANSWERS or source[0] == "d"
        else [(_exact(source, solution), ())]
        for source in sources
    ]  # fmt: skip
    for chosen in itertools.product(*reversed(options)):
        values = dict(zip(reversed(sources), (value for value, _names in chosen), strict=True))
        rests_on = dict.fromkeys(wrong for _value, names in reversed(chosen) for wrong in names)
        yield _link(name, values, solution.net.activation), tuple(rests_on)


def _own(
    name: str, given: Mapping[str, float], known: Mapping[str, Mark], solution: Solution
) -> tuple[float, tuple[str, ...]]:
    """The learner's number; where there is none, what it is by the numbers before. And the wrong ones among these."""
    if name in given:
        return given[name], () if known[name].right else (name,)
    if name not in ANSWERS:
        return _exact(name, solution), ()
    parts = {source: _own(source, given, known, solution) for source in _made_of(name)}
    values = {source: value for source, (value, _names) in parts.items()}
    wrong = dict.fromkeys(name for _value, names in parts.values() for name in names)
    return _link(name, values, solution.net.activation), tuple(wrong)


def _exact(name: str, solution: Solution) -> float:
    return solution.gradients[name[1:]] if name in ANSWERS and name[0] == "d" else solution.values[name]


def _made_of(name: str) -> tuple[str, ...]:
    """The numbers that one link of the chain needs."""
    unit = name[-1]
    made = {
        "z": ("x1", f"w1{unit}", "x2", f"w2{unit}", f"b{unit}"),
        "a": (f"z{unit}",),
        "dv": ("dy_pred", f"a{unit}"),
        "da": ("dy_pred", f"v{unit}"),
        "dz": (f"da{unit}", f"z{unit}"),
        "dw": (f"dz{unit}", f"x{name[2:3]}"),
        "db": (f"dz{unit}",),
    }
    whole = {
        "y_pred": ("a1", "v1", "a2", "v2", "c"),
        "loss": ("y_pred", "y"),
        "dy_pred": ("y_pred", "y"),
        "dc": ("dy_pred",),
    }
    return whole[name] if name in whole else made[name.rstrip("12")]


def _link(name: str, values: Mapping[str, float], activation: str) -> float:
    """The number from those that `_made_of` names."""
    numbers = [values[source] for source in _made_of(name)]
    if name[0] == "z" or name == "y_pred":
        first, second, third, fourth, last = numbers
        return first * second + third * fourth + last
    if name in ("loss", "dy_pred"):
        residual = numbers[0] - numbers[1]
        return residual * residual if name == "loss" else 2 * residual
    if name[0] == "a":
        return _unit(activation, numbers[0])[0]
    if name[:2] == "dz":
        return numbers[0] * _unit(activation, numbers[1])[1]
    return math.prod(numbers)


@lru_cache(maxsize=1024)
def _unit(activation: str, z: float) -> tuple[float, float]:
    """The activation and its slope there, by a pass of the engine."""
    engine = NumpyBackend()
    place = engine.tensor(np.float64(z), requires_grad=True)
    with np.errstate(all="ignore"):
        value = getattr(engine, activation)(place)
        return float(engine.numpy(value)), float(engine.numpy(engine.gradients(value, [place])[0]))
