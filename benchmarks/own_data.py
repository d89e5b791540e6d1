"""How fast somebody's own images are read: 60,000 × 784 as CSV beside NumPy's and pandas' readers; the longest piece.

    python -m benchmarks.own_data [--rows N] [--rounds N]

Processor time of one thread, in turns, medians; the file is in memory. Ours reads in pieces, checks every value, keeps
the columns that may hold labels apart and makes a data set; the other two return one array. Printed, as Markdown.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
import zipfile
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from engines.datasets.own import Upload, prepared_in_pieces, read_in_pieces, understood

TARGET = 3.0  # times the time of the faster one of the other two
LONGEST = 0.02  # seconds of a piece


def table(rows: int) -> bytes:
    """A CSV as large as MNIST's: a header, labels first, four fifths of the pixels 0."""
    rng = np.random.default_rng(0)
    parts = ["label," + ",".join(f"pixel{at}" for at in range(784))]
    for start in range(0, rows, 1000):
        count = min(1000, rows - start)
        pixels = rng.integers(0, 256, (count, 784)) * (rng.random((count, 784)) < 0.2)
        labelled = np.concatenate([rng.integers(0, 10, (count, 1)), pixels], axis=1)
        parts.extend(",".join(map(str, row)) for row in labelled.tolist())
    return ("\n".join(parts) + "\n").encode()


def pieces_of(work: Iterator[object], times: list[float]) -> object:
    """The last thing that a generator yields; `times` gets the seconds of each piece."""
    found: list[object] = [None]
    started = time.thread_time()
    for found[0] in work:
        times.append(time.thread_time() - started)
        started = time.thread_time()
    return found[0]


def ours(content: bytes, times: list[float]) -> None:
    last = pieces_of(read_in_pieces([Upload("table.csv", io.BytesIO(content), len(content))]), times)
    assert last.material.images


def measured(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", content)
    return file.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    content = table(given.rows)
    times: list[float] = []
    ways = {
        "ours": lambda: ours(content, times),
        "numpy.loadtxt (uint8)": lambda: np.loadtxt(io.BytesIO(content), np.uint8, delimiter=",", skiprows=1),
        "pandas.read_csv": lambda: pd.read_csv(io.BytesIO(content)).to_numpy(),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(given.rounds):
        for name, call in ways.items():
            seconds[name].append(measured(call))
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    fastest = min(medians["numpy.loadtxt (uint8)"], medians["pandas.read_csv"])
    print(
        f"{given.rows:,} × 784, {len(content) / 1e6:.0f} MB\n\n| | seconds | times the fastest reader |\n|---|--:|--:|"
    )
    for name, median in medians.items():
        print(f"| {name} | {median:.2f} | {median / fastest:.2f} |")
    upload = Upload("table.zip", io.BytesIO(packed := zipped(content)), len(packed))
    material = pieces_of(read_in_pieces([upload]), times).material
    preparing: list[float] = []
    pieces_of(prepared_in_pieces(material, understood(material)), preparing)
    ratio = medians["ours"] / fastest
    print(f"\nRatio {ratio:.2f} (≤ {TARGET:g}) {'met' if ratio <= TARGET else '**missed**'}.")
    for name, found in (("reading", times), ("preparing", preparing)):
        met = "met" if max(found) <= LONGEST else "**missed**"
        print(
            f"Longest piece of {name}: {max(found) * 1e3:.1f} ms of {len(found):,} (≤ {LONGEST * 1e3:.0f}) {met}; "
            f"99 % below {np.quantile(found, 0.99) * 1e3:.1f} ms; in all {sum(found):.2f} s."
        )


if __name__ == "__main__":
    main()
