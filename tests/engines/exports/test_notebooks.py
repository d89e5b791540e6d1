"""The notebook: valid, runs headless from top to bottom, and prints what the script prints."""

import nbclient
import nbformat
import pytest

from engines import exports
from tests.engines.exports import cases
from tests.engines.exports.cases import recipe, slower


def opened(run, data, library, language="en", reference=()):
    made = nbformat.reads(exports.notebook(run, data, library, language, reference), as_version=4)
    nbformat.validate(made)
    return made


def executed(made, folder, data):
    (folder / "digits.npz").write_bytes(exports.data_npz(data))
    nbclient.NotebookClient(made, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return made


def printed(made):
    texts = [out["text"] for cell in made.cells for out in cell.get("outputs", []) if out.get("name") == "stdout"]
    return [tuple(map(float, line.split())) for line in "".join(texts).splitlines()[1:]]


@pytest.fixture
def outside(monkeypatch):
    """The kernel does not find the project on its path."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")


@pytest.mark.parametrize("library", exports.LIBRARIES)
@pytest.mark.parametrize("language", exports.LANGUAGES)
def test_words_and_code_take_turns(digits, library, language):
    made = opened(slower(recipe(digits, rule="adam")), digits, library, language, [(0, 2.3)])
    kinds = [cell.cell_type for cell in made.cells]
    assert kinds == ["markdown", *["markdown", "code"] * (len(kinds) // 2)]
    assert len(kinds) == 13  # threads, data, network, optimizer, loop, curve
    assert made.cells[0].source.startswith("# ")
    for cell in made.cells[1:]:
        if cell.cell_type == "markdown":
            heading, empty, *words = cell.source.splitlines()
            assert heading.startswith("## ")
            assert (empty, len(words)) == ("", 1)
        else:
            compile(cell.source, "cell", "exec")
            assert "__file__" not in cell.source


def test_it_runs_headless_to_the_bits_of_the_app_and_draws_its_curve(outside, tmp_path, digits):
    run = slower(recipe(digits, rule="momentum", dtype="float32"))
    reference = cases.reference(cases.made(run, digits))
    made = opened(run, digits, "numpy", "ko", reference)
    made.cells.append(
        nbformat.v4.new_code_cell("import importlib.util\nassert not importlib.util.find_spec('engines')")
    )
    executed(made, tmp_path, digits)
    assert printed(made) == [(step, loss, loss) for step, loss in reference]
    pictures = [out for cell in made.cells for out in cell.get("outputs", []) if "image/png" in out.get("data", {})]
    assert len(pictures) == 1
    assert not [out for cell in made.cells for out in cell.get("outputs", []) if out.get("name") == "stderr"]


@pytest.mark.long
@pytest.mark.parametrize("library", ["pytorch", "keras"])
def test_it_runs_headless_in_the_other_libraries(outside, tmp_path, digits, library):
    run = slower(recipe(digits, rule="adam", steps=60), 30)
    made = executed(opened(run, digits, library, "en", cases.reference(cases.made(run, digits))), tmp_path, digits)
    lines = printed(made)
    assert [line[0] for line in lines] == [0, 17, 50, 59]
    assert all(loss == pytest.approx(ours, rel=1e-10) for _, loss, ours in lines)
