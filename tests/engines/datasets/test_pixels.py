"""Pixels: to the bit the float32 array they stand for, in whatever learns from them; kept as bytes."""

from __future__ import annotations

import io
from dataclasses import replace

import joblib
import numpy as np
import pytest

from engines import backends, datasets, exports, optimizers
from engines.comparison import hand_written, step_times
from engines.datasets.base import scaled
from engines.datasets.few import with_few
from engines.datasets.pixels import Pixels
from engines.datasets.subset import subset
from engines.descent.loss_slice import evaluation
from engines.errors import InvalidData
from engines.network import Network
from engines.pieces import finished
from engines.races.rate_sweep import Conditions, sweep
from engines.training import Trainer

BYTES = np.random.default_rng(0).integers(0, 17, (50, 12), np.uint8)


@pytest.fixture(scope="module")
def twins():
    """Digits of float32, and the same as bytes."""
    plain = datasets.load("digits")
    x = {name: Pixels(np.rint(getattr(plain, name) * 16).astype(np.uint8), 16) for name in ("x_train", "x_test")}
    return plain, replace(plain, **x)


def same(one, other):
    assert one.dtype == other.dtype
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "rows", [0, -1, slice(3, 9), slice(None), slice(None, None, -2), [4, 4, 1], np.array([7, 2]), BYTES[:, 0] > 8]
)
def test_what_is_taken_is_what_the_array_has(rows):
    same(Pixels(BYTES, 16)[rows], scaled(BYTES, 16)[rows])


def test_it_looks_like_the_array():
    pixels, plain = Pixels(BYTES, 16), scaled(BYTES, 16)
    for name in ("shape", "ndim", "dtype"):
        assert getattr(pixels, name) == getattr(plain, name)
    assert (len(pixels), pixels.min(), pixels.max()) == (len(plain), plain.min(), plain.max())
    assert pixels.nbytes == BYTES.nbytes
    same(pixels.take([3, 1], axis=0), plain.take([3, 1], axis=0))
    same(pixels.astype("float64"), plain.astype("float64"))
    same(np.asarray(pixels), plain)
    out = np.empty((2, 12), np.float32)
    assert pixels.take(np.array([3, 1]), 0, out, "clip") is out
    same(out, plain[[3, 1]])


def test_it_keeps_the_bytes_themselves_and_nobody_writes_to_them():
    values = BYTES.copy()
    pixels = Pixels(values, 16)
    assert np.shares_memory(pixels.values, values)
    with pytest.raises(ValueError, match="read-only"):
        pixels.values[0] = 1


@pytest.mark.parametrize(
    ("values", "brightest", "message"),
    [
        (BYTES.astype(float), 16, "uint8"),
        (BYTES[0], 16, "shape"),
        (BYTES.tolist(), 16, "list"),
        (BYTES, 0, "1 to 255"),
        (BYTES, 16.0, "1 to 255"),
        (BYTES, 15, "value 16, which is more than the brightest, 15"),
    ],
)
def test_what_cannot_be_pixels_is_refused(values, brightest, message):
    with pytest.raises(InvalidData, match=message):
        Pixels(values, brightest)


def test_parts_of_a_data_set_stay_bytes_and_are_the_same_parts(twins):
    for part in (lambda data: with_few(data, 100), lambda data: subset(data, 70, 30)):
        plain, pixels = map(part, twins)
        assert type(pixels.x_train) is Pixels
        same(pixels.x_train[:], plain.x_train)
        same(pixels.x_test[:], plain.x_test)


def test_the_identity_tells_contents_apart_and_is_the_same_in_pieces(twins):
    _, data = twins
    fresh = replace(data)
    assert finished(fresh.identify_in_pieces()) == data.identity == fresh.identity
    changed = data.x_test.values.copy()
    changed[0, 0] += 1
    others = [
        replace(data, x_test=Pixels(changed, 16)),
        replace(data, x_test=Pixels(data.x_test.values, 17)),
        replace(data, y_test=np.roll(data.y_test, 1)),
        replace(data, class_names=tuple("abcdefghij")),
    ]
    assert len({data.identity, *(other.identity for other in others)}) == 5
    assert data.has_content_of(replace(data, name="b", title="mine.csv"))
    assert not any(data.has_content_of(other) for other in (*others, twins[0]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_is_the_same_to_the_bit(twins, backend, dtype):
    ends = []
    for data in twins:
        optimizer = optimizers.get("adam")(learning_rate=1e-3)
        trainer = Trainer(backend, Network([64, 16, 10]), optimizer, data, dtype=dtype)
        records = [trainer.step() for _ in range(20)]
        loss, gradients = trainer.gradients(data.x_test, data.y_test)
        graph = trainer.record_pass(data.x_test[:5], data.y_test[:5])
        values = [node.value for node in graph.nodes]
        numbers = [record.loss for record in records] + [loss, *trainer.evaluate()]
        found = [numbers, *trainer.parameters().values(), *gradients.values(), *values]
        ends.append([np.asarray(each) for each in found])
    for one, other in zip(*ends, strict=True):
        same(one, other)


def test_a_loss_slice_measures_the_same(twins, backend):
    losses = []
    for data in twins:
        trainer = Trainer(backend, Network([64, 8, 10]), optimizers.get("sgd")(learning_rate=0.1), data)
        weights = np.concatenate([values.ravel() for values in trainer.parameters().values()])
        loss, _count = evaluation(trainer)
        losses.append(finished(loss(weights)))
    assert losses[0] == losses[1]


@pytest.mark.parametrize("place", ["sequential", "loky"])
def test_a_sweep_comes_out_the_same_here_and_on_worker_processes(twins, place):
    outcomes = []
    for data in twins:
        conditions = Conditions("numpy", Network([64, 8, 10]), data, steps=15)
        with joblib.parallel_config(backend=place, n_jobs=2):
            *_, last = sweep(conditions, [optimizers.get("sgd")(learning_rate=1.0)], [0.01, 0.1], [0])
        outcomes.append(dict(last.outcomes))
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0]) == 2


def test_a_sweep_weighs_the_bytes(twins):
    plain, pixels = (Conditions("numpy", Network([64, 8, 10]), data, steps=1).__sizeof__() for data in twins)
    assert plain - pixels == 3 * 64 * 1797


def test_the_loop_written_by_hand_takes_the_same_batches(twins):
    found = []
    for data in twins:
        weights = (np.full((64, 10), 0.01, np.float32),)
        task = hand_written.Task(data.x_train, data.y_train, weights, (np.zeros(10, np.float32),), 32, 0.1, 0)
        losses = hand_written.losses(task)
        found.append([next(losses) for _ in range(60)])  # over the end of an epoch, whose last batch is short
    assert found[0] == found[1]
    assert finished(step_times.contestants_in_pieces(twins[1], [backends.get("numpy")], 32, 8, 0))


def test_exported_data_are_the_bytes(twins):
    files = [np.load(io.BytesIO(exports.data_npz(data))) for data in twins]
    assert files[0].files == files[1].files
    for name in files[0].files:
        same(files[0][name], files[1][name])
    odd = replace(twins[1], **{name: Pixels(getattr(twins[1], name).values, 99) for name in ("x_train", "x_test")})
    file = np.load(io.BytesIO(exports.data_npz(odd)))
    same(file["x_train"] / file["brightest"], odd.x_train[:])
