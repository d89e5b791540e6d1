"""Fuzz: of each kind files cut off and with bytes changed: a data set or one of two errors, nothing else."""

import gzip
import io
import tracemalloc
import warnings

import numpy as np
import pytest

from engines.datasets.own import Upload, prepared_in_pieces, price, read_in_pieces, understood
from engines.errors import EngineError, InvalidData, InvalidDataFile
from tests.engines.datasets.own.files import LABELS, archive, idx, images, npz, picture, rows, table

X, Y = images(20), LABELS[:20]
HEADER = ["label", *(f"p{at}" for at in range(64))]
WORDS = np.array(["cat", "dog"])[Y % 2]
SEEDS = {
    "idx": (idx(X), idx(Y)),
    "idx.gz": (gzip.compress(idx(X)), gzip.compress(idx(Y))),
    "npz": (npz(x_train=X, y_train=Y),),
    "npz of fractions": (npz(x=X / 255, y=Y),),
    "csv": (table(rows(X, Y), HEADER),),
    "csv of words": (table(rows(X / 255, WORDS), HEADER, ";"),),
    "csv.gz": (gzip.compress(table(rows(X, Y))),),
    "csv in a zip": (archive({"a.csv": table(rows(X, Y))}),),
    "pictures": (archive({f"{w}/{at}.png": picture(x) for at, (w, x) in enumerate(zip(WORDS, X, strict=True))}),),
    "photos": (
        archive({f"{w}/{at}.jpg": picture(x, "JPEG") for at, (w, x) in enumerate(zip(WORDS, X, strict=True))}, 0),
    ),
}


def mangled(content: bytes, rng: np.random.Generator) -> bytes:
    """Cut off, bytes changed, a part left out, doubled or replaced by zeros."""
    values = bytearray(content)
    for _ in range(rng.integers(1, 4)):
        at, length = int(rng.integers(len(values) + 1)), int(rng.integers(1, 40))
        match rng.integers(6):
            case 0:
                del values[at:]
            case 1:
                values[at : at + 1] = bytes([rng.integers(256)])
            case 2:
                del values[at : at + length]
            case 3:
                values[at:at] = values[at : at + length]
            case 4:
                values[at : at + length] = bytes(length)
            case 5:
                values[at : at + 4] = rng.bytes(4)
    return bytes(values)


def attempt(contents) -> str:
    """What becomes of them: a data set, or an error of ours."""
    uploads = [Upload(f"f{at}", io.BytesIO(content), len(content)) for at, content in enumerate(contents)]
    try:
        price(uploads)
        *_, reading = read_in_pieces(uploads)
        *_, last = prepared_in_pieces(reading.material, understood(reading.material))
    except (InvalidDataFile, InvalidData):
        return "refused"
    assert last.data.x_train.values.max() <= last.data.x_train.brightest
    return "read"


@pytest.mark.parametrize("kind", SEEDS)
def test_mangled_files(kind):
    count = 60
    rng = np.random.default_rng(len(kind))
    assert attempt(SEEDS[kind]) == "read"
    outcomes = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(count):
            which = int(rng.integers(len(SEEDS[kind])))
            contents = [mangled(each, rng) if at == which else each for at, each in enumerate(SEEDS[kind])]
            outcomes.append(attempt(contents))
    assert "refused" in outcomes


@pytest.mark.parametrize("kind", SEEDS)
def test_every_file_cut_off_anywhere(kind):
    first, *others = SEEDS[kind]
    for end in range(0, len(first), max(1, len(first) // 40)):
        attempt([first[:end], *others])


@pytest.mark.parametrize("kind", ["csv", "npz", "pictures"])
def test_files_that_are_refused_leave_nothing_behind(kind):
    """Neither in memory nor in the error, which may be kept."""
    content = SEEDS[kind][0]
    broken = content[: len(content) // 2] if kind != "csv" else content + b"1,2\n"
    kept: list[EngineError] = []

    def refused():
        for _ in range(20):
            try:
                list(read_in_pieces([Upload("a", io.BytesIO(broken), len(broken))]))
            except EngineError as error:
                kept.append(error.with_traceback(None))

    refused()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    refused()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(kept) == 40
    assert after - before < 100_000
