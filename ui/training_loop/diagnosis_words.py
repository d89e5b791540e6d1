"""Findings in words: the cause with the number that shows it, and the one change to try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engines.runs.diagnosis.finding import Finding
from engines.runs.recipe import Recipe
from engines.runs.snapshot import Snapshot
from ui.charts.numerals import number, percent, typeset
from ui.text import Text, counted
from ui.text.names import names
from ui.training_loop.kept_words import difference_words


def cause(snapshot: Snapshot, _: Text) -> str:
    """Why the run that the snapshot shows does not learn, in a sentence or two."""
    finding = snapshot.finding
    assert finding is not None, "there is a cause only where one was found"
    values: dict[str, Any] = {name: _written(name, value) for name, value in finding.numbers}
    values |= {"activation": names(_)[snapshot.recipe.activation], "step": f"{finding.step:,}"}
    if snapshot.divergence:
        values["tensor"] = names(_)[snapshot.divergence.tensor]
    told = _SENTENCES[finding.kind](finding, _)
    if not snapshot.divergence and finding.number("still") >= finding.number("wait"):
        told = [_("No new lowest loss for {still} steps."), *told]
    return " ".join(label.format(**values) for label in told)


def suggestion(other: Recipe, recipe: Recipe, _: Text) -> str:
    """The change that leads from a recipe to the other one."""
    return _("To try: {change}.").format(change=difference_words(other, recipe, _))


def _written(name: str, value: float) -> str:
    if name in ("share", "agreement", "chance", "moved"):
        return percent(value)
    if name in ("rate", "epsilon"):
        return typeset(value)
    return f"{value:,}" if isinstance(value, int) else number(value)


def _dead(finding: Finding, _: Text) -> str:
    return counted(
        _,
        "In hidden layer {layer} {dead} unit of {units} is dead: above 0 for none of {rows} training images.",
        "In hidden layer {layer} {dead} units of {units} are dead: above 0 for none of {rows} training images.",
        finding.number("dead"),
    )


def _narrow(finding: Finding, _: Text) -> str:
    return counted(
        _,
        "The narrowest hidden layer has {units} unit: through it must pass all that tells the classes apart.",
        "The narrowest hidden layer has {units} units: through them must pass all that tells the classes apart.",
        finding.number("units"),
    )


_SENTENCES: dict[str, Callable[[Finding, Text], list[str]]] = {
    "rate_zero": lambda _f, _: [_("The learning rate is 0: no batch changes anything.")],
    "one_label": lambda _f, _: [_("All training images have the same label: there is nothing to tell apart.")],
    "equal_units": lambda _f, _: [
        _(
            "Units that begin equal stay equal: within each hidden layer all have the same weights, so {units} of them "
            "do no more than {layers} would."
        )
    ],
    "dead": lambda f, _: [_dead(f, _), _("Steps that are too long leave them so.")],
    "dead_narrow": lambda f, _: [_dead(f, _), _("Where there are so few, none may be left.")],
    "dead_faded": lambda f, _: [
        _dead(f, _),
        _("The weights began so small that the last hidden layer's results were only {fading} times the first one's."),
    ],
    "labels": lambda _f, _: [
        _(
            "The labels do not go with the images: of {compared} training images {agreement} have the label of the one "
            "most like them, and by chance it would be {chance}. No setting helps against that."
        )
    ],
    "epsilon_large": lambda _f, _: [
        _(
            "In {wait} steps the weights move by {moved} of their size at most: for {share} of them ε = {epsilon} is "
            "larger than the root it is added to. A smaller ε helps, or a learning rate far above {rate}."
        )
    ],
    "rate_small": lambda _f, _: [
        _("The steps are too short: in {wait} of them the weights move by {moved} of their size at most.")
    ],
    "vanishing": lambda _f, _: [
        _(
            "The gradient fades on its way back: in the first layer it is {ratio} times that of the last layer, and in "
            "{wait} steps the first layer's weights move by {moved} of their size."
        )
    ],
    "saturated": lambda _f, _: [
        _(
            "{share} of a hidden layer's results lie on the flat ends of {activation}. Steps that are too long lead "
            "there."
        )
    ],
    "above_guessing": lambda _f, _: [
        _(
            "The smoothed loss of {loss} is above {guessing}, that of the same guess for every image: the steps are "
            "too long."
        )
    ],
    "overshoots": lambda _f, _: [
        _(
            "The next step is {overshoot} times as long as one that would leave the loss as it is (2 / curvature): too "
            "long."
        )
    ],
    "narrow": lambda f, _: [_narrow(f, _)],
    "broke_rate": lambda _f, _: [
        _(
            "Stopped at step {step}: {tensor} is no longer a finite number. With a learning rate of {rate} each step "
            "overshoots the minimum by more than it gained, so the weights grow without bound (the largest finite one "
            "is {weight})."
        )
    ],
    "broke_at_once": lambda _f, _: [
        _(
            "Stopped at step {step}: {tensor} is no longer a finite number. With a learning rate of {rate} a step is "
            "too large for the precision."
        )
    ],
    "broke_epsilon": lambda _f, _: [
        _(
            "Stopped at step {step}: {tensor} is no longer a finite number. With ε = {epsilon} a step divides by "
            "almost 0 (the largest finite weight is {weight})."
        )
    ],
    "broke": lambda _f, _: [
        _(
            "Stopped at step {step}: {tensor} is no longer a finite number. Neither the loss nor the weights had grown "
            "before (the largest finite weight is {weight}), so these are not steps that overshoot more and more: one "
            "operation divided by 0, or its result was too large for the precision. Look at the optimizer's ε, the "
            "learning rate of {rate} and the precision, then go back."
        )
    ],
}
