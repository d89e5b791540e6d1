"""What a run costs is known before it is made: the prices against what is really allocated."""

import time
import tracemalloc

import pytest

from engines import backends, datasets, optimizers
from engines.costs import run_memory
from engines.network import Network
from engines.races.race import Race
from engines.runs import timeline
from engines.runs.training_run import TrainingRun
from engines.training import Trainer
from ui.jobs.scheduler import Job

CASES = [
    ("digits", (32,), "sgd", "float32", 32),
    ("digits", (1024, 512), "momentum", "float64", 64),
    ("fashion_mnist", (256,), "sgd", "float32", 32),
    ("fashion_mnist", (512, 256), "adam", "float32", 128),
    ("fashion_mnist", (300,), "adam", "float64", 3000),  # in pieces
    ("fashion_mnist", (32,), "rmsprop", "float64", 6000),
]


def peak_of(make_job):
    """The most bytes that are held at once while a job is made, does four units and is seen after each."""
    tracemalloc.start()
    try:
        start = tracemalloc.get_traced_memory()[0]
        job = make_job()
        job.adopt(lambda job: True, time.perf_counter, 90.0)
        job.start(units=4)
        while job.is_due:
            job.attend()
            job.advance(float("inf"), ())
        return tracemalloc.get_traced_memory()[1] - start
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("data", "hidden", "optimizer", "dtype", "batch_size"), CASES)
def test_a_runs_price_is_what_it_takes_within_a_quarter(data, hidden, optimizer, dtype, batch_size):
    loaded, rule = datasets.load(data), optimizers.get(optimizer)()
    network = Network([loaded.features, *hidden, loaded.classes])

    def make():
        trainer = Trainer(backends.get("numpy"), network, rule, loaded, batch_size=batch_size, dtype=dtype)
        run = TrainingRun(trainer)
        if not is_kept:
            run.course.timeline.limit(0.0)
        return Job(run.work(), run.snapshot, interval=0.0, settle=run.settle)

    is_kept, price = False, run_memory.run_bytes(network, rule, batch_size, dtype)
    alone = peak_of(make)
    assert alone == pytest.approx(price, rel=0.25)
    is_kept, past = True, timeline.timeline_bytes(network, rule, dtype)
    assert peak_of(make) <= alone + 1.25 * past
    assert past <= timeline.MOST_BYTES


@pytest.mark.parametrize("watched", [None, "adam"])
@pytest.mark.parametrize(("hidden", "dtype", "batch_size"), [((512, 256), "float32", 64), ((256,), "float64", 2000)])
def test_a_races_price_is_what_it_takes_within_a_quarter(hidden, dtype, batch_size, watched):
    loaded, racers = datasets.load("fashion_mnist"), [optimizers.get(name)() for name in optimizers.names()]
    network = Network([loaded.features, *hidden, loaded.classes])

    def make():
        def trainer(racer):
            return Trainer(backends.get("numpy"), network, racer, loaded, batch_size=batch_size, dtype=dtype)

        race = Race(trainer, racers)
        race.watched = watched
        return Job(race.work(), race.snapshot, interval=0.0)

    price = run_memory.race_bytes(network, racers, batch_size, dtype, watched is not None)
    assert peak_of(make) == pytest.approx(price, rel=0.25)
