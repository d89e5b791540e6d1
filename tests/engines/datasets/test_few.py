"""Data sets with few training images: part of each class, the same ones every time, and nothing else is another."""

import dataclasses

import numpy as np
import pytest

from engines import datasets
from engines.datasets.few import FEW, few_name, fewer, parted, with_few
from engines.errors import UnknownDataset


@pytest.mark.parametrize("count", FEW)
@pytest.mark.parametrize("name", ["digits", "fashion_mnist"])
def test_few_training_images_by_name(name, count):
    whole, few = datasets.load(name), datasets.load(f"{name}.{count}")
    assert few.name == f"{name}.{count}"
    assert few.x_train.shape == (count, whole.features)
    known = {row.tobytes(): label for row, label in zip(whole.x_train, whole.y_train, strict=True)}
    assert [known[row.tobytes()] for row in few.x_train] == few.y_train.tolist()
    ideal = np.bincount(whole.y_train) * count / len(whole.y_train)
    assert np.abs(np.bincount(few.y_train, minlength=10) - ideal).max() < 1
    assert few.x_test.tobytes() == whole.x_test.tobytes()
    assert (few.source, few.class_names, few.image_shape) == (whole.source, whole.class_names, whole.image_shape)


def test_they_are_the_same_every_time_and_a_data_set_of_their_own():
    identities = {name: datasets.load(name).identity for name in datasets.names_with_few() if "mnist" not in name[:5]}
    assert len({*identities.values()}) == len(identities) == 2 * (1 + len(FEW))
    assert identities == {name: datasets.load(name).identity for name in identities}


def test_test_images_are_shared_and_training_images_copied_once(digits):
    few = with_few(digits, 100)
    assert np.shares_memory(few.x_test, digits.x_test)
    assert np.shares_memory(few.y_test, digits.y_test)
    assert not np.shares_memory(few.x_train, digits.x_train)
    assert few.x_train.base.nbytes == few.x_train.nbytes


def lopsided(*counts):
    """A data set with so many training images of each class, all different."""
    y = np.repeat(np.arange(len(counts)), counts)
    x = np.linspace(0, 1, len(y), dtype=np.float32)[:, None]
    return datasets.Dataset("lopsided", x, y, x[:3], y[:3], (1, 1), tuple(map(str, range(len(counts)))), "full")


@pytest.mark.parametrize("count", [50, 100])
def test_a_rare_class_is_there_at_least_once(count):
    few = with_few(lopsided(1, 970, 2, 5, 1, 21), count)
    found = np.bincount(few.y_train)
    assert found.sum() == len({*few.x_train.ravel().tolist()}) == count
    assert (found > 0).all()
    assert found.argmax() == 1
    assert (found <= [1, 970, 2, 5, 1, 21]).all()


def test_there_are_fewer_than_all_and_one_of_each_class():
    assert fewer(lopsided(100, 101)) == (50, 100, 200)
    assert fewer(lopsided(25, 25)) == ()
    assert fewer(lopsided(*[3] * 60)) == (100,)
    assert fewer(lopsided(60, 0, 60)) == (50, 100)


def test_names_are_put_together_and_taken_apart():
    for name in ("digits", "a.b"):
        for count in (None, *FEW):
            assert parted(few_name(name, count)) == (name, count)
    for name in ("", ".50", "digits.7", "digits.050", "digits.", "50"):
        assert parted(name) == (name, None)
    assert len(datasets.names_with_few()) == len(datasets.names()) * (1 + len(FEW))


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("digits.7", "digits, digits.50, digits.100, digits.200, digits.500, digits.1000"),
        ("digits.", "digits, digits.50, digits.100, digits.200, digits.500, digits.1000"),
        ("imagenet.50", "digits, fashion_mnist, mnist"),
        (".50", "digits, fashion_mnist, mnist"),
    ],
)
def test_other_numbers_are_refused_with_the_choices(name, choices):
    with pytest.raises(UnknownDataset, match=f"choose one of {choices}[.]$"):
        datasets.load(name)


def test_of_a_small_data_set_only_smaller_numbers_are_taken(monkeypatch, digits):
    small = dataclasses.replace(digits, x_train=digits.x_train[:150], y_train=digits.y_train[:150])
    monkeypatch.setattr("engines.datasets.digits.load", lambda **_: small)
    assert len(datasets.load("digits.100").y_train) == 100
    with pytest.raises(UnknownDataset, match=r"choose one of digits, digits\.50, digits\.100[.]$"):
        datasets.load("digits.200")
