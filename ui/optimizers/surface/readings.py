"""What a race on a surface shows at one step, in words and numbers computed from it (chapter 2.4.3)."""

from __future__ import annotations

from collections.abc import Sequence

from engines.descent.surface_race import SurfaceRace
from ui.charts.numerals import number
from ui.text import Translate
from ui.text.optimizer_names import optimizer_name


def surface_reading(race: SurfaceRace, step: int, _: Translate) -> str:
    """Which racer is lowest at that step, which have left the frame by then, and which hardly move any more."""
    racers = range(len(race.optimizers))
    resting = [_name(race, racer, _) for racer in racers if race.is_at_rest(racer, step)]
    gone = [racer for racer in racers if not race.is_inside(racer, step)]
    left = [f"{_name(race, racer, _)} ({race.left[racer]})" for racer in gone]
    still = _("Hardly moving from here to step {steps}: {racers}.")
    sentences = [
        _lowest(race, step, _),
        still.format(steps=race.steps, racers=", ".join(resting)) if resting else "",
        _("Left the frame (at step): {racers}.").format(racers=", ".join(left)) if left else "",
    ]
    return " ".join(filter(None, sentences))


def _name(race: SurfaceRace, racer: int, _: Translate) -> str:
    return optimizer_name(race.optimizers[racer], _)


def _lowest(race: SurfaceRace, step: int, _: Translate) -> str:
    values = {"step": step, "steps": race.steps}
    if step == 0:
        return _("Step 0 of {steps}: all stand at the start, f = {f}.").format(f=number(race.values[0, 0]), **values)
    if (lowest := race.lowest(step)) is None:
        return _("Step {step} of {steps}: none is left inside the frame.").format(**values)
    f = race.values[step, lowest]
    equal = [racer for racer in range(len(race.optimizers)) if race.is_inside(racer, step)]
    equal = [racer for racer in equal if race.values[step, racer] == f]
    if len(equal) > 1:
        names = ", ".join(_name(race, racer, _) for racer in equal)
        told = _("Step {step} of {steps}: equally low, f = {f}: {racers}.")
        return told.format(f=number(f), racers=names, **values)
    told = _("Step {step} of {steps}: {optimizer} is lowest, f = {f}.")
    return told.format(optimizer=_name(race, lowest, _), f=number(f), **values)


def table_header(_: Translate) -> list[str]:
    return [
        _("optimizer"), _("learning rate"), _("steps"), _("end (x, y)"), _("f at the end"),
        _("to the nearest minimum"), _("steps to within a thousandth"),
    ]  # fmt: skip


def table_rows(race: SurfaceRace, _: Translate) -> list[Sequence[str]]:
    """One row a racer: where it ended, or where it was when it had left the frame."""
    rows: list[Sequence[str]] = []
    for racer, optimizer in enumerate(race.optimizers):
        last = race.last_step(racer)
        (x, y), f, away = race.points[last, racer], race.values[last, racer], race.distances(racer)[-1]
        steps = f"{last:,}" if race.left[racer] is None else _("{step}: left the frame").format(step=f"{last:,}")
        arrival = race.arrival(racer) if race.left[racer] is None else None
        rows.append([
            optimizer_name(optimizer, _), f"{optimizer.learning_rate:g}", steps, f"({number(x)}, {number(y)})",
            number(f),
            number(away) if len(race.minima) else "–", "–" if arrival is None else f"{arrival:,}",
        ])  # fmt: skip
    return rows
