"""What an optimizer's next step does, in words and numbers computed from it (chapter 2.4.3)."""

from __future__ import annotations

import math

import numpy as np

from engines.races.anatomy import Anatomy
from ui.charts.numerals import number, percent
from ui.text import Text, counted
from ui.text.optimizer_names import optimizer_name


def anatomy_reading(anatomy: Anatomy, name: str, _: Text) -> str:
    """How far the steps are from learning rate times gradient: rates of their own, or a velocity that carries on."""
    change, rule = anatomy.change[name], anatomy.optimizer
    if not (math.isfinite(anatomy.loss) and np.isfinite(change).all()):
        return _("The numbers are too large for this step: with it {racer} diverges.").format(
            racer=optimizer_name(rule, _)
        )
    if not change.any():
        return _why_nothing_moves(anatomy, name, _)
    if "squares" in rule.state_names:
        return _rates_told(anatomy, name, _)
    if not rule.state_names:
        return _(
            "Every weight of {name} has the same rate, {rate}: the step is the gradient's picture in reverse."
        ).format(name=name, rate=number(rule.learning_rate))
    return _velocity_told(anatomy, name, _)


def _why_nothing_moves(anatomy: Anatomy, name: str, _: Text) -> str:
    if not anatomy.optimizer.learning_rate and anatomy.gradients[name].any():
        return _("{name} does not move: the learning rate is 0.").format(name=name)
    if not anatomy.optimizer.state_names:
        return _("{name} does not move: its gradient is 0.").format(name=name)
    return _("{name} does not move: its gradient is 0, and what the optimizer remembers no longer moves it.").format(
        name=name
    )


def _velocity_told(anatomy: Anatomy, name: str, _: Text) -> str:
    """The step beside that of plain SGD, and how many weights go on against their gradient."""
    gradient, change = anatomy.gradients[name], anatomy.change[name]
    plain = float(np.linalg.norm(gradient)) * anatomy.optimizer.learning_rate
    if not plain:
        return _("Plain SGD would not move {name} here: its velocity carries it on.").format(name=name)
    return _(
        "The step of {name} is {longer} times as long as plain SGD's at the same rate; {share} of its weights move "
        "uphill on this batch, carried on by their velocity."
    ).format(
        name=name,
        longer=number(float(np.linalg.norm(change)) / plain),
        share=percent(float((change * gradient > 0).mean())),
    )


def _rates_told(anatomy: Anatomy, name: str, _: Text) -> str:
    """How the rates of the weights are spread, against the one that was set."""
    rates = anatomy.effective_rate(name)
    known = rates[np.isfinite(rates)]
    low, middle, high = np.quantile(known, [0.05, 0.5, 0.95])
    told = _(
        "You set one learning rate, {rate}. Dividing by the root of its squared gradients gives each weight of {name} "
        "its own: median {middle}, 90% of them between {low} and {high}."
    ).format(
        rate=number(anatomy.optimizer.learning_rate),
        name=name,
        low=number(low),
        middle=number(middle),
        high=number(high),
    )
    still = rates.size - known.size
    if still:
        grey = counted(_, "Grey: {count:,} weight does not move.", "Grey: {count:,} weights do not move.", still)
        told += " " + grey.format(count=still)
    return told
