"""NumPy's .npz: as Keras and MedMNIST ship them, without names, of floats, in colour; and never a pickle."""

import io
import pickle

import numpy as np
import pytest

from engines import datasets, exports
from engines.datasets.own import MORE, Bounds, Kind, Split, price, understood
from engines.errors import InvalidDataFile
from tests.engines.datasets.own import files
from tests.engines.datasets.own.files import LABELS, expected, images, npz, prepared, read, upload

X, Y = images(), LABELS
X_TEST, Y_TEST = images(20), LABELS[:20]


def npz_of(**arrays):
    return upload("data.npz", npz(**arrays))


def test_as_keras_ships_it():
    material = read(npz_of(x_test=X_TEST, x_train=X, y_train=Y.astype(np.uint8), y_test=Y_TEST.astype(np.uint8)))
    assert (material.kind, material.train, material.divisor) == (Kind.NPZ, 60, 1)
    np.testing.assert_array_equal(material.values, np.concatenate([X, X_TEST]))
    _, data = prepared(material)
    assert files.by_content(data) == expected(X, Y) | expected(X_TEST, Y_TEST)
    assert len(data.x_test) == 20


@pytest.mark.parametrize(
    "names",
    [
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("arr_0", "arr_1", "arr_2", "arr_3"),
        ("images", "labels", "images_test", "labels_test"),
    ],
)
def test_under_other_names(names):
    material = read(npz_of(**dict(zip(names, (X, Y, X_TEST, Y_TEST), strict=True))))
    assert material.train == 60
    np.testing.assert_array_equal(material.values, np.concatenate([X, X_TEST]))
    np.testing.assert_array_equal(material.labels, np.concatenate([Y, Y_TEST]))


def test_medmnist_has_a_validation_set_too_which_is_left_alone():
    parts = {"train_images": X, "train_labels": Y[:, None], "val_images": X[:9], "val_labels": Y[:9, None]}
    material = read(npz_of(**parts, test_images=X_TEST, test_labels=Y_TEST[:, None]))
    assert material.images == 80
    assert "val_images, val_labels" in " ".join(map(str, material.notes))


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (X.reshape(60, 64), Y),
        (X[..., None], Y),
        (X[:, None], Y.astype(float)),
        (np.repeat(X[..., None], 3, axis=3), np.eye(10)[Y]),
        (np.asfortranarray(X), Y.reshape(-1, 1)),
        (X.astype(np.int64), Y.astype(str)),
        (X.astype(">i4"), Y.astype("S1")),
        (X.astype(np.float64), Y),
    ],
    ids=["flat", "channel last", "channel first", "colour and one-hot", "fortran", "int64", "big-endian", "float64"],
)
def test_the_same_images_in_other_shapes_and_types(x, y):
    material = read(npz_of(x=x, labels=y))
    assert material.values.dtype == np.uint8
    np.testing.assert_array_equal(material.values, X)
    assert [material.label_names[label] for label in material.labels] == [str(label) for label in Y]


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_pixels_divided_by_255_are_the_same_data_set(dtype):
    material = read(npz_of(x=(X / 255).astype(dtype), y=Y))
    assert (material.values.dtype, material.divisor, understood(material).white) == (np.uint8, 255, 1)
    assert prepared(material)[1].identity == prepared(read(npz_of(x=X, y=Y)))[1].identity


def test_any_other_numbers_are_scaled_by_their_range():
    x = X / 255 * 3 - 1  # from −1 to 2
    material = read(npz_of(x=x, y=Y))
    assert (material.values.dtype, understood(material).black, understood(material).white) == (np.float32, -1, 2)
    look, data = prepared(material)
    assert (look.given_range, look.value_range) == ((-1, 2), (0, 1))
    assert files.by_content(data) == expected(X, Y)


def test_true_and_false_are_pixels_too():
    material = read(npz_of(x=X > 100, y=Y))
    look, data = prepared(material)
    assert set(np.unique(data.x_train.values)) == {0, data.x_train.brightest}
    assert look.value_range == (0, 1)


def test_labels_may_be_words_or_have_names():
    words = np.array(["cat", "dog", "ant"])[Y % 3]
    for arrays in ({"y": words}, {"y": (np.arange(60) % 10) % 3, "class_names": np.array(["cat", "dog", "ant"])}):
        _, data = prepared(read(npz_of(x=X, **arrays)))
        assert files.by_content(data) == expected(X, words)


def test_what_this_app_exports_is_read_back():
    digits = datasets.load("digits")
    material = read(upload("digits.npz", exports.data_npz(digits)))
    assert material.white == 16
    _, data = prepared(material)
    assert data.x_train.brightest == 16
    found, given = ({row.tobytes() for row in x[:]} for x in (data.x_test, digits.x_test))
    assert found == given
    assert understood(material).split is Split.GIVEN


class Alarm:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was opened",))


