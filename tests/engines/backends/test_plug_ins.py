"""Backends of other packages: found by their entry point, and refused with a reason if they are broken."""

import textwrap

import pytest

from tests.engines.backends.test_registry import TRAIN, run

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
                          labels=backends.labels(), refusal=refusal("missing_module"))))
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


def test_the_label_is_what_the_source_says_and_else_the_name(plugged_in):
    said = plugged_in["labels"]
    assert (said["doubled"], said["unfinished"], said["numpy"]) == ("Doubled", "Unfinished", "NumPy")
    assert all(said[name] == name for name in ("missing_object", "missing_module", "not_a_class"))
