"""What one step against the gradient does to the loss: predicted and real."""

from __future__ import annotations

from engines.gradients.loss_function import squared_norm
from engines.gradients.step_sweep import loss_after
from ui.charts.images import MOST_UNITS
from ui.charts.numerals import typeset
from ui.frame import Page
from ui.parts.answer import answer
from ui.parts.frozen_weights import Held


def loss_after_step(page: Page, held: Held) -> float | None:
    """f(W1), all parameters moved together; None while it is computed, which is shown."""
    _, size = page.text, page.view.size
    if (known := held.once("loss after the step", size, dict)).get("loss") is None:
        known["loss"] = answer(
            page,
            "tensors.after",
            (held.identity, size),
            lambda: loss_after(held.f, held.parameters, held.gradients, size),
            _("The loss after the step"),
            at_once=held.is_light,
        )
    return known["loss"]


def step_reading(page: Page, held: Held, after: float) -> str:
    """What the step is predicted to do to the loss, and what it does; all parameters move together."""
    _, view = page.text, page.view
    predicted = -view.size * squared_norm(held.gradients)
    text = _(
        "A step of {step} against the gradient, all parameters together: the gradient predicts that the loss, "
        "{before}, "
        "changes by −step·‖g‖² = {predicted}; it changes by {real}, to {after}."
    ).format(
        step=typeset(view.size),
        before=typeset(held.loss),
        predicted=typeset(predicted),
        real=typeset(after - held.loss),
        after=typeset(after),
    )
    units = held.parameters[view.tensor].shape[-1]
    if view.drawn == "images" and view.tensor == "W1" and units > MOST_UNITS:
        text += " " + _("The picture shows the first {shown} of {units} units.").format(shown=MOST_UNITS, units=units)
    return text
