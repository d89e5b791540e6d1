"""The registry of backends: ours, and what it says of those that cannot be imported."""

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

ABSENT = """
    import sys
    from importlib.machinery import PathFinder

    class WithoutTorch:
        def find_spec(self, name, path=None, target=None):
            return None if name.partition(".")[0] == "torch" else PathFinder.find_spec(name, path, target)

    sys.meta_path[sys.meta_path.index(PathFinder)] = WithoutTorch()
"""
BROKEN = 'raise OSError("libtorch_cpu.so: cannot open shared object file")'  # half installed, as it happens

REPORT = """
    import importlib, json, pkgutil, sys
    import engines
    from engines import backends
    from engines.errors import BackendUnavailable

    installed, missing, imported = backends.installed(), backends.missing(), "torch" in sys.modules
    for module in pkgutil.walk_packages(engines.__path__, "engines."):
        if module.name != "engines.backends.torch_backend":
            importlib.import_module(module.name)
    try:
        backends.get("torch")
    except BackendUnavailable as error:
        message = str(error)
    print(json.dumps(dict(names=backends.names(), unavailable=backends.unavailable(), message=message,
                          installed=installed, missing=missing, imported=imported,
                          losses=train(backends.get("numpy")), loaded=list(sys.modules))))
"""


@pytest.fixture(scope="module", params=["absent", "broken"])
def without_torch(request, tmp_path_factory):
    """What the registry says, and a training run, where torch is not there or cannot be imported."""
    if request.param == "absent":
        return run(ABSENT, TRAIN, REPORT) | {"reason": "No module named 'torch'", "on_the_path": False}
    site = tmp_path_factory.mktemp("broken")
    (site / "torch.py").write_text(BROKEN)
    return run(TRAIN, REPORT, site=site) | {"reason": "libtorch_cpu.so: cannot open", "on_the_path": True}


def test_without_torch_its_backend_is_listed_with_the_reason(without_torch):
    assert "torch" not in without_torch["names"]
    assert without_torch["reason"] in without_torch["unavailable"]["torch"]
    assert "'torch'" in without_torch["message"]
    assert without_torch["reason"] in without_torch["message"]


def test_without_torch_the_rest_works(without_torch):
    assert "numpy" in without_torch["names"]
    assert without_torch["losses"][1] < without_torch["losses"][0] / 2
    assert "torch" not in without_torch["loaded"]
    assert not any(name.partition(".")[0] in ("streamlit", "ui", "pages") for name in without_torch["loaded"])


def test_what_is_on_the_path_is_known_without_an_import(without_torch):
    assert without_torch["imported"] is False
    assert ("torch" in without_torch["installed"]) == without_torch["on_the_path"]
    assert ("torch" in without_torch["missing"]) != without_torch["on_the_path"]
    assert "numpy" in without_torch["installed"]


def test_what_a_backend_is_called_is_known_before_anything_is_imported():
    code = """
        import json, sys
        from engines import backends
        labels = backends.labels()
        print(json.dumps(dict(labels=labels, imported=sorted({"torch", "jax"} & set(sys.modules)))))
    """
    said = run(code)
    assert said["imported"] == []
    assert {name: said["labels"][name] for name in backends.names()} == {
        name: backends.get(name).label for name in backends.names()
    }


def test_all_that_works_here_is_installed():
    assert set(backends.names()) <= set(backends.installed())
    assert not backends.missing().keys() & set(backends.installed())
