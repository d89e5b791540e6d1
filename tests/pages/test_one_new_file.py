"""A data set, a loss, an optimizer, a backend, a page and a lesson, each by the one file or folder that it takes, on
every page there is.

The files are written into a copy of the project, and the app is opened there.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DATASET = '''
"""Stripes: one class has them upright, the other lying."""

import numpy as np

from engines.datasets.base import Dataset

LABEL = "Stripes, 4×4"


def load(*, download=False, progress=None):
    rng = np.random.default_rng(0)
    upright = np.tile([1, 0], (4, 2))
    x = np.stack([upright, upright.T]).reshape(2, 16)
    y = rng.integers(0, 2, 200)
    samples = np.clip(x[y] + rng.normal(0, 0.1, (200, 16)), 0, 1).astype(np.float32)
    return Dataset("stripes", samples[:150], y[:150], samples[150:], y[150:], (4, 4), ("upright", "lying"), "bundled")
'''

LOSS = '''
"""The mean of |logits − one-hot|."""

import numpy as np

from engines.losses.base import Loss, one_hot


def mean_absolute_error(backend, y_pred, y):
    return backend.mean(backend.abs(backend.subtract(y_pred, y)))


def each(backend, y_pred, labels):
    scores = backend.numpy(y_pred)
    return np.abs(scores - np.eye(scores.shape[1])[labels]).mean(axis=1)


LOSS = Loss(
    label="mean absolute error",
    formula=r"L = \\tfrac1{nk} \\sum_{i,j} |\\hat y_{ij} - [j = y_i]|",
    targets=one_hot,
    value=mean_absolute_error,
    each=each,
)
'''

OPTIMIZER = '''
"""A step of one size, whatever the gradient's."""

from dataclasses import dataclass
from typing import ClassVar

from engines.optimizers.base import Optimizer, hyperparameter


@dataclass(frozen=True)
class SignSGD(Optimizer):
    learning_rate: float = hyperparameter(0.01, r"\\eta")
    spread: float = hyperparameter(1.0, r"\\sigma")

    name: ClassVar[str] = "sign_sgd"
    label: ClassVar[str] = "Sign SGD"
    place: ClassVar[float] = 1.5
    colour: ClassVar[str] = "#5A6B00"
    rule: ClassVar[str] = r"W \\leftarrow W - \\eta\\, \\operatorname{sign}(g)"

    def update(self, parameters, gradients, state):
        for name, gradient in gradients.items():
            parameters[name] -= self.learning_rate * gradient / (abs(gradient) + 1e-12)
'''

BACKEND = '''
"""Our engine under another name."""

from engines.backends.numpy_backend import NumpyBackend


class MirrorBackend(NumpyBackend):
    name = "mirror"
    label = "Mirror"
