"""What a backend's class says of itself in its source, for a page that must be there before the library is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path

from engines.syntax import parse


@cache
def declared_label(point: EntryPoint) -> str | None:
    """The `label` of the class as its source has it; None where that is no plain text, or there is no source.

    >>> declared_label(EntryPoint("torch", "engines.backends.torch_backend:TorchBackend", "gradient_engine.backends"))
    'PyTorch'
    """
    try:
        module, class_ = point.module, point.attr
    except AttributeError:  # it is written in no way that could be imported
        return None
    for file in _files(module):
        try:
            tree = parse(file.read_text("utf-8"))
        except (OSError, ValueError, SyntaxError):
            continue
        for statement in tree.body:
            if isinstance(statement, ast.ClassDef) and statement.name == class_:
                return _label(statement)
    return None


def _label(class_: ast.ClassDef) -> str | None:
    for statement in class_.body:
        for target, value in _assigned(statement):
            if isinstance(target, ast.Name) and target.id == "label":
                return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
    return None


def _assigned(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """What the statement assigns to what: `a, b = 1, 2` are two."""
    if isinstance(statement, ast.AnnAssign):
        yield statement.target, statement.value
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
                yield from zip(target.elts, statement.value.elts, strict=False)
            else:
                yield target, statement.value


def _files(module: str) -> Iterator[Path]:
    """The module's source; of a package all files in its folder. Looked for on the path: nothing is imported."""
    top, *inner = module.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return
    if spec is None:
        return
    if not inner and spec.origin and not spec.submodule_search_locations:
        yield Path(spec.origin)
    for folder in spec.submodule_search_locations or ():
        place = Path(folder, *inner)
        yield from [place.with_suffix(".py")] if inner and place.with_suffix(".py").is_file() else place.glob("*.py")
