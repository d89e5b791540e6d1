"""Two runs that should be one: the differences of two backends, taken here from trainers side by side."""

from dataclasses import replace

import numpy as np
import pytest

from engines.errors import InvalidSetting

STEPS = 30


def weights_apart(one, other, steps):
    """The largest relative difference of a tensor after each step, the start first."""
    found = []
    for step in range(steps + 1):
        pairs = [(a, other.parameters()[name]) for name, a in one.parameters().items()]
        sizes = [max(np.abs(a).max(), np.abs(b).max()) for a, b in pairs]
        apart = [np.abs(a.astype(float) - b).max() for a, b in pairs]
        found.append(max(d / size if size else 0.0 for d, size in zip(apart, sizes, strict=True)))
        if step < steps:
            one.step(), other.step()
    return found


@pytest.fixture
def pair(recipe):
    """A recipe, and two trainers of it."""

    def make(other, **settings):
        run = recipe(**settings)
        changed = {"dtype": other} if other.startswith("float") else {"first": replace(run.first, backend=other)}
        return run, run.trainer(), replace(run, **changed).trainer()

    return make


@pytest.mark.parametrize(
    ("other", "settings"), [("torch", {"dtype": "float32"}), ("torch", {}), ("float32", {}), ("torch", {"rate": 2.5})]
)
def test_how_far_they_are_apart(answer, pair, other, settings):
    run, one, two = pair(other, **settings)
    apart = weights_apart(one, two, STEPS)
    found = answer("difference_after", run, steps=STEPS, other=other)
    assert found.value == pytest.approx(apart[-1], rel=1e-9)
    assert found.numbers["decades"] == pytest.approx(np.log10(apart[-1]))
    first = answer("first_difference", run, steps=STEPS, other=other)
    assert first.value == found.numbers["first"]
    assert first.value <= next(step for step, d in enumerate(apart) if d)
    assert all(d == 0 for d in apart[: int(first.value) + 1]) or other == "float32"
    assert ("weights" in first.numbers["quantity"]) == (other == "float32")  # else loss or gradients come first


def test_beyond_the_edge_of_stability_rounding_grows(answer, recipe, pair):
    """The decades that the difference grows by, counted between two steps."""
    calm = answer("difference_course", recipe(0.05, optimizer="momentum"), steps=300)
    assert (calm.value, np.isnan(calm.numbers["tenfold"])) == ("stays", True)
    assert calm.numbers["difference"] < 1e-12
    run, one, two = pair("torch", rate=0.5, optimizer="momentum")
    apart = weights_apart(one, two, 300)
    wild = answer("difference_course", run, steps=300)
    assert wild.value == "grows"
    assert wild.numbers["difference"] == pytest.approx(apart[-1], rel=1e-6)
    grown = np.log10(max(apart) / apart[20])
    reached = apart.index(max(apart))
    assert wild.numbers["tenfold"] == pytest.approx((reached - 20) / grown, rel=0.5)


def test_what_cannot_be_compared(answer, recipe):
    for other in ("numpy", "float64", "keras"):
        with pytest.raises(InvalidSetting):
            answer("difference_after", recipe(), steps=5, other=other)
    with pytest.raises(InvalidSetting, match="breaks down"):
        answer("difference_after", recipe(1e6, loss="mean_squared_error"), steps=60)
    with pytest.raises(InvalidSetting):
        answer("difference_after", recipe(), steps=0)
