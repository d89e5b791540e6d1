"""What the README says one can type, typed."""

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest

from engines import backends, datasets, optimizers
from engines.network import Network
from engines.training import Trainer

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_six_lines_train_a_network_and_print_a_gradient():
    code = re.search(r"<!-- six lines -->\n```python\n(.*?)```", README, re.DOTALL)[1]
    assert sum(map(bool, code.splitlines())) == 6  # and a blank one
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, {})
    loss, scores, gradient = printed.getvalue().split("\n", 2)

    data, network = datasets.load("digits"), Network([64, 32, 10])
    torch = Trainer(backends.get("torch"), network, optimizers.get("sgd")(learning_rate=0.1), data)
    assert float(loss) == pytest.approx(torch.run(500).loss, rel=1e-3)
    assert [float(score) for score in scores.strip("()").split(", ")] == pytest.approx(torch.evaluate(), rel=1e-3)
    expected = torch.gradients(data.x_test, data.y_test)[1]["b2"]
    np.testing.assert_allclose(np.fromstring(gradient.strip("[]\n"), sep=" "), expected, rtol=1e-2, atol=1e-5)


def test_every_file_and_folder_that_it_names_is_there():
    named = re.findall(r"`((?:deploy|engines|ui|pages|examples|scripts|docs|tests|benchmarks)/[\w./]*)`", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_reading_order_names_ten_files_at_most():
    order = README.partition("## Reading order")[2].partition("\n## ")[0]
    files = re.findall(r"`([\w/]+\.py)`", order.partition("A backend of your own")[0])
    assert 5 <= len(files) <= 10
