"""What each stage does with this run's own activation, loss and optimizer: said from the objects that compute it."""

from __future__ import annotations

import math
from collections.abc import Callable

from engines import losses
from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.training import Trainer
from ui.charts.numerals import number
from ui.text import Translate


def stage_text(stage: int, trainer: Trainer, _: Translate) -> str:
    """What is to be said of this stage besides what holds for every run, as Markdown; "" where nothing is."""
    loss = next((name for name in losses.names() if losses.get(name) is trainer.loss), "")
    texts: dict[int, Callable[[], str]] = {
        2: lambda: f"{layers_text(trainer.network, _)} {scores_text(loss, _)}",
        3: lambda: loss_text(loss, trainer.network.layer_sizes[-1], _),
        5: lambda: update_text(trainer.optimizer, _),
    }
    return texts[stage]().strip() if stage in texts else ""


def layers_text(network: Network, _: Translate) -> str:
    """What the layers compute."""
    if len(network.layers) == 1:
        return _("There is a single layer: `dot(x, W1) + b1` gives a score for each class. It has no activation.")
    told = _(
        "Each hidden layer computes `{activation}(dot(x, W) + b)`: in the first one `x` is the image and `W` is `W1`, "
        "in the others `x` is the output of the layer before. The last layer has no {activation} and gives a score "
        "for each class."
    )
    return told.format(activation=network.activation)


def scores_text(loss: str, _: Translate) -> str:
    """What becomes of the scores."""
    known = {
        "cross_entropy": _("Softmax turns the scores into probabilities, the bars: what the network believes now."),
        "mean_squared_error": _(
            "For the bars, softmax turns the scores into probabilities; this loss does not use them, it compares the "
            "scores themselves with the targets."
        ),
    }
    return known.get(loss, "")


def loss_text(loss: str, classes: int, _: Translate) -> str:
    """What the loss costs whom."""
    known = {
        "cross_entropy": _(
            "Cross-entropy is −ln of the probability given to the right class: 0 for certainty, ln {classes} = "
            "{guessing} for equal probabilities. It has no upper bound, so a confident mistake costs most."
        ),
        "mean_squared_error": _(
            "The squared error is the mean of (score − target)² over the {classes} classes; the target is 1 for the "
            "right class and 0 for the others. It grows with the distance on either side: a score of 2 for the right "
            "class costs as much as a score of 0."
        ),
    }
    return known.get(loss, "").format(classes=classes, guessing=f"{math.log(classes):.3f}")


def update_text(optimizer: Optimizer, _: Translate) -> str:
    """How the optimizer moves a parameter."""
    momentum = getattr(optimizer, "momentum", 0.0)
    known = {
        "sgd": _("Each parameter moves against its gradient, by learning rate × gradient."),
        "momentum": _(
            "Each parameter moves by its velocity: {momentum} times the one before, minus learning rate × gradient. "
            "So past gradients count too, and a parameter may even move along its present gradient for a while."
        ),
        "nesterov": _(
            "Each parameter moves by {momentum} times its new velocity, minus learning rate × gradient. So past "
            "gradients count too, and a parameter may even move along its present gradient for a while."
        ),
        "adagrad": _(
            "Each parameter moves against its gradient, and each entry by a step of its own: learning rate × gradient, "
            "divided by the root of the sum of all its squared gradients so far (plus ε)."
        ),
        "rmsprop": _(
            "Each parameter moves against its gradient, and each entry by a step of its own: learning rate × gradient, "
            "divided by the root of a moving average of its squared gradients (plus ε)."
        ),
        "adam": _(
            "Each entry moves against a moving average of its gradients, divided by the root of a moving average of "
            "their squares (plus ε). So past gradients count too, and an entry may even move along its present "
            "gradient for a while."
        ),
    }
    told = known.get(optimizer.name, _("The optimizer's rule, below, says how each parameter moves."))
    return told.format(momentum=number(momentum))