def test_a_pickle_is_refused_and_never_opened():
    objects = np.empty(60, object)
    objects[:] = [Alarm()] * 60
    file = io.BytesIO()
    np.savez(file, x=X, y=objects)
    with pytest.raises(InvalidDataFile, match=r"data.npz: y.npy holds Python objects, that is a pickle"):
        price([upload("data.npz", file.getvalue())])
    with pytest.raises(InvalidDataFile, match="perhaps a pickle, which is never opened"):
        read(upload("data.npz", pickle.dumps([1, 2, Alarm], protocol=4)))


def npy(values) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


WRONG = {
    "no labels": ({"x": X}, r"holds x \(60, 8, 8\); expected were images"),
    "no images": ({"y": Y}, "expected were images"),
    "labels of another number": ({"x": X, "y": Y[:-1]}, "expected were images"),
    "fractions": ({"x": X, "y": Y + 0.5}, "y holds labels that are no whole numbers"),
    "not a number": ({"x": np.where(X == 255, np.nan, X), "y": Y}, "x contains NaN"),
    "infinite": ({"x": np.where(X == 255, np.inf, X), "y": Y}, "x contains NaN, infinite"),
    "enormous": ({"x": X * 1e300, "y": Y}, "enormous values"),
    "complex": ({"x": X.astype(complex), "y": Y}, "values of type <c16"),
    "records": ({"x": np.zeros(60, "i4,f8"), "y": Y}, "values of type"),
    "other sizes": ({"x_train": X, "y_train": Y, "x_test": X_TEST[:, 1:], "y_test": Y_TEST}, "different sizes"),
    "too large": ({"x": np.zeros((2, 1, 1025), np.uint8), "y": np.arange(2)}, "at most 1024×1024"),
    "empty": ({"x": X[:0], "y": Y[:0]}, "expected were images"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case):
    arrays, message = WRONG[case]
    with pytest.raises(InvalidDataFile, match=message):
        read(npz_of(**arrays))


def test_damaged_members():
    whole = npy(X)
    for content, message in [
        (whole[:-1], "x.npy ends before its last value"),
        (whole + b"1", "x.npy continues after its values"),
        (b"\x93NUMPY\x01\x00\x10\x00{'descr': 1}    ", "x.npy is no array of NumPy's"),
        (whole.replace(b"(60, 8, 8)", b"(60, -8,8)"), "x.npy is no array of NumPy's"),
        (b"hello", "x.npy is no array of NumPy's"),
    ]:
        with pytest.raises(InvalidDataFile, match=message):
            read(upload("a.npz", files.archive({"x.npy": content, "y.npy": npy(Y)})))
    header = whole.replace(b"(60, 8, 8), ", b"(60,9999999999),")
    with pytest.raises(InvalidDataFile):
        price([upload("a.npz", files.archive({"x.npy": header, "y.npy": npy(Y)}))])


def test_bounds():
    with pytest.raises(InvalidDataFile, match="60 images; at most 59"):
        price([npz_of(x=X, y=Y)], Bounds(images=59))
    bomb = upload("bomb.npz", npz(x=np.zeros((30_000, 28, 28), np.uint8), y=np.arange(30_000) % 10))
    with pytest.raises(InvalidDataFile, match=r"unpacks to .* times its size"):
        price([bomb])
    floats = npz_of(x=np.random.default_rng(0).normal(size=(600, 8, 8)), y=np.arange(600) % 10)
    with pytest.raises(InvalidDataFile, match="more than fits"):
        read(floats, bounds=Bounds(memory=MORE + 150_000))
    with pytest.raises(InvalidDataFile, match="more than fits"):
        price([floats], Bounds(memory=MORE + 50_000))


def test_shares_for_training_and_bytes_for_testing_are_not_mixed_up():
    """255 times 255 wraps round to 1 in bytes: such images passed for others."""
    material = read(npz_of(x_train=X / 255, y_train=Y, x_test=X_TEST, y_test=Y_TEST))
    np.testing.assert_array_equal(material.values[60:], X_TEST)
    np.testing.assert_allclose(material.values[:60], X / 255, atol=1e-6)
    assert material.value_range == (0, 255)


def test_values_that_float32_rounds_are_not_said_to_be_cut_off():
    look, _ = prepared(read(npz_of(x=(X.astype(float) - 99.7) / 70.3, y=Y)))
    assert not files.kinds(look)
    assert look.value_range == (0, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_words_as_bytes(encoding):
    words = np.array(["강아지", "고양이"])[Y % 2]
    _, data = prepared(read(npz_of(x=X, y=np.array([word.encode(encoding) for word in words]))))
    assert files.by_content(data) == expected(X, words)


def test_labels_beyond_every_whole_number_are_refused():
    with pytest.raises(InvalidDataFile, match="labels that are too large"):
        read(npz_of(x=X, y=Y.astype(np.uint64) + np.uint64(2**63)))
