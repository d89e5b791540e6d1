"""What the page for teachers chooses, as it stands in its link."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.assignment import read_assignment, write_assignment
from ui.experiment.settings import parameter


def _read(text: str) -> str:
    return write_assignment(read_assignment(text))


@dataclass(frozen=True)
class TeachersView:
    """`pick`: the questions of the assignment, as its link names them."""

    pick: str = parameter("", "pick", _read)
