"""How far the gradient reaches (the step sweep), and what it costs (the cost meter)."""

from __future__ import annotations

import numpy as np

from engines.gradients import pass_cost, step_sweep
from engines.gradients.pass_cost import PassCost
from engines.gradients.step_sweep import StepSweep
from ui.charts.gradient_tensors.pass_cost import cost_chart, cost_frame, large_label
from ui.charts.gradient_tensors.step_sweep import sweep_chart, sweep_frame, sweep_limit
from ui.charts.numerals import duration, typeset
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.parts.frozen_weights import Held
from ui.parts.long_work import long_work


def sweep_view(page: Page, held: Held, after: float | None) -> None:
    """Real and predicted change of the loss over the size of the step; `after` is the loss at the page's own step."""
    _, size = page.text, page.view.size
    if after is None:
        return
    long_work(
        page,
        "tensors.sweep",
        held.identity,
        lambda: step_sweep.sweep(held.f, held.parameters, held.gradients),
        _("Losses along the gradient"),
        lambda made: _draw_sweep(page, made, size, after - held.loss),
    )


def _draw_sweep(page: Page, made: StepSweep, size: float, change: float) -> None:
    if not made.changes:
        return
    _ = page.text
    chart(page, sweep_frame(made, size, change, _), sweep_chart, sweep_limit(made))
    if made.share < 1:
        return
    words = [_("‖g‖² = {slope}: at first the loss falls this much per unit of step.").format(slope=typeset(made.slope))]
    if made.parting:
        words.append(
            _("Up to a step of {step} the prediction is right to within 10 %.").format(step=typeset(made.parting, 2))
        )
    if made.best:
        text = _("Of all steps tried on this line, {step} is best: it changes the loss by {change}.")
        words.append(text.format(step=typeset(made.best[0], 2), change=typeset(made.best[1])))
    if change > 0:
        words.append(_("This page's step, {step}, is too long: the loss rises.").format(step=typeset(size)))
    reading(" ".join(words))


def cost_view(page: Page, held: Held) -> None:
    """Seconds for one gradient, one weight at a time and by back-propagation."""
    _, network = page.text, held.f.network
    identity = (network, page.settings.loss, held.f.backend.name, len(held.f.x))
    long_work(
        page,
        "tensors.cost",
        identity,
        lambda: pass_cost.measure(held.f, held.parameters, np.random.default_rng(0)),
        _("Timing passes"),
        lambda cost: _draw_cost(page, held, cost),
    )


def _draw_cost(page: Page, held: Held, cost: PassCost) -> None:
    _ = page.text
    here = "-".join(map(str, held.f.network.layer_sizes))
    networks = (_("{sizes} (here)").format(sizes=here), large_label())
    chart(page, cost_frame(cost, networks, _), cost_chart, networks)
    reading(
        _(
            "Here {count:,} weights · 2 passes · {forward} = {total}, against {both} for one forward and one backward "
            "pass: {ratio} times. Extrapolated to the {large:,} parameters of {sizes}: {large_total} against "
            "{large_both}. Medians of {repetitions} passes over {n} samples on this server, float64."
        ).format(
            count=cost.here.parameters,
            forward=duration(cost.here.forward, _),
            total=duration(cost.here.one_by_one, _),
            both=duration(cost.here.both, _),
            ratio=typeset(cost.here.ratio),
            large=cost.large.parameters,
            sizes=large_label(),
            large_total=duration(cost.large.one_by_one, _),
            large_both=duration(cost.large.both, _),
            repetitions=cost.repetitions,
            n=pass_cost.samples_timed(held.f),
        )
    )
