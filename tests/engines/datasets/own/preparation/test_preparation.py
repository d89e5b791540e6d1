"""From material to data set: scaled, turned, inverted, fitted, split, named; the look shows exactly that."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engines import backends, optimizers
from engines.datasets.own import Bounds, Kind, Material, Naming, Split, prepared_price, understood
from engines.datasets.own.fitting import resized
from engines.datasets.own.preparation.labels import namings
from engines.errors import InvalidData
from engines.network import Network
from engines.training import Trainer
from tests.engines.datasets.own import files
from tests.engines.datasets.own.files import LABELS, expected, images, kinds, prepared, remedy, sentences

X, Y = images(), LABELS


def material(x=X, y=Y, **more):
    names = tuple(str(label) for label in np.unique(y))
    given = {"files": ("a",), "value_range": (float(x.min()), float(x.max())), "label_names": names}
    return Material(Kind.NPZ, values=x, labels=np.unique(y, return_inverse=True)[1], **(given | more))


def test_values_are_scaled_as_chosen_and_the_rest_is_cut_off():
    look, data = prepared(material(), replace(understood(material()), black=50.0, white=100.0))
    wanted = np.rint(np.clip((X - 50.0) / 50, 0, 1) * 255).astype(np.uint8)
    assert files.by_content(data) == expected(wanted, Y)
    assert (look.given_range, look.value_range) == ((0, 255), (0, 1))
    told = remedy(look, "cut_off")
    assert "from 0 to 255" in str(told.told)
    assert (told.remedy.black, told.remedy.white) == (0, 255)
    assert "cut_off" not in kinds(prepared(material(), told.remedy)[0])


@pytest.mark.parametrize(("highest", "white", "brightest"), [(1, 1, 1), (15, 16, 16), (16, 16, 16), (17, 255, 255)])
def test_what_becomes_1_is_understood_by_the_highest_value(highest, white, brightest):
    x = X % (highest + 1)
    x[:, 4, 4] = highest
    choice = understood(material(x))
    _, data = prepared(material(x), choice)
    assert (choice.white, data.x_train.brightest) == (white, brightest)
    assert files.by_content(data) == expected(x, Y) if highest > 1 else True  # of 0 and 1 many are alike
    assert "dark" in kinds(prepared(material(x), replace(choice, white=255.0))[0]) or highest > 127


def test_turned_inverted_and_fitted():
    choice = understood(material())
    assert files.by_content(prepared(material(), replace(choice, turned=True))[1]) == expected(X.swapaxes(1, 2), Y)
    assert files.by_content(prepared(material(), replace(choice, inverted=True))[1]) == expected(255 - X, Y)
    both = replace(choice, turned=True, inverted=True, side=16)
    look, data = prepared(material(), both)
    assert data.image_shape == (16, 16)
    assert files.by_content(data) == expected(resized(255 - X.swapaxes(1, 2), 16), Y)
    for word in ("Turned", "Inverted", "fitted into 16×16"):
        assert word in sentences(look)


def test_images_that_are_no_squares_stay_so_or_are_fitted():
    x = images(60, 12)[:, :8]
    _, data = prepared(material(x))
    assert data.image_shape == (8, 12)
    _, turned = prepared(material(x), replace(understood(material(x)), turned=True))
    assert turned.image_shape == (12, 8)
    _, square = prepared(material(x), replace(understood(material(x)), side=12))
    padded = np.zeros((60, 12, 12), np.uint8)
    padded[:, 2:10] = x
    assert files.by_content(square) == expected(padded, Y)


@pytest.mark.parametrize("side", [8, 12, 20, 28])
def test_smaller_by_the_mean_of_areas_and_larger_as_pillow_does_it(side):
    x = np.random.default_rng(0).integers(0, 256, (5, 28, 28), np.uint8)
    finer = x.repeat(side, axis=1).repeat(side, axis=2)  # (5, 28·side, 28·side): each new pixel is 28×28 of those
    means = finer.reshape(5, side, 28, side, 28).mean(axis=(2, 4))
    assert np.abs(resized(x, side) - means).max() <= 0.501
    larger = [Image.fromarray(each).resize((50, 50), Image.Resampling.BILINEAR) for each in x]
    assert np.abs(resized(x, 50).astype(int) - np.array(larger)).max() <= 2


def test_the_split_is_stratified_and_always_the_same():
    counts = [50, 25, 10, 5, 3, 2, 1]
    y = np.repeat(np.arange(7), counts)
    look, data = prepared(material(images(len(y)), y))
    assert look.test_counts.tolist() == [10, 5, 2, 1, 1, 1, 0]
    assert (look.train_counts + look.test_counts).tolist() == counts
    again = prepared(material(images(len(y)), y))[1]
    assert again.identity == data.identity
    assert data.has_content_of(again)
    assert set(np.diff(data.y_train)) != {0, 1}  # not class by class
    assert {"few", "sorted"} <= kinds(look)
    assert "4, 5, 6" in str(remedy(look, "few").told)


def test_a_given_split_is_kept_or_given_up():
    both = material(train=40)
    choice = understood(both)
    assert choice.split is Split.GIVEN
    look, data = prepared(both, choice)
    assert {row.tobytes() for row in data.x_train.values} == {image.tobytes() for image in X[:40]}
    assert "is kept" in sentences(look)
    assert len(prepared(both, replace(choice, split=Split.STRATIFIED))[1].x_test) == 10


def test_classes_that_only_the_test_set_has_are_suspected():
    y = np.where(np.arange(60) < 50, np.arange(60) % 2, 2)
    look, _ = prepared(material(y=y, train=50))
    suspicion = remedy(look, "untrained")
    assert str(suspicion.told).endswith(": 2.")
    assert "untrained" not in kinds(prepared(material(y=y, train=50), suspicion.remedy)[0])


def test_duplicates_across_training_and_test_are_said_and_left_out():
    x = np.concatenate([X, X[:7]])
    y = np.concatenate([Y, Y[:7]])
    given = material(x, y, train=60)
    look, data = prepared(given)
    suspicion = remedy(look, "duplicates")
    assert "in the training set too: 7 of 7." in str(suspicion.told)
    assert suspicion.remedy is None  # none would be left
    with pytest.raises(InvalidData, match="leaving them out leaves none"):
        prepared(given, replace(understood(given), drop_duplicates=True))
    given = material(np.concatenate([X, X[:3], images(4)]), y, train=60)
    look, data = prepared(given, remedy(prepared(given)[0], "duplicates").remedy)
    assert len(data.x_test) == 4
    assert "their number: 3" in sentences(look)
    assert {row.tobytes() for row in data.x_test.values} == {image.tobytes() for image in images(4)}


def test_dark_on_light_is_suspected_and_shown_both_ways():
    look, _ = prepared(material(255 - X))
    suspicion = remedy(look, "inverted")
    right, data = prepared(material(255 - X), suspicion.remedy)
    assert files.by_content(data) == expected(X, Y)
    np.testing.assert_allclose(suspicion.images, right.images, atol=1e-6)
    assert "inverted" not in kinds(right) | kinds(prepared(material())[0])


def test_the_look_shows_what_the_data_are():
    look, data = prepared(material(), hint="cats and dogs " * 10)
    assert look.images.shape == (20, 8, 8)
    assert np.bincount(look.labels).tolist() == [2] * 10
    shown = {(image.tobytes(), label) for image, label in zip(look.images, look.labels.tolist(), strict=True)}
    assert len(shown) == 20
    assert shown <= {(x.tobytes(), y) for x, y in zip(data.x_train[:], data.y_train.tolist(), strict=True)}
    assert look.train_counts.tolist() == np.bincount(data.y_train).tolist()
    assert len(data.title) == 60


@pytest.mark.parametrize(
    ("y", "naming", "names"),
    [
        (np.arange(60) % 26 + 1, Naming.LETTERS, "abcdefghijklmnopqrstuvwxyz"),
        (np.arange(60) % 26, Naming.LETTERS, "abcdefghijklmnopqrstuvwxyz"),
        (np.arange(60) % 3 + 2, Naming.LETTERS, "bcd"),
        (Y, Naming.DIGITS, "0123456789"),
        (np.arange(60) % 47, Naming.CHARACTERS, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"),
        (np.arange(124) % 62, Naming.CHARACTERS, "".join(map(chr, [*range(48, 58), *range(65, 91), *range(97, 123)]))),
        (Y % 2 * 30, Naming.LETTERS, ("0", "30")),  # they are no letters: as they stand
    ],
)
def test_classes_are_called_as_chosen(y, naming, names):
    given = material(images(len(y)), y)
    _, data = prepared(given, replace(understood(given), naming=naming))
    assert data.class_names == tuple(names)
    assert (naming in namings([int(label) for label in np.unique(y)])) == (
        data.class_names[0] != "0" or naming is not Naming.LETTERS
    )


def test_fashions_names_are_understood_by_the_file():
    _, data = prepared(material(files=("fashion-mnist_train.csv",)))
    assert data.class_names[:2] == ("T-shirt/top", "Trouser")


def test_strange_names_are_tidied_and_told_apart():
    _, data = prepared(material(y=Y % 4, label_names=("", "a\nb", "a b", "x" * 99)))
    assert data.class_names == ("?", "a b (1)", "a b (2)", "x" * 39 + "…")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"white": 0.0}, "must be larger"),
        ({"black": 300.0}, "must be larger"),
        ({"side": 65}, "choose a side of 8 to 64"),
    ],
)
def test_choices_that_make_no_data_set(change, message):
    with pytest.raises(InvalidData, match=message):
        prepared(material(), replace(understood(material()), **change))


def test_one_class_or_too_many_make_no_data_set():
    with pytest.raises(InvalidData, match=r"All labels are '3': a network needs two classes"):
        prepared(material(y=np.full(60, 3)))
    with pytest.raises(InvalidData, match="60 different labels; at most 50"):
        prepared(material(y=np.arange(60)), bounds=Bounds(classes=50))


def test_images_that_are_too_large_are_made_smaller_from_the_start():
    large = material(np.random.default_rng(0).integers(0, 256, (60, 100, 90), np.uint8))
    assert understood(large).side == 28
    assert prepared(large)[1].image_shape == (28, 28)
    with pytest.raises(InvalidData, match="100×90 pixels: choose a side"):
        prepared(large, replace(understood(large), side=None))


def test_what_it_takes_is_known_and_refused_before_it_is_made():
    choice = replace(understood(material()), side=64)
    _, data = prepared(material(), choice)
    held = data.x_train.nbytes + data.x_test.nbytes + data.y_train.nbytes + data.y_test.nbytes
    assert held <= prepared_price(material(), choice) <= held + 60 * 100
    with pytest.raises(InvalidData, match="choose a smaller side"):
        prepared(material(), choice, bounds=Bounds(memory=200_000))


def test_a_network_learns_from_it(backend):
    _, data = prepared(material())
    trainer = Trainer(backend, Network([64, 16, 10]), optimizers.get("adam")(learning_rate=0.01), data, batch_size=10)
    first = trainer.step().loss
    assert trainer.run(200).loss < first / 2
    assert backends.names()
