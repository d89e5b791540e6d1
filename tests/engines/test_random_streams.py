"""The random streams: a number has one meaning, those of weights and batches are known, and all are drawn here."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import engines
from engines.random_streams import Stream, generator

ROOT = Path(engines.__file__).parents[1]


@pytest.mark.parametrize(("stream", "number"), [(Stream.WEIGHTS, 0), (Stream.BATCHES, 1)])
def test_a_runs_own_streams_are_those_that_every_backend_starts_from(stream, number):
    assert (generator(7, stream).random(5) == np.random.default_rng([7, number]).random(5)).all()


def test_streams_differ_from_each_other_and_from_seed_to_seed():
    drawn = [tuple(generator(seed, stream).random(3)) for seed, stream in itertools.product((0, 1), Stream)]
    assert len(set(drawn)) == 2 * len(Stream)


def test_no_stream_is_opened_elsewhere():
    files = [path for folder in ("engines", "ui") for path in (ROOT / folder).rglob("*.py")]
    opened = [path.name for path in files if re.search(r"default_rng\(\[", path.read_text(encoding="utf-8"))]
    assert opened == ["random_streams.py"]
