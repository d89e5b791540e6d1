"""What the race shows, in words and numbers: who is ahead, and the table of the ranking."""

from __future__ import annotations

from engines.optimizers.base import Optimizer
from engines.races.race import RaceSnapshot
from engines.races.racer_run import RacerSnapshot
from engines.races.ranking import by_loss, by_steps
from ui.charts.numerals import number, percent
from ui.charts.palette import WRONG_SYMBOL
from ui.failures import reason
from ui.optimizers.race.settings import RaceView
from ui.text import Text
from ui.text.names import Labelled


def racer_label(racer: Optimizer, _: Text) -> str:
    """The words for a racer; the six are called by their names in both languages."""
    outside = {
        "momentum_rate_outside": _("Momentum, rate outside"),
        "nesterov_rate_outside": _("Nesterov, rate outside"),
    }
    return outside.get(racer.name, racer.label)


def racer_names(snapshot: RaceSnapshot, _: Text) -> Labelled:
    return tuple((run.racer.name, racer_label(run.racer, _)) for run in snapshot.runs)


def race_reading(snapshot: RaceSnapshot, _: Text) -> str:
    """Who is ahead and who is last at the step where all are, and who diverged."""
    running = [run for run in snapshot.runs if not run.stands_still]
    broken = [run for run in snapshot.runs if run.stands_still]
    said = []
    if not snapshot.steps and not broken:
        return _("No step has been made yet: all start from the same loss, {loss}.").format(
            loss=number(snapshot.runs[0].smoothed_loss)
        )
    if running:
        first, last = (pick(running, key=lambda run: run.smoothed_loss) for pick in (min, max))
        told = _("After step {step:,}: {first} is lowest with a smoothed loss of {low}")
        said.append(
            told.format(step=snapshot.steps, first=racer_label(first.racer, _), low=number(first.smoothed_loss))
        )
        if first is not last:
            told = _("{last} is highest with {high}")
            said.append(told.format(last=racer_label(last.racer, _), high=number(last.smoothed_loss)))
    for run in broken:
        said.append(why_it_stands(run, _))
    return "; ".join(said) + "."


def why_it_stands(run: RacerSnapshot, _: Text) -> str:
    """Of a racer that diverged or failed: which, when and why."""
    racer = racer_label(run.racer, _)
    if run.failed is None:
        return _("{racer} diverged at step {step:,}").format(racer=racer, step=run.diverged_at)
    told = _("{racer} could not make step {step:,} and stands still: {reason}")
    return told.format(racer=racer, step=run.at.step, reason=reason(run.failed, _))


def ranking(snapshot: RaceSnapshot, view: RaceView) -> list[RacerSnapshot]:
    """The racers in the order that the page's ranking says."""
    if view.ranking == "loss":
        return by_loss(snapshot.runs, view.judged_at)
    return by_steps(snapshot.runs, view.target)


def ranking_header(view: RaceView, _: Text) -> list[str]:
    return [
        "",
        _("optimizer"),
        _("learning rate"),
        _("test loss at step {step:,}").format(step=view.judged_at),
        _("test accuracy there"),
        _("steps to a loss of {loss:g}").format(loss=view.target),
        _("loss now, smoothed"),
        _("µs a step"),
    ]


def ranking_rows(snapshot: RaceSnapshot, view: RaceView, _: Text) -> list[list[str]]:
    """A row a racer, best first; "–" for what is not known yet."""
    return [
        [str(place), racer_label(run.racer, _), *_figures(run, view, _)]
        for place, run in enumerate(ranking(snapshot, view), start=1)
    ]


def _figures(run: RacerSnapshot, view: RaceView, _: Text) -> list[str]:
    judged, reached = run.judged.get(view.judged_at), run.reached.get(view.target)
    now = number(run.smoothed_loss)
    if run.diverged_at is not None:
        now = f"{WRONG_SYMBOL} " + _("diverged at step {step:,}").format(step=run.diverged_at)
    if run.failed is not None:
        now = f"{WRONG_SYMBOL} " + _("failed at step {step:,}").format(step=run.at.step)
    return [
        f"{run.rate:.4g}",
        number(judged.loss) if judged else "–",
        percent(judged.accuracy) if judged else "–",
        f"{reached:,}" if reached is not None else "–",
        now,
        f"{1e6 * run.at.seconds / run.at.step:,.0f}" if run.at.step else "–",
    ]
