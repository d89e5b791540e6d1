"""A finding: what is told of a run that does not learn."""

from __future__ import annotations

from dataclasses import dataclass

from engines.runs.diagnosis.remedies import Remedy


@dataclass(frozen=True)
class Finding:
    """Why a run does not learn: `kind`, the numbers that show it, by name, and what to change; None where no setting
    is the cause. `step` is where the run stood."""

    kind: str
    step: int
    numbers: tuple[tuple[str, float], ...]
    remedy: Remedy | None

    def number(self, name: str) -> float:
        return dict(self.numbers)[name]
