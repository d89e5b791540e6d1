"""The house: what may import what, no circles, no overfull room, and a word at every door."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOW = ("engines", "ui", "pages")  # each imports only itself and those before it
MOST = 20  # modules side by side


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for top in FLOW for path in sorted((ROOT / top).rglob("*.py"))}
FOLDERS = sorted({path.parent for path in MODULES.values() if path.parent.name != "pages"})


def imported(path):
    """The project's modules that a file imports, also those imported inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from inner & MODULES.keys()
            if node.module in MODULES and not inner <= MODULES.keys():
                yield node.module


IMPORTS = {name: set(imported(path)) - {name} for name, path in MODULES.items()}


def test_no_module_imports_itself_by_way_of_others():
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_nothing_is_imported_against_the_flow():
    place = {name: FLOW.index(name.partition(".")[0]) for name in MODULES}
    assert [(name, used) for name in MODULES for used in IMPORTS[name] if place[used] > place[name]] == []


def test_pages_do_not_import_each_other():
    assert [name for name in MODULES if any(used.startswith("pages") for used in IMPORTS[name])] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_folder_is_no_heap_and_says_what_it_is_for(folder):
    assert sum(path.parent == folder and path.name != "__init__.py" for path in MODULES.values()) <= MOST
    told = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    assert told
    assert told.splitlines()[0].endswith(".")
