"""What the race shows, in words and numbers: who is ahead, and the table of the ranking."""

from __future__ import annotations

import math

from engines.optimizers.schedules import Schedule
from engines.races.race import RaceSnapshot
from engines.races.racer_run import RacerSnapshot
from engines.races.ranking import by_loss, by_steps, places
from ui.charts.numerals import number, percent
from ui.charts.palette import WRONG_SYMBOL
from ui.failures import reason
from ui.optimizers.race.settings import RaceView
from ui.text import Text
from ui.text.names import Labelled
from ui.text.optimizer_names import optimizer_name


def racer_names(snapshot: RaceSnapshot, _: Text) -> Labelled:
    return tuple((run.racer.name, optimizer_name(run.racer, _)) for run in snapshot.runs)


def race_reading(snapshot: RaceSnapshot, schedule: Schedule, _: Text, judged_at: int = 0) -> str:
    """Which racer is ahead and which is last at the step where all are; which cannot move, and which diverged.

    Once all that still run have passed the step of judgement, what came of it too.
    """
    broken = [run for run in snapshot.runs if run.stands_still]
    told = [_standing(snapshot, _), _judged(snapshot, judged_at, _), _still(snapshot, schedule, _)]
    told += [f"{why_it_stands(run, _)}." for run in broken]
    return " ".join(sentence for sentence in told if sentence)


def _judged(snapshot: RaceSnapshot, judged_at: int, _: Text) -> str:
    """The first and the last at the finish line; nothing as long as somebody is on the way to it."""
    if any(not run.stands_still and run.at.step < judged_at for run in snapshot.runs):
        return ""
    found = [(run.judged[judged_at].loss, run) for run in snapshot.runs if judged_at in run.judged]
    found = [(loss, run) for loss, run in found if math.isfinite(loss)]
    if len(found) < 2:
        return ""
    (low, first), (high, last) = (pick(found, key=lambda pair: pair[0]) for pick in (min, max))
    if low == high:
        return ""
    told = _(
        "At the finish line, step {step:,}, {first} has the lowest test loss, {low}, and {last} the highest, {high}."
    )
    names = {"first": optimizer_name(first.racer, _), "last": optimizer_name(last.racer, _)}
    return told.format(step=judged_at, low=number(low), high=number(high), **names)


def _standing(snapshot: RaceSnapshot, _: Text) -> str:
    """The lowest and the highest of those that can be compared; one behind is on its way."""
    level, running = snapshot.level, [run for run in snapshot.runs if not run.stands_still]
    if not level:
        return ""
    first, last = (pick(level, key=lambda run: run.smoothed_loss) for pick in (min, max))
    low, high = number(first.smoothed_loss), number(last.smoothed_loss)
    if not snapshot.steps and len(level) == len(running):
        return _("No step has been made yet: all start from the same loss, {loss}.").format(loss=low)
    if len(level) < len(running):
        names, ahead = ", ".join(optimizer_name(run.racer, _) for run in level), max(run.at.step for run in running)
        told = _("Catching up, while the others wait at step {ahead:,}: {racers}, now at step {step:,}.")
        return told.format(ahead=ahead, racers=names, step=snapshot.steps)
    values = {"step": snapshot.steps, "low": low, "first": optimizer_name(first.racer, _)}
    if len(level) == 1:
        return _("After step {step:,}: {first} has a smoothed loss of {low}.").format(**values)
    if first.smoothed_loss == last.smoothed_loss:
        return _("After step {step:,} all have the same smoothed loss, {low}.").format(**values)
    told = _("After step {step:,}: {first} is lowest with a smoothed loss of {low}; {last} is highest with {high}.")
    return told.format(last=optimizer_name(last.racer, _), high=high, **values)


def _still(snapshot: RaceSnapshot, schedule: Schedule, _: Text) -> str:
    """Which weights do not move because the rate is 0, from the start or by the end of the schedule."""
    if schedule.ends is not None and snapshot.steps >= schedule.ends:
        told = _("At step {step:,} the schedule has brought every learning rate to 0: the race ends there.")
        return told.format(step=schedule.ends)
    idle = [optimizer_name(run.racer, _) for run in snapshot.runs if not run.racer.learning_rate]
    return _("With a learning rate of 0 there is no movement: {racers}.").format(racers=", ".join(idle)) if idle else ""


def why_it_stands(run: RacerSnapshot, _: Text) -> str:
    """Of a racer that diverged or failed: which, when and why."""
    racer = optimizer_name(run.racer, _)
    if run.failed is None:
        return _("{racer} diverged at step {step:,}").format(racer=racer, step=run.diverged_at)
    told = _("{racer} could not make step {step:,} and stands still: {reason}")
    return told.format(racer=racer, step=run.at.step, reason=reason(run.failed, _))


def start_loss(snapshot: RaceSnapshot) -> float | None:
    """The test loss of the weights that all start from; None where even that could not be measured."""
    return next((run.tests[0].loss for run in snapshot.runs if run.tests), None)


def target_reading(snapshot: RaceSnapshot, view: RaceView, _: Text) -> str:
    """That nothing has to be done to reach the loss, where all start below it."""
    start = start_loss(snapshot)
    if start is None or start > view.target:
        return ""
    told = _("All start with a loss of {start}, which is not above {target:g}: choose a lower loss to reach.")
    return told.format(start=number(start), target=view.target)


def ranking(snapshot: RaceSnapshot, view: RaceView) -> list[RacerSnapshot]:
    """The racers in the order that the page's ranking says."""
    if view.ranking == "loss":
        return by_loss(snapshot.runs, view.judged_at)
    return by_steps(snapshot.runs, view.target)


def ranking_header(view: RaceView, _: Text) -> list[str]:
    return [
        _("place"),
        _("optimizer"),
        _("learning rate now"),
        _("test loss at step {step:,}").format(step=view.judged_at),
        _("test accuracy there"),
        _("steps to a loss of {loss:g}").format(loss=view.target),
        _("smoothed loss now"),
        _("µs a step"),
    ]


def ranking_rows(snapshot: RaceSnapshot, view: RaceView, _: Text) -> list[list[str]]:
    """A row a racer, best first; "–" for what is not known yet, the place too."""
    ranked = ranking(snapshot, view)
    results = [_result(run, view) for run in ranked]
    return [
        ["–" if place is None else str(place), optimizer_name(run.racer, _), *_figures(run, view, _)]
        for run, place in zip(ranked, places(results), strict=True)
    ]


def _result(run: RacerSnapshot, view: RaceView) -> float | None:
    """What the page's ranking ranks it by, once it is known."""
    if view.ranking == "target":
        return run.reached.get(view.target)
    judged = run.judged.get(view.judged_at)
    return judged.loss if judged else None


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
