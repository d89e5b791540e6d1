"""What the scene "solved exactly" asks of SymPy besides its long work (chapter 2.4.3)."""

from __future__ import annotations

from engines.differentiation import symbolic
from engines.differentiation.expressions import Expression
from engines.differentiation.questions import Question, shown


def written(function: Expression) -> Question:
    """The polynomial as SymPy writes it."""
    return Question(f"∇f, f = {shown(function.text)}", symbolic.written, (function,))
