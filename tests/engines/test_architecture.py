"""The engines import neither Streamlit nor anything above them, and draw random numbers only from a generator."""

import ast
from pathlib import Path

import pytest

import engines

FILES = sorted(Path(engines.__file__).parent.rglob("*.py"))


def imported(tree):
    """The first part of every module that a file imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0] if node.module and not node.level else "."


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FILES[0].parent)))
def test_nothing_above_the_engines_is_imported(path):
    found = set(imported(ast.parse(path.read_text(encoding="utf-8"))))
    assert not found & {"streamlit", "ui", "pages", "altair", "dashboard", "tests", "benchmarks", "."}


def test_only_its_own_backend_imports_torch():
    users = {path.name for path in FILES if "torch" in imported(ast.parse(path.read_text(encoding="utf-8")))}
    assert users == {"torch_backend.py"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FILES[0].parent)))
def test_randomness_comes_only_from_a_generator(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
            assert node.attr in ("Generator", "default_rng")
