"""What worker processes are given of somebody's own images: files that go with the sweep, also with a cancelled one."""

import gc
import glob
import os
import threading
import time
import weakref
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from engines.network import Network
from engines.optimizers.sgd import SGD
from engines.races.rate_sweep import Conditions, rate_grid
from tests.own_sets import large_set
from tests.ui.small_jobs import eventually
from ui.jobs.joblib_place import Place
from ui.jobs.own_thread import in_own_thread
from ui.optimizers.rates.work import Plan, _made
from ui.server.results import Results

FOLDERS = [f"{place}/joblib_memmapping_folder_{os.getpid()}_*" for place in ("/dev/shm", "/tmp")]


def copies():
    """The files that hold arrays for workers of this process."""
    return [file for folder in FOLDERS for file in glob.glob(f"{folder}/**/*.pkl", recursive=True)]


def looked_at():
    """The processes that have such a file in their memory."""
    found = []
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with suppress(OSError):
            if f"joblib_memmapping_folder_{os.getpid()}_" in maps.read_text():
                found.append(maps)
    return found


def work(steps):
    """A sweep as the scene makes it, and whether its data are alive."""
    data, place = large_set(), Place()
    conditions = Conditions("numpy", Network([784, 4, 2]), data, steps)
    plan = Plan(conditions, (SGD(),), rate_grid()[:4], (0,))
    made = partial(_made, plan, Results(1e6), place)
    records = in_own_thread(made, interrupt=place.interrupt)
    return records, weakref.ref(data)


def gone(data):
    gc.collect()
    return data() is None and not copies() and not looked_at()


def writers():
    """The threads that write to processes what they are to compute: each holds what it has not written yet."""
    return {thread for thread in threading.enumerate() if thread.name == "QueueFeederThread"}


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux' /proc")
def test_a_sweep_that_ends_leaves_none_and_a_cancelled_one_leaves_none_either():
    others = writers()
    records, data = work(10)
    *_, last = records
    assert last.share == 1
    del records, last, _
    assert eventually(lambda: gone(data), 20)

    records, data = work(10**7)
    deadline = time.monotonic() + 60
    while not (copies() and looked_at()) and time.monotonic() < deadline:
        next(records)
    assert copies()
    records.close()
    del records
    assert eventually(lambda: gone(data) and writers() <= others, 20)
