"""One weight's numbers put into the rule that moves it (chapter 2.4.3): from the engine's gradient, state and step."""

from __future__ import annotations

import numpy as np

from engines.optimizers.base import Optimizer
from engines.races.anatomy import Anatomy
from ui.charts.numerals import number
from ui.text import Text
from ui.text.optimizer_names import optimizer_name


def chosen_place(anatomy: Anatomy, name: str, wanted: tuple[int, ...] | None) -> tuple[int, ...]:
    """The entry's place in the parameter: the one wanted, moved inside if need be; else the one that moves most."""
    change = anatomy.change[name]
    if wanted is None:
        sizes = np.where(np.isfinite(change), np.abs(change), -1.0)
        return tuple(int(index) for index in np.unravel_index(sizes.argmax(), change.shape))
    filled = (*wanted, *(0,) * (change.ndim - len(wanted)))[-change.ndim :]
    return tuple(min(index, size - 1) for index, size in zip(filled, change.shape, strict=True))


def one_weight(anatomy: Anatomy, name: str, place: tuple[int, ...], _: Text) -> list[str]:
    """Lines of formulas with that entry's numbers, the last one its step."""
    rule = anatomy.optimizer
    gradient, step = (float(values[name][place]) for values in (anatomy.gradients, anatomy.change))
    symbol = f"{name}[{', '.join(map(str, place))}]"
    remembered = {state: float(anatomy.state[state][name][place]) for state in rule.state_names}
    lines = [f"{symbol}: g = {number(gradient)}", *_put_in(rule, gradient, remembered, anatomy.state.get("t", 1))]
    if not lines[1:]:
        told = _("{racer} has no formula here.").format(racer=optimizer_name(rule, _))
        return [lines[0], told, f"Δ{symbol} = {number(step)}"]
    return [*lines[:-1], f"Δ{symbol} = {lines[-1]} = {number(step)}"]


def _put_in(rule: Optimizer, g: float, remembered: dict[str, float], t: int) -> list[str]:
    """What is remembered after this step, then the step's right-hand side, with numbers; nothing for another rule."""
    rate, of = number(rule.learning_rate), vars(rule)
    if rule.name == "sgd":
        return [f"−η·g = −{rate} · {_signed(g)}"]
    if rule.name in ("momentum", "nesterov"):
        beta, velocity = of["momentum"], remembered["velocity"]
        before = _before(beta, velocity + rule.learning_rate * g)
        lines = [f"v = β·v₀ − η·g = {before} − {rate} · {_signed(g)} = {number(velocity)}"]
        ahead = f"β·v − η·g = {beta:g} · {_signed(velocity)} − {rate} · {_signed(g)}"
        return [*lines, "v" if rule.name == "momentum" else ahead]
    if rule.name in ("adagrad", "rmsprop"):
        squares = remembered["squares"]
        return [
            f"s = {number(squares)}",
            f"−η·g/(√s + ε) = −{rate} · {_signed(g)} / (√{number(squares)} + {of['epsilon']:g})",
        ]
    if rule.name == "adam":
        mean, squares = remembered["mean"], remembered["squares"]
        m, s = mean / (1 - of["beta_1"] ** t), squares / (1 - of["beta_2"] ** t)
        lines = [f"m = {number(mean)},  m̂ = m/(1 − β₁ᵗ) = {number(m)},  t = {t:,}"]
        lines.append(f"s = {number(squares)},  ŝ = s/(1 − β₂ᵗ) = {number(s)}")
        return [*lines, f"−η·m̂/(√ŝ + ε) = −{rate} · {_signed(m)} / (√{number(s)} + {of['epsilon']:g})"]
    return []


def _before(beta: float, kept: float) -> str:
    """β times the velocity before, which is `kept` itself."""
    return f"{beta:g} · {_signed(kept / beta)}" if beta else "0"


def _signed(value: float) -> str:
    """In brackets where it has a sign."""
    return f"({number(value)})" if value < 0 else number(value)
