"""Links that anyone can open, made to hurt everybody else on the server: the cases of `benchmarks.bad_neighbour`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

HUGE = "-".join(["1024"] * 8)  # hidden layers: 8 million weights
SLOW_FORMULA = "max(x, x)"  # seconds of SymPy
LARGE_NUMBERS = "(99*x)**12*sin(x)"  # applied to itself it has whole numbers of some hundred million digits


class Link(NamedTuple):
    """A page with its settings, and the key of the button that begins the work, if it does not begin by itself."""

    page: str
    query: str
    press: str = ""


@dataclass(frozen=True)
class Case:
    """What one visitor opens, or several at once: a link a tab."""

    name: str
    links: tuple[Link, ...]


def link(page: str, press: str = "", **query: object) -> Link:
    return Link(page, urlencode({"lang": "en", "tempo": "fast"} | query), press)


def huge(page: str, press: str = "", **query: object) -> Link:
    """With the largest network, in float64."""
    return link(page, press, **{"hidden": HUGE, "dtype": "float64"} | query)


def large(page: str, layers: int, press: str = "", **query: object) -> Link:
    """With so many layers of 1024 units, in float32: about the most that a visitor's share of memory lets in."""
    return link(page, press, **{"hidden": "-".join(["1024"] * layers)} | query)


FASHION = {"data": "fashion_mnist", "batch": 6000}
TRAINING = huge("training_loop", "play", **FASHION)
RACE = huge("optimizers", "race.play", **FASHION)
AUDIT = huge("gradient_tensors", scene="audit", step=1, **FASHION)
AGREEMENT = huge("backends", scene="agreement", steps=3000)
SLICE = huge("gradient_descent", scene="network", s_steps=3000, s_size=41, dtype="float32")


LET_IN = (
    large("training_loop", 8, "play", batch=1437),
    large("optimizers", 2, "race.play", **FASHION),
    large("gradient_tensors", 6, scene="audit", step=1),
    large("backends", 4, scene="agreement", steps=3000),
    large("gradient_descent", 4, scene="network", s_steps=3000, s_size=41),
)


def growth(formula: str) -> Link:
    return link("chain_rule", scene="fourways", w_show="depth", w_map="own", w_mapown=formula)


CASES = (
    Case("Training loop, Fashion-MNIST, 8 × 1024, batch 6000, float64", (TRAINING,)),
    Case("the same, digits, batch 1437", (huge("training_loop", "play", batch=1437),)),
    Case("the same on torch, float32", (huge("training_loop", "play", **FASHION, backend="torch", dtype="float32"),)),
    Case("race of six at that size", (RACE,)),
    Case("anatomy at that size", (huge("optimizers", "race.play", scene="anatomy", **FASHION),)),
    Case("batch sizes at that size", (huge("optimizers", scene="batches", **FASHION),)),
    Case("best rates at that size", (huge("optimizers", "rates.start", scene="rates", **FASHION),)),
    Case("Gradient tensors, audit, at that size", (AUDIT,)),
    Case("Gradient tensors, predicted change, at that size", (huge("gradient_tensors", scene="sweep", **FASHION),)),
    Case("Backends, agreement, at that size", (AGREEMENT,)),
    Case("Backends, speed, at that size", (huge("backends", scene="speed", **FASHION),)),
    Case("Gradient descent, loss slice, 8 × 1024, 3,000 steps, 41 × 41", (SLICE,)),
    Case("Chain rule, the live network at that size", (huge("chain_rule", scene="network", images=8, **FASHION),)),
    Case("Chain rule, how a formula grows that is slow", (growth(SLOW_FORMULA),)),
    Case("the same with large numbers", (growth(LARGE_NUMBERS),)),
    Case(
        "Derivative of such a formula",
        (link("derivative", f="own", formula="max(max(max(x, x), max(x, x)), max(max(x, x), max(x, x)))"),),
    ),
    Case("Chain rule, 8 tabs of such formulas", tuple(growth(f"max({n}*x, {n}*x)") for n in range(2, 10))),
    Case("Training loop, race, audit, agreement and slice at once", (TRAINING, RACE, AUDIT, AGREEMENT, SLICE)),
    Case("let in: Training loop, digits, 8 × 1024, batch 1437, float32", LET_IN[:1]),
    Case("let in: race of six, Fashion-MNIST, 2 × 1024, batch 6000", LET_IN[1:2]),
    Case("let in: Gradient tensors, audit, 6 × 1024", LET_IN[2:3]),
    Case("let in: Backends, agreement, 4 × 1024", LET_IN[3:4]),
    Case("let in: Gradient descent, loss slice, 4 × 1024", LET_IN[4:]),
    Case("let in: all five at once", LET_IN),
)
QUICK = tuple(case for case in CASES if case.links in (LET_IN[:1], LET_IN[2:3], (growth(LARGE_NUMBERS),)))
