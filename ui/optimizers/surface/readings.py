"""What a race on a surface shows at one step, in words and numbers computed from it (chapter 2.4.3)."""

from __future__ import annotations

from collections.abc import Sequence

from engines.descent.surface_race import SurfaceRace
from ui.charts.numerals import number
from ui.text import Translate


def surface_reading(race: SurfaceRace, step: int, _: Translate) -> str:
    """Who is lowest at that step, who has left the frame by then, and who is at rest."""
    racers = range(len(race.optimizers))
    resting = [race.optimizers[racer].label for racer in racers if race.is_at_rest(racer, step)]
    gone = [racer for racer in racers if not race.is_inside(racer, step)]
    left = [f"{race.optimizers[racer].label} ({race.left[racer]})" for racer in gone]
    sentences = [
        _lowest(race, step, _),
        _("At rest: {racers}.").format(racers=", ".join(resting)) if resting else "",
        _("Left the frame (at step): {racers}.").format(racers=", ".join(left)) if left else "",
    ]
    return " ".join(filter(None, sentences))


def _lowest(race: SurfaceRace, step: int, _: Translate) -> str:
    values = {"step": step, "steps": race.steps}
    if step == 0:
        return _("Step 0 of {steps}: all stand at the start, f = {f}.").format(f=number(race.values[0, 0]), **values)
    if (lowest := race.lowest(step)) is None:
        return _("Step {step} of {steps}: nobody is left inside the frame.").format(**values)
    told = _("Step {step} of {steps}: {optimizer} is lowest, f = {f}.")
    return told.format(optimizer=race.optimizers[lowest].label, f=number(race.values[step, lowest]), **values)


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
            optimizer.label, f"{optimizer.learning_rate:g}", steps, f"({number(x)}, {number(y)})", number(f),
            number(away) if len(race.minima) else "–", "–" if arrival is None else f"{arrival:,}",
        ])  # fmt: skip
    return rows
