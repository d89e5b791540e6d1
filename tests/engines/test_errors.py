"""Errors: ordinary ValueErrors, with template and values kept apart for translation."""

import ast
from pathlib import Path
from string import Formatter

import pytest

import engines
from engines import errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type)]
FILES = sorted(Path(engines.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_a_value_error_that_can_be_translated(kind):
    error = kind("{name} must be {limit:g}, not {value!r}.", name="rate", limit=1.0, value="a")
    assert isinstance(error, errors.EngineError)
    assert isinstance(error, ValueError)
    assert str(error) == "rate must be 1, not 'a'."
    assert error.template.format(**error.values) == str(error)


def raised_in(path):
    """Each call of one of our errors: the node of its first argument and the names of its values."""
    names = {kind.__name__ for kind in KINDS}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FILES[0].parent)))
def test_templates_are_literals_filled_exactly_by_their_values(path):
    for call in raised_in(path):
        (template,) = call.args
        assert isinstance(template, ast.Constant), ast.unparse(call)
        fields = {name for _, name, _, _ in Formatter().parse(template.value) if name is not None}
        keywords = {keyword.arg for keyword in call.keywords}
        assert fields == keywords or None in keywords, ast.unparse(call)


def test_the_check_above_sees_the_errors():
    assert sum(len(list(raised_in(path))) for path in FILES) > 20
