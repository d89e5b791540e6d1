"""Python's parser, from many threads; and the source of what runs."""

import ast
import gc
import inspect
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engines import syntax
from engines.differentiation import differences

ROOT = Path(syntax.__file__).parent.parent
TEXT = "+".join(f"f(x[{number}], *(y, (z,)))" for number in range(50))


@pytest.fixture
def hasty():
    """Threads take turns all the time, amid parsing too: JAX has Python called at each collection of garbage."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    gc.callbacks.append(_take_time)
    yield
    gc.callbacks.remove(_take_time)
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


def _take_time(_phase, _info):
    sum(range(1000))


def test_threads_that_parse_at_once_get_what_each_would_alone(hasty):
    alone = ast.dump(ast.parse(TEXT))
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: ast.dump(syntax.parse(TEXT)), range(200)))
    assert found == {alone}


def test_a_formula_is_an_expression():
    assert isinstance(syntax.parse("x + 1", mode="eval").body, ast.BinOp)
    with pytest.raises(SyntaxError):
        syntax.parse("x +")


@pytest.mark.parametrize("thing", [differences, differences.central_difference, ast.NodeVisitor, ast.NodeVisitor.visit])
def test_the_source_is_python_that_starts_at_the_left_edge(thing):
    text = syntax.source(thing)
    assert [line.strip() for line in text.splitlines()] == [
        line.strip() for line in inspect.getsource(thing).splitlines()
    ]
    assert compile(text, "source", "exec")


def test_nobody_else_parses():
    """The app's threads go through the one lock."""
    asked = [file for part in ("engines", "ui", "pages", "lessons") for file in (ROOT / part).rglob("*.py")]
    texts = {file.name: file.read_text("utf-8") for file in asked}
    assert [name for name, text in texts.items() if "ast.parse(" in text or "getsource(" in text] == ["syntax.py"]
