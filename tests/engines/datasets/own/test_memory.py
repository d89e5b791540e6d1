"""What reading and preparing hold at their peak is within what was asked for before."""

import tracemalloc

import numpy as np
import pytest

from engines.datasets.own import Bounds, prepared_in_pieces, price, read_in_pieces, understood
from tests.engines.datasets.own import files

COUNT = 4000
X = files.images(COUNT, 28) * (np.random.default_rng(1).random((COUNT, 28, 28)) < 0.2).astype(np.uint8)
Y = np.arange(COUNT) % 10


@pytest.mark.parametrize(
    "kind",
    [
        "idx",
        "npz of bytes",
        "npz of fractions",
        "npz in Fortran's order",
        "csv",
        "csv of fractions",
        "csv of fractions late",
        "pictures",
    ],
)
def test_the_peak_is_within_what_was_asked_for(kind):
    fractions = X / np.float32(3.7)
    match kind:
        case "idx":
            contents = (files.idx(X), files.idx(Y))
        case "npz of bytes":
            contents = (files.npz(x=X, y=Y),)
        case "npz of fractions":
            contents = (files.npz(x=fractions, y=Y),)
        case "npz in Fortran's order":
            contents = (files.npz(x=np.asfortranarray(X), y=Y),)
        case "csv":
            contents = (files.table(files.rows(X[:1000], Y[:1000])),)
        case "csv of fractions":
            contents = (files.table(files.rows(fractions[:500].round(2), Y[:500])),)
        case "csv of fractions late":
            contents = (files.table(files.rows(X[:1000], Y[:1000]) + files.rows(fractions[:9].round(2), Y[:9])),)
        case _:
            members = {f"{Y[at]}/{at}.png": files.picture(X[at]) for at in range(200)}
            contents = (files.archive(members, 0),)
    uploads = [files.upload(f"f{at}", content) for at, content in enumerate(contents)]
    asked: list[int] = []
    named = price(uploads)
    tracemalloc.start()
    try:
        *_, reading = read_in_pieces(uploads, Bounds(room=asked.append))
        *_, last = prepared_in_pieces(reading.material, understood(reading.material))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert asked == sorted(asked)
    assert asked[0] == named
    assert last.data.x_train.nbytes < peak <= asked[-1]
    assert (len(asked) == 1) == ("fractions" not in kind)
