"""The script in plain NumPy trains the very run: every loss and weight of the app, to the bit."""

import os
import subprocess
import venv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines import datasets, exports
from engines.network import Network
from tests.engines.exports import cases
from tests.engines.exports.cases import edited, recipe, slower


def differing(results):
    """The runs of which a loss or a bit of a weight is another one."""
    return [run for run, app, ran in results if not same(app, ran)]


def same(app, ran):
    expected = [(step, loss, loss) for step, loss in cases.reference(app)]
    weights = zip(app.weights.values(), ran.weights, strict=True)
    return ran.lines == expected and all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in weights)


def special_runs(digits):
    """What a combination of settings does not reach: edits of every kind, and ends of every kind."""
    start = recipe(digits, rule="momentum", dtype="float32")
    turns = edited(edited(start, 100, momentum=0.0), 150, momentum=0.8, learning_rate=0.0, batch_size=7)
    turns = edited(edited(turns, 200, learning_rate=0.02, batch_size=1437), 260, rule="adam", beta_1=0.5)
    turns = edited(edited(turns, 300, beta_2=0.9, epsilon=1e-3), 400, rule="momentum", learning_rate=0.01)
    return [
        turns,
        recipe(digits, steps=1),
        recipe(digits, steps=0),
        recipe(digits, learning_rate=1e200),  # its loss is soon no number
        edited(recipe(digits), 499, rule="nesterov", momentum=0.0),
        edited(recipe(digits), 250, backend="torch", batch_size=33).at(250),  # an edit that no step follows
        recipe(digits, seed=2**127 + 5, steps=20),
    ]


@pytest.mark.parametrize("language", exports.LANGUAGES)
def test_pairwise_settings_give_the_bits_of_the_app(exported, digits, language):
    chosen = cases.pairwise(cases.FACTORS)
    runs = [slower(recipe(digits, **settings)) for settings in chosen[exports.LANGUAGES.index(language) :: 2]]
    assert differing(exported(runs, "numpy", language=language)) == []


def test_edits_of_every_kind_give_the_bits_of_the_app(exported, digits):
    results = exported(special_runs(digits), "numpy")
    assert differing(results) == []
    steps = [len(app.losses) for _, app, _ in results]
    assert steps[1:3] == [1, 0]
    assert 1 < steps[3] < 500  # it diverged


@pytest.mark.long
@pytest.mark.parametrize("dtype", cases.FACTORS["dtype"])
def test_all_rules_activations_and_losses_give_the_bits_of_the_app(exported, digits, dtype):
    factors = {name: cases.FACTORS[name] for name in ("rule", "activation", "loss", "hidden")}
    grid = cases.itertools.product(*factors.values())
    runs = [slower(recipe(digits, dtype=dtype, **dict(zip(factors, values, strict=True)))) for values in grid]
    assert differing(exported(runs, "numpy")) == []


def test_few_training_images_give_the_bits_of_the_app(exported):
    data = datasets.load("digits.50")
    runs = [slower(recipe(data, dtype=dtype, batch_size=32)) for dtype in ("float32", "float64")]
    runs.append(edited(runs[0], 400, batch_size=50))
    assert differing(exported(runs, "numpy", data)) == []
    assert 'with_name("digits_50.npz")' in exports.script(runs[0], data, "numpy")
    assert all(len(app.losses) == cases.STEPS for _run, app, _ran in exported(runs[:1], "numpy", data))


def test_samples_that_are_no_bytes_come_along_as_they_are(exported, digits):
    data = replace(digits, name="any name/at all", x_train=digits.x_train**2, x_test=digits.x_test**2)
    assert differing(exported([recipe(data, steps=50), recipe(data, dtype="float32", steps=50)], "numpy", data)) == []


def test_a_batch_that_the_app_takes_in_pieces_differs_only_in_rounding(exported, digits):
    run = recipe(digits, hidden=(512, 512), batch_size=1437, steps=3)
    assert "in pieces" in exports.script(run, digits, "numpy").replace("\n", " ")
    [(_, app, ran)] = exported([run], "numpy")
    np.testing.assert_allclose([line[1] for line in ran.lines], [app.losses[0], app.losses[2]], rtol=1e-12)
    assert "in pieces" not in exports.script(recipe(digits), digits, "numpy").replace("\n", " ")


def test_a_run_that_switched_backends_is_promised_no_bits(exported, digits):
    run = edited(recipe(digits, steps=100), 40, backend="torch")
    assert "every bit" in exports.script(recipe(digits), digits, "numpy").replace("\n", " ")
    text = exports.script(run, digits, "numpy").replace("\n", " ")
    assert "every bit" not in text
    assert "NumPy and PyTorch" in text
    [(_, _, ran)] = exported([run], "numpy")
    np.testing.assert_allclose([line[1] for line in ran.lines], [line[2] for line in ran.lines], rtol=1e-10)


def test_a_script_runs_where_there_is_nothing_but_numpy(tmp_path, digits):
    venv.create(tmp_path / "bare", with_pip=False)
    [packages] = (tmp_path / "bare").glob("lib/python*/site-packages")
    for folder in (Path(np.__file__).parent, Path(np.__file__).parents[1] / "numpy.libs"):
        if folder.exists():
            (packages / folder.name).symlink_to(folder)
    run = slower(recipe(digits, rule="adam"))
    app = cases.made(run, digits)
    (tmp_path / "run.py").write_text(exports.script(run, digits, "numpy", reference=cases.reference(app)), "utf-8")
    (tmp_path / "digits.npz").write_bytes(exports.data_npz(digits))
    python = [str(tmp_path / "bare/bin/python"), "-I"]
    imported = subprocess.run([*python, "-c", "import torch"], capture_output=True, text=True)
    assert "ModuleNotFoundError" in imported.stderr
    ended = subprocess.run([*python, "run.py"], cwd=tmp_path, env={"PATH": os.defpath}, capture_output=True, text=True)
    assert ended.stderr == ""
    lines = [tuple(map(float, line.split())) for line in ended.stdout.splitlines()[1:]]
    assert lines == [(step, loss, loss) for step, loss in cases.reference(app)]


def test_a_script_of_two_layers_is_short_enough_to_be_read(digits):
    run = slower(recipe(digits, rule="momentum"))
    text = exports.script(run, digits, "numpy", reference=[(0, 2.3), (499, 0.1)])
    assert len([line for line in text.splitlines() if line.strip()]) <= 110
    assert max(map(len, text.splitlines())) <= 120
    assert Network([64, 32, 10]).shapes.keys() <= {word.strip(",") for word in text.split()}
