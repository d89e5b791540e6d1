"""The comparison of backends step by step: against a comparison made by hand, and on runs known to differ."""

import math

import numpy as np
import pytest

from engines import backends
from engines.comparison.agreement import QUANTITIES, Stop, compare, compare_in_both, largest, steps_per_decade
from engines.network import Network
from tests.engines.oracles import batch_order

OTHERS = [name for name in backends.names() if name != "numpy"]
SMALL = Network([64, 8, 10])
STEPS = 12


def last(records):
    *_, record = records
    return record


def apart(values, expected):
    """(max|Δ|, max|Δ| / max|value| of both), in float64."""
    one, other = (np.asarray(array, np.float64) for array in (values, expected))
    most = np.abs(one - other).max()
    return most, most / (max(np.abs(one).max(), np.abs(other).max()) or 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("other", OTHERS)
def test_it_is_what_two_plain_runs_compared_by_hand_give(make_trainer, digits, other, dtype):
    settings = {"optimizer": "adam", "learning_rate": 0.01, "network": SMALL, "dtype": dtype}
    found = last(compare({name: make_trainer(name, **settings) for name in ("numpy", other)}, STEPS))
    runs = [make_trainer(name, **settings) for name in ("numpy", other)]
    for step, (_epoch, indices) in zip(range(STEPS), batch_order(0, len(digits.y_train), 32, 1), strict=False):
        weights = [run.parameters() for run in runs]
        passes = [run.gradients(digits.x_train[indices], digits.y_train[indices]) for run in runs]
        expected = {
            "loss": [apart(passes[0][0], passes[1][0])],
            "gradients": [apart(passes[0][1][name], passes[1][1][name]) for name in weights[0]],
            "weights": [apart(weights[0][name], weights[1][name]) for name in weights[0]],
        }
        for quantity, tensors in expected.items():
            for index, measure in enumerate(("absolute", "relative")):
                assert found.of(other, quantity, measure)[step] == max(tensor[index] for tensor in tensors)
        for run in runs:
            run.step()


def test_a_backend_agrees_with_itself_exactly(backend, make_trainer):
    found = last(compare({"one": make_trainer(backend), "other": make_trainer(backend)}, STEPS))
    assert found.differences.shape == (1, 3, 2, STEPS)
    assert not found.differences.any()
    assert found.share == 1
    assert not found.stops


def test_a_known_fault_of_one_weight_is_seen_at_once_and_then_in_all_three(make_trainer):
    ours, theirs = (make_trainer(dtype="float64") for _ in range(2))
    weights = theirs.parameters()["W1"]
    weights[20, 3] += 2.0**-20
    theirs.set_parameters({"W1": weights})
    size, fault = np.abs(weights).max(), abs(weights[20, 3] - ours.parameters()["W1"][20, 3])
    found = last(compare({"ours": ours, "theirs": theirs}, STEPS))
    assert found.of("theirs", "weights", "absolute")[0] == fault
    assert found.of("theirs", "weights", "relative")[0] == pytest.approx(fault / size, rel=1e-12)
    assert (found.differences > 1e-11).all()  # far above the rounding of a step
    assert (found.differences < 1e-3).all()


def test_the_runs_are_the_trainers_own(backend, make_trainer):
    """Composed of the stages, a step leaves what `Trainer.step` leaves."""
    one, other, alone = (make_trainer(backend, "rmsprop", 1e-3) for _ in range(3))
    records = list(compare({"one": one, "other": other}, 5))
    alone.run(5)
    assert [round(5 * record.share) for record in records] == [1, 2, 3, 4, 5]
    assert one.steps == alone.steps == 5
    assert all((alone.parameters()[name] == values).all() for name, values in one.parameters().items())


def divergence(trainer, steps):
    """Where a plain run's weights, loss or gradients are first not finite, and which of them."""
    for step in range(steps):
        weights = trainer.parameters()
        record = trainer.run(1)
        for name, values in weights.items():
            if not np.isfinite(values).all():
                return Stop(step, "weights", name)
        if not math.isfinite(record.loss):
            return Stop(step, "loss", "loss")
        for name, value in record.gradient_norms.items():
            if not math.isfinite(value):
                return Stop(step, "gradients", name)
    return None


WILD = {"optimizer": "sgd", "learning_rate": 300.0, "loss": "mean_squared_error", "dtype": "float64"}


def test_a_run_that_is_no_longer_finite_stops_and_the_others_go_on(make_trainer):
    tame, wild, third = make_trainer(dtype="float64"), make_trainer(**WILD), make_trainer(dtype="float64")
    expected = divergence(make_trainer(**WILD), 300)
    found = last(compare({"tame": tame, "wild": wild, "third": third}, 300))
    assert expected is not None
    assert expected.quantity == "loss"
    assert found.stops == {"wild": expected}
    assert wild.steps == expected.step
    assert np.isfinite(found.of("wild", "weights", "absolute")[: expected.step]).all()
    assert np.isnan(found.of("wild", "weights", "absolute")[expected.step :]).all()
    assert not found.of("third", "weights", "absolute").any()
    assert tame.steps == third.steps == 300


def test_without_the_reference_or_without_any_other_it_is_over(make_trainer):
    for names in (("wild", "tame"), ("tame", "wild")):
        made = {"wild": make_trainer(**WILD), "tame": make_trainer(dtype="float64")}
        records = list(compare({name: made[name] for name in names}, 300))
        assert len(records) == records[-1].stops["wild"].step + 1 < 300
        assert records[-1].share == 1
        assert records[-1].differences.shape[-1] == len(records)


def test_both_precisions_go_side_by_side(make_trainer):
    made = []

    def make(backend, dtype):
        made.append((backend, dtype))
        trainer = make_trainer("numpy", dtype=dtype)
        if backend == "nudged":
            weights = trainer.parameters()["W2"]
            trainer.set_parameters({"W2": weights * (1 + 3 * np.finfo(dtype).eps).astype(dtype)})
        return trainer

    records = list(compare_in_both(make, ("numpy", "nudged"), 5))
    assert sorted(made) == [(name, dtype) for name in ("nudged", "numpy") for dtype in ("float32", "float64")]
    assert [record.share for record in records] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    single, double = records[-1].panels
    assert (single.dtype, double.dtype) == ("float32", "float64")
    assert (single.roundoff, double.roundoff) == (2.0**-24, 2.0**-53)
    for panel in (single, double):
        assert 1 < panel.of("nudged", "weights", "relative")[0] / panel.roundoff < 10


def test_a_run_that_ends_early_keeps_its_panel(make_trainer):
    def make(_backend, dtype):
        return make_trainer(**WILD | {"dtype": dtype})

    single, double = last(compare_in_both(make, ("one", "other"), 100)).panels
    assert single.stops["one"].step < double.stops["one"].step < 100
    assert single.differences.shape[-1] == single.stops["one"].step + 1


def test_growth_is_read_off_as_steps_for_a_factor_of_ten():
    rng, steps = np.random.default_rng(0), np.arange(400)
    growing = 1e-16 * 10.0 ** (steps / 30 + rng.normal(scale=0.2, size=400))
    assert steps_per_decade(growing) == pytest.approx(30, rel=0.05)
    with_zeros = np.where(steps % 3 == 0, 0.0, growing)
    assert steps_per_decade(with_zeros) == pytest.approx(30, rel=0.05)
    saturated = np.minimum(1e-7 * 10.0 ** (steps / 20), 1.5)
    assert steps_per_decade(saturated) == pytest.approx(20, rel=1e-3)


def test_what_only_adds_up_does_not_grow_exponentially():
    steps = np.arange(1, 3001)
    assert steps_per_decade(1e-16 * np.sqrt(steps)) is None
    assert steps_per_decade(np.full(300, 1e-7)) is None
    assert steps_per_decade(np.zeros(300)) is None
    assert steps_per_decade(np.full(300, np.nan)) is None


def test_ordinary_training_stays_at_rounding_and_an_excessive_rate_does_not(make_trainer):
    """From a nudge of one rounding: the ordinary run keeps it small, the wild one multiplies it, at one pace."""

    def growth(rate, dtype):
        ours, nudged = (make_trainer("numpy", "momentum", rate, dtype=dtype) for _ in range(2))
        weights = nudged.parameters()["W2"]
        nudged.set_parameters({"W2": np.nextafter(weights, np.inf, dtype=dtype)})
        return last(compare({"ours": ours, "nudged": nudged}, 200)).of("nudged", "weights", "relative")

    assert steps_per_decade(growth(0.05, "float64")) is None
    assert np.nanmax(growth(0.05, "float64")) < 1e-13
    paces = [steps_per_decade(growth(0.5, dtype)) for dtype in ("float32", "float64")]
    assert None not in paces
    assert paces[0] == pytest.approx(paces[1], rel=0.5)


def test_the_worst_tensor_counts_and_zeros_agree():
    one = {"a": np.array([1.0, -4.0]), "b": np.array([0.0]), "c": np.array([100.0])}
    other = {"a": np.array([1.0, -3.0]), "b": np.array([0.0]), "c": np.array([102.0])}
    assert largest(one, other).tolist() == [2.0, 0.25]
    assert largest({"b": np.zeros(3)}, {"b": np.zeros(3)}).tolist() == [0.0, 0.0]


def test_every_quantity_has_a_place(make_trainer):
    found = last(compare({"one": make_trainer(), "other": make_trainer(learning_rate=0.06)}, 3))
    for index, quantity in enumerate(QUANTITIES):
        np.testing.assert_array_equal(found.of("other", quantity, "absolute"), found.differences[0, index, 0])
        np.testing.assert_array_equal(found.of("other", quantity, "relative"), found.differences[0, index, 1])


def test_a_single_jump_is_no_exponential_growth():
    rng = np.random.default_rng(0)
    for at in (30, 150, 270):
        jump = np.where(np.arange(300) < at, 1e-16, 1e-12) * rng.uniform(0.5, 2, 300)
        assert steps_per_decade(jump) is None
    growth = 1e-16 * 10.0 ** (np.arange(300) / 30) * rng.uniform(0.2, 5, 300)
    assert steps_per_decade(growth) == pytest.approx(30, rel=0.05)
