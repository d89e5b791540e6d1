"""Weights that all begin equal, or at 0: every page draws them, on both backends, and says nothing that is not so."""

import html

import pytest

from tests.grids import some
from tests.pages.driving import finished, open_page, texts

INITIALIZATIONS = ("zeros", "constant")
SMALL = {"lang": "en", "hidden": "8"}
SCENES = [
    ("training_loop", {"trained": "30"}),
    ("training_loop", {"trained": "30", "picture": "weights"}),
    ("training_loop", {"trained": "30", "picture": "norms"}),
    ("training_loop", {"trained": "30", "picture": "confusion"}),
    ("training_loop", {"trained": "30", "picture": "distribution"}),
    ("training_loop", {"activation": "sigmoid", "loss": "mean_squared_error", "dtype": "float64"}),
    ("derivative", {}),
    ("gradient_tensors", {"tensor": "W1"}),
    ("gradient_tensors", {"scene": "audit", "tensor": "W2"}),
    ("gradient_tensors", {"scene": "audit", "tensor": "W1", "wrong": "flipped_sign"}),
    ("gradient_tensors", {"scene": "sweep"}),
    ("gradient_tensors", {"scene": "cost", "at": "30"}),
    ("gradient_descent", {"scene": "one", "curve": "sample"}),
    ("gradient_descent", {"scene": "one", "curve": "sample", "loss": "mean_squared_error"}),
    ("gradient_descent", {"scene": "network", "s_size": "9", "s_steps": "20"}),
    ("gradient_descent", {"scene": "network", "s_size": "9", "s_steps": "20", "s_plane": "random_start"}),
    ("gradient_descent", {"scene": "network", "s_size": "9", "s_steps": "20", "s_plane": "random_end"}),
    ("optimizers", {}),
    ("optimizers", {"scene": "anatomy", "anatomy": "adam", "tensor": "W1"}),
    ("optimizers", {"scene": "anatomy", "anatomy": "momentum", "tensor": "b2"}),
    ("optimizers", {"scene": "batches", "b_epochs": "1"}),
    ("optimizers", {"scene": "rates"}),
    ("chain_rule", {"scene": "network"}),
    ("chain_rule", {"scene": "network", "way": "backward", "hidden": "8-8-8"}),
    ("chain_rule", {"scene": "homework"}),
    ("backends", {}),
]


def written(app):
    return html.unescape(" ".join([*texts(app), *(caption.value for caption in app.caption)]))


@pytest.mark.parametrize(
    ("page", "view", "initialization", "backend"),
    some([(*scene, init, name) for init in INITIALIZATIONS for name in ("numpy", "torch") for scene in SCENES], 5),
)
def test_every_page_draws_equal_weights(page, view, initialization, backend, recwarn):
    app = finished(open_page(page, init=initialization, backend=backend, **SMALL | view))
    assert not app.exception
    assert not app.error or "wrong" in view
    assert not app.warning
    shown = written(app)
    assert "NaN" not in shown
    assert "nan" not in shown.split()
    assert not [warning for warning in recwarn if issubclass(warning.category, RuntimeWarning)]


@pytest.mark.parametrize("initialization", ["zeros", "constant", "he"])
def test_only_random_weights_are_not_told_to_be_the_same(initialization):
    shown = written(open_page("training_loop", init=initialization, dtype="float64", lang="en"))
    assert ("All these weights are 0." in shown) == (initialization == "zeros")
    assert ("All 32 units have exactly the same weights." in shown) == (initialization == "constant")


def test_a_loss_that_does_not_depend_on_the_weight_is_called_flat():
    told = "does not depend on this weight: the curve is flat"
    for settings in ({"init": "zeros"}, {"init": "constant"}):
        assert told in written(open_page("gradient_descent", scene="one", curve="sample", **SMALL, **settings))
    assert told not in written(open_page("gradient_descent", scene="one", curve="sample", **SMALL))


def test_a_plane_without_extent_is_called_a_point():
    query = SMALL | {"scene": "network", "s_size": "9", "s_steps": "20", "s_plane": "random_start"}
    told = "this plane is a single point"
    assert told in written(finished(open_page("gradient_descent", init="zeros", **query)))
    assert told not in written(finished(open_page("gradient_descent", init="constant", **query)))