'''

PAGE = """
import streamlit as st

from ui.frame import frame

with frame("stripes") as page:
    st.title(page.text("Stripes"))
    st.markdown(page.section("sentence"))
"""

LESSON = """
minutes = 3

[[steps]]
name = "units"
before = "training_loop?hidden=8"
after = "training_loop?hidden=8&trained=1"
question = "gradient_count"
input = "number"
whole = true
"""
WORDS = {
    "en": "Counting stripes",
    "ko": "줄무늬 세기",
}

FILES = {
    "lessons/90_stripes/lesson.toml": LESSON,
    **{
        f"lessons/90_stripes/{language}.md": f"## title\n{title}\n\n## summary\n-\n\n## units\n-\n\n## units_ask\n-\n\n"
        "## units_why\n{weights}\n"
        for language, title in WORDS.items()
    },
    "engines/datasets/stripes.py": DATASET,
    "engines/losses/mean_absolute_error.py": LOSS,
    "engines/optimizers/sign_sgd.py": OPTIMIZER,
    "engines/backends/mirror_backend.py": BACKEND,
    "pages/stripes.py": PAGE,
    "ui/text/en/stripes.md": "## sentence\nUpright or lying?\n",
    "ui/text/ko/stripes.md": "## sentence\n세로일까, 가로일까?\n",
}

OPEN = """
import json, sys, time
from streamlit.testing.v1 import AppTest
from engines import backends
from engines.comparison import step_times
from engines.differentiation import way_costs
from ui.backends.speed import scene as speed
from ui.navigation import PAGES

backends.entry_points = lambda group: ()  # those of other packages are no matter of this copy
step_times.SIZES, speed.SIZES, step_times.ROUNDS, step_times._BLOCK_SECONDS = (8, 16), (8, 16), 2, 1e-5
way_costs.LONGEST = dict.fromkeys(way_costs.LONGEST, 1e-3)

link = dict(data="stripes", loss="mean_absolute_error", optimizer="sign_sgd", backend="mirror", hidden="8", batch="10")
SCENES = dict(
    optimizers=["race", "rates", "surface", "anatomy", "batches"],
    gradient_descent=["one", "two", "exact", "network"],
    backends=["agreement", "speed", "code", "own"],
    chain_rule=["scalars", "homework", "network", "fourways"],
    gradient_tensors=["entry", "audit", "sweep", "cost"],
)
LATER = dict(steps="10", s_steps="20", rates_steps="30", rates_seeds="1", curve="sample", step="3")


def opened(name, language, **more):
    app = AppTest.from_file("dashboard.py", default_timeout=120)
    if name != "start":
        app = app.switch_page(f"pages/{name}.py")
    for key, value in (link | more | {"lang": language}).items():
        app.query_params[key] = value
    app.run()
    deadline = time.monotonic() + 60
    while any(str(button.key).endswith(".cancel") for button in app.button) and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
    return app


def look(app):
    return dict(
        exceptions=[str(each.message) for each in app.exception],
        errors=[each.value for each in [*app.error, *app.warning]],
        choices={box.key: box.options for box in app.selectbox if str(box.key).startswith("frame.")},
        said=" ".join(block.value for block in [*app.title, *app.markdown, *app.caption]),
    )


def walked(language):
    at = dict(lesson="90_stripes", trained="0")
    yield "covered", look(opened("training_loop", language, **at))
    yield "told", look(opened("training_loop", language, **at, did="1p3"))


seen = {f"lesson {moment} {language}": found for language in ("en", "ko") for moment, found in walked(language)}
for name in PAGES:
    for scene in SCENES.get(name, [""]):
        for language in ("en", "ko"):
            more = dict(LATER, scene=scene) if scene else {}
            seen[f"{name} {scene} {language}"] = look(opened(name, language, **more))
app = opened("training_loop", "en")
app.button(key="step").click().run()
seen["a step"] = look(app)
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What every page shows, by page, scene and language."""
    copy = tmp_path_factory.mktemp("project")
    for folder in ("engines", "ui", "pages", "lessons", ".streamlit"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "dashboard.py", copy)
    shutil.copytree(ROOT / "examples", copy / "examples")
    for path, content in FILES.items():
        (copy / path).parent.mkdir(exist_ok=True)
        (copy / path).write_text(content.lstrip(), "utf-8")
    navigation = copy / "ui" / "navigation.py"
    line = '    "backends": "Backends",\n'
    assert line in navigation.read_text("utf-8")
    navigation.write_text(navigation.read_text("utf-8").replace(line, line + '    "stripes": "Stripes",\n'), "utf-8")
    ran = subprocess.run([sys.executable, "-c", OPEN], cwd=copy, capture_output=True, text=True, timeout=600)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout.splitlines()[-1])


def test_every_page_and_scene_opens_with_all_of_them(seen):
    assert len(seen) > 40
    assert {where: found for where, found in seen.items() if found["exceptions"] or found["errors"]} == {}


def test_the_sidebar_calls_them_by_their_own_labels(seen):
    choices = seen["training_loop  en"]["choices"]
    assert "Stripes, 4×4" in choices["frame.data"]
    assert "mean absolute error" in choices["frame.loss"]


def test_they_train(seen):
    assert 'data-steps="1" data-backend="mirror"' in seen["a step"]["said"]


def test_the_page_speaks_both_languages(seen):
    assert "Upright or lying?" in seen["stripes  en"]["said"]
    assert "세로일까, 가로일까?" in seen["stripes  ko"]["said"]


@pytest.mark.parametrize("language", WORDS)
def test_the_lesson_is_told(seen, language):
    assert WORDS[language] in seen[f"lesson covered {language}"]["said"]
    weights, biases = 16 * 8 + 8 * 2, 8 + 2
    assert str(weights + biases) in seen[f"lesson told {language}"]["said"]
