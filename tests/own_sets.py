"""Data sets as somebody would bring them: small, odd in shape, few images; and how a test's session has one."""

import numpy as np

from engines.datasets.base import Dataset
from engines.datasets.own_names import own_name
from engines.datasets.pixels import Pixels
from ui.server import private


def own_set(shape=(5, 9), classes=("cat", "dog"), train=(40, 30), test=(12, 8), seed=0, title="pets.zip"):
    """`train` and `test`: images of each class, which differ by where their ink is."""
    rng = np.random.default_rng(seed)
    height, width = shape

    def part(counts):
        labels = np.repeat(np.arange(len(classes)), counts)
        images = rng.integers(0, 90, (len(labels), height, width))
        for image, label in zip(images, labels, strict=True):
            image[label % height, : 1 + label % width] += 160
        order = rng.permutation(len(labels))
        flat = images.reshape(len(labels), -1).astype(np.uint8)
        return Pixels(flat[order], 255), labels[order].astype(np.int64)

    x_train, y_train = part(train)
    x_test, y_test = part(test)

    def made(name):
        return Dataset(name, x_train, y_train, x_test, y_test, shape, tuple(classes), "own", title=title)

    return made(own_name(made("own").identity))


def give(app, data, label=""):
    """Let the session of an `AppTest` have brought that set, before its first page or later."""
    kept = dict(app.session_state["_own_data"]) if "_own_data" in app.session_state else {}
    kept[data.name] = private._Kept(data, label or data.title, None)
    app.session_state["_own_data"] = kept
    return app


def large_set():
    """Of 28×28, and more than a megabyte: joblib hands such arrays to its workers in a file."""
    return own_set((28, 28), ("first", "second"), (2000, 2000), (200, 200), title="large.npz")
