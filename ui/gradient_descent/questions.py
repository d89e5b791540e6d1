"""What the scene "solved exactly" asks of SymPy besides its long work (chapter 2.4.3)."""

from __future__ import annotations

from engines import symbolic
from engines.expressions import Expression
from engines.questions import Question, shown


def written(function: Expression) -> Question:
    """The polynomial as SymPy writes it."""
    return Question(f"∇f, f = {shown(function.text)}", symbolic.written, (function,))
