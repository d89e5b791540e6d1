"""A trial: the change that a finding proposes, made, and what came of it in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engines.runs.diagnosis.finding import Finding
from engines.runs.diagnosis.standstill import is_far
from engines.runs.recipe import Recipe
from engines.runs.snapshot import Snapshot
from ui.charts.numerals import number
from ui.text import Translate
from ui.training_loop.kept_words import difference_words

_LASTS = 3  # times as long as a standstill takes to be told


@dataclass(frozen=True)
class Trial:
    """`before` is the recipe of the run that did not learn, `start` that of the changed one, where it begins."""

    finding: Finding
    before: Recipe
    start: Recipe
    had_broken: bool
    is_pending: bool = True

    @property
    def begun(self) -> Trial:
        return replace(self, is_pending=False)

    @property
    def steps(self) -> int:
        """How long it lasts."""
        return _LASTS * int(self.finding.number("wait"))

    def is_of(self, recipe: Recipe) -> bool:
        """Whether a run of that recipe is the one with the change, and nothing was changed since."""
        return recipe.step >= self.start.step and replace(recipe, step=self.start.step) == self.start


def outcome(trial: Trial, snapshot: Snapshot, runs: bool, _: Translate) -> str:
    """What came of it by the snapshot; "" where that is another run, or one of before the change."""
    if not trial.is_of(snapshot.recipe) or not snapshot.steps > trial.start.step:
        return ""
    finding = trial.finding
    told = {
        "change": difference_words(trial.start, trial.before.at(trial.start.step), _)
        if trial.start.beginning == trial.before.beginning
        else difference_words(trial.start, trial.before, _),
        "was": number(finding.number("loss")),
        "at": f"{trial.before.step:,}",
        "half": number(finding.number("guessing") / 2),
        "loss": number(snapshot.smoothed_loss),
        "step": f"{snapshot.steps:,}",
    }
    was = (
        _("The run without it had broken down at step {at}.")
        if trial.had_broken
        else _("Without it the smoothed loss was {was} at step {at}.")
    )
    return f"{_came(trial, snapshot, runs, _)} {was}".format(**told)


def _came(trial: Trial, snapshot: Snapshot, runs: bool, _: Translate) -> str:
    if runs:
        return _("Being tried: {change}.")
    if snapshot.divergence:
        return (
            _("Tried: {change}. Not cured: this run broke down too.")
            if trial.had_broken
            else _("Tried: {change}. Not cured: this run broke down.")
        )
    if not is_far(snapshot.smoothed_loss, trial.finding.number("guessing")):
        return _(
            "Tried: {change}. Cured: the smoothed loss at step {step} is {loss}, below {half}, half of guessing's."
        )
    if snapshot.steps - trial.start.step < trial.steps:
        return _("Tried: {change}. At step {step}, before the end of the trial, the smoothed loss is {loss}.")
    return _(
        "Tried: {change}. Not cured: the smoothed loss at step {step} is {loss}, above {half}, half of guessing's."
    )
