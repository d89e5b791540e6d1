"""The registry of backends: ours, those that cannot be imported, and those of other packages."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import engines
from engines import backends
from engines.backends.base import Backend
from engines.errors import UnknownBackend

ROOT = Path(engines.__file__).parents[1]


def run(*code, site=ROOT):
    """The JSON that the pieces of code print in a fresh interpreter, with `site` on its path."""
    finished = subprocess.run(
        [sys.executable, "-c", "\n".join(map(textwrap.dedent, code))],
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_ours_come_first():
    assert backends.names()[:2] == ["numpy", "torch"]
    assert not {"numpy", "torch"} & backends.unavailable().keys()


def test_a_backend_by_name(backend):
    assert isinstance(backend, Backend)
    assert backend.name in backends.names()
    assert type(backends.get(backend.name)) is type(backend)


@pytest.mark.parametrize("name", ["tensorflow", "", "NumPy", None])
def test_an_unknown_name_is_told_the_choices(name):
    with pytest.raises(UnknownBackend) as error:
        backends.get(name)
    assert isinstance(error.value, ValueError)
    assert all(text in str(error.value) for text in (repr(name), "numpy", "torch"))


TRAIN = """
    from engines import datasets, optimizers
    from engines.network import Network
    from engines.training import Trainer

    def train(backend):
        optimizer = optimizers.get("momentum")(learning_rate=0.05)
        trainer = Trainer(backend, Network([64, 32, 10]), optimizer, datasets.load("digits"))
        return trainer.step().loss, trainer.run(200).loss
"""

WITHOUT_TORCH = """
    import importlib, json, pkgutil, sys
    import engines
    from engines import backends
    from engines.errors import BackendUnavailable

    class Blocker:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] == "torch":
                raise {error}

    sys.meta_path.insert(0, Blocker())
    for module in pkgutil.walk_packages(engines.__path__, "engines."):
        if module.name != "engines.backends.torch_backend":
            importlib.import_module(module.name)
    try:
        backends.get("torch")
    except BackendUnavailable as error:
        message = str(error)
    print(json.dumps(dict(names=backends.names(), unavailable=backends.unavailable(), message=message,
                          losses=train(backends.get("numpy")), loaded=list(sys.modules))))
"""


@pytest.mark.parametrize(
    "error", ['ModuleNotFoundError("No module named torch")', 'OSError("libtorch_cpu.so: cannot open shared object")']
)
def test_without_torch_the_rest_works(error):
    seen = run(TRAIN, WITHOUT_TORCH.format(error=error))
    reason = error.split('"')[1]
    assert "numpy" in seen["names"]
    assert "torch" not in seen["names"]
    assert reason in seen["unavailable"]["torch"]
    assert "'torch'" in seen["message"]
    assert reason in seen["message"]
    assert seen["losses"][1] < seen["losses"][0] / 2
    assert "torch" not in seen["loaded"]
    assert not any(name.partition(".")[0] in ("streamlit", "ui", "pages") for name in seen["loaded"])


PLUG_IN = """
    from engines.backends.base import Backend
    from engines.backends.numpy_backend import NumpyBackend

    class Doubled(NumpyBackend):
        name, label, version = "doubled", "Doubled", "1.0"

    class Unfinished(Backend):
        name, label, version = "unfinished", "Unfinished", "0.1"

    NOT_A_CLASS = 1
"""

ENTRY_POINTS = """\
[gradient_engine.backends]
doubled = plugged_in:Doubled
missing_object = plugged_in:Nowhere
missing_module = not_there_at_all:Backend
not_a_class = plugged_in:NOT_A_CLASS
unfinished = plugged_in:Unfinished
numpy = plugged_in:Doubled
"""


USE_PLUG_IN = """
    import json
    from engines import backends
    from engines.errors import EngineError

    def refusal(name):
        try:
            backends.get(name)
        except EngineError as error:
            return type(error).__name__

    print(json.dumps(dict(names=backends.names(), unavailable=backends.unavailable(),
                          numpy=type(backends.get("numpy")).__name__, doubled=type(backends.get("doubled")).__name__,
                          losses=train(backends.get("doubled")), expected=train(backends.get("numpy")),
                          refusal=refusal("missing_module"))))
"""


@pytest.fixture(scope="module")
def plugged_in(tmp_path_factory):
    """What the registry says with a foreign distribution installed."""
    site = tmp_path_factory.mktemp("site")
    (site / "plugged_in.py").write_text(textwrap.dedent(PLUG_IN))
    information = site / "plugged_in-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged-in\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(ENTRY_POINTS)
    return run(TRAIN, USE_PLUG_IN, site=site)


def test_a_backend_of_another_package_is_found_and_trains(plugged_in):
    assert "doubled" in plugged_in["names"][2:]
    assert plugged_in["doubled"] == "Doubled"
    assert plugged_in["losses"] == plugged_in["expected"]


def test_another_package_cannot_replace_ours(plugged_in):
    assert plugged_in["names"].count("numpy") == 1
    assert plugged_in["numpy"] == "NumpyBackend"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing_object", "Nowhere"),
        ("missing_module", "not_there_at_all"),
        ("not_a_class", "not a subclass of Backend"),
        ("unfinished", "abstract"),
    ],
)
def test_a_broken_plug_in_is_listed_with_its_reason(plugged_in, name, reason):
    assert name not in plugged_in["names"]
    assert reason in plugged_in["unavailable"][name]


def test_a_broken_plug_in_is_refused(plugged_in):
    assert plugged_in["refusal"] == "BackendUnavailable"
