"""The sweep on a Dask cluster of two processes: the same numbers whatever happens to them, and nothing left there."""

import glob
import json
import os
import signal
import threading
from functools import partial

import dask
import joblib
import pytest
from dask.sizeof import sizeof
from distributed import Client, LocalCluster

from engines.network import Network
from engines.optimizers.adam import Adam
from engines.optimizers.sgd import SGD
from engines.races.rate_sweep import Conditions, Sweep, rate_grid, sweep
from tests.own_sets import large_set
from tests.ui import tasks
from tests.ui.small_jobs import eventually
from ui.jobs.dask_cluster import ClusterFailed, Interrupted
from ui.jobs.joblib_place import VARIABLE, Place
from ui.jobs.own_thread import in_own_thread
from ui.optimizers.rates.work import Plan, _made
from ui.server.results import Results

RACERS, RATES = (SGD(), Adam()), rate_grid()[-4:]
PATIENCE = 60  # seconds; a worker process takes several to start where all processors are busy


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two workers as processes of one thread; the scheduler is in this process, where the tests can look at it."""
    folder = {"temporary-directory": str(tmp_path_factory.mktemp("dask"))}
    patient = {"distributed.deploy.lost-worker-timeout": "10m", "distributed.comm.timeouts.connect": "5m"}
    quiet = {"distributed.nanny.environ": {"DASK_LOGGING__DISTRIBUTED": "critical"}}
    with (
        dask.config.set(patient | quiet | folder),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            scheduler_port=0,
            dashboard_address=None,
            silence_logs=50,
        ) as made,
    ):
        yield made


@pytest.fixture(autouse=True)
def idle(cluster, monkeypatch):
    """The environment points at the cluster, which has all its workers; afterwards it is as it was."""
    monkeypatch.setenv(VARIABLE, json.dumps({"backend": "dask", "scheduler_host": cluster.scheduler_address}))
    assert eventually(lambda: len(cluster.scheduler.workers) == 2, PATIENCE)
    clients = set(cluster.scheduler.clients)
    yield partial(is_idle, cluster, clients)
    assert eventually(lambda: is_idle(cluster, clients), PATIENCE)


def is_idle(cluster, clients):
    """Nothing is asked for, held or computed, and nobody is there that was not there before."""
    return not cluster.scheduler.tasks and foreign(cluster) <= clients and not at_work(cluster)


def foreign(cluster):
    """The scheduler's clients; joblib has workers be their own, which they stay."""
    return {name for name in cluster.scheduler.clients if not name.startswith("Client-worker-")}


def at_work(cluster):
    """How many threads of workers are in a task, whoever it is for."""
    return sum(cluster_run(cluster, lambda dask_worker: len(dask_worker.active_threads)))


def cluster_run(cluster, function):
    with Client(cluster, set_as_default=False) as client:
        return list(client.run(function).values())


def pids(cluster):
    return [nanny.pid for nanny in cluster.workers.values()]


def own_threads():
    """Those of sweeps and of Dask's clients and schedulers here."""
    return sorted(thread.name for thread in threading.enumerate() if thread.name in ("beside", "IO loop"))


def kill(cluster):
    for pid in pids(cluster):
        os.kill(pid, signal.SIGKILL)


def plan(data, steps, rates=RATES, racers=RACERS):
    network = Network([data.features, 4, data.classes])
    return Plan(Conditions("numpy", network, data, steps, "mean_squared_error"), racers, rates, (0,))


def numbers(record):
    """Comparable where one is no number."""
    return {run: repr(outcome) for run, outcome in record.outcomes.items()}


def look(records, told):
    """Adds the newest sweep, if there is a new one, to those that were told; returns how much the last one has done."""
    if isinstance(record := next(records, None), Sweep):
        told.append(record)
    return told[-1].share if told else 0.0


def here(plan):
    """The whole sweep in this process."""
    *_, last = sweep(*plan)
    return numbers(last)


def finished(cluster):
    """How many runs the scheduler knows to have been finished."""
    ended = [(line[0], line[2]) for line in cluster.scheduler.transition_log]
    return sum("_trained" in str(key) and state == "memory" for key, state in ended)


def test_it_has_the_numbers_of_one_process_and_tells_them_one_by_one(cluster, digits):
    asked, before, told = plan(digits, 40, (0.1, 1.0, 10.0, 1e6)), finished(cluster), []
    expected = here(asked)
    for record in _made(asked, Results(1e6), Place()):
        told.append((len(record.outcomes), finished(cluster) - before))
        assert numbers(record).items() <= expected.items()
    assert [count for count, _done in told] == list(range(9))
    assert all(count <= done for count, done in told)
    assert any("inf" in outcome for outcome in expected.values())
    assert numbers(record) == expected


def held(cluster):
    """In bytes, of results and data on each worker."""
    return cluster_run(cluster, lambda dask_worker: sum(map(sizeof, dask_worker.data.values())))


def test_ones_own_images_reach_workers_that_share_no_memory_with_the_server_and_go_again(cluster, idle):
    """They are no files here, and gone there after the last run as after a cancelled one."""
    data, place = large_set(), Place()
    short = plan(data, 5, (0.1, 1.0))
    *_, last = _made(short, Results(1e6), Place())
    assert numbers(last) == here(short)
    assert eventually(lambda: held(cluster) == [0, 0], PATIENCE)

    files = [f"{folder}/joblib_memmapping_folder_{os.getpid()}_*" for folder in ("/dev/shm", "/tmp")]
    before = {found for pattern in files for found in glob.glob(pattern)}
    records = in_own_thread(partial(_made, plan(data, 10**7), Results(1e6), place), interrupt=place.interrupt)
    assert eventually(lambda: next(records) and min(held(cluster)) > data.x_train.nbytes, PATIENCE)
    assert {found for pattern in files for found in glob.glob(pattern)} <= before
    records.close()
    assert eventually(idle, PATIENCE)
    assert eventually(lambda: held(cluster) == [0, 0], PATIENCE)


def test_workers_killed_in_the_middle_cost_no_number(cluster, digits):
    """All at once, so that also what they had been sent is gone."""
    asked, old, told, place = plan(digits, 100), pids(cluster), [], Place()
    records = in_own_thread(partial(_made, asked, Results(1e6), place), interrupt=place.interrupt)
    assert eventually(lambda: look(records, told) >= 0.25, PATIENCE)
    kill(cluster)
    assert eventually(lambda: look(records, told) == 1, 2 * PATIENCE)
    assert numbers(told[-1]) == here(asked)
    assert not set(old) & set(pids(cluster))


def test_what_the_cluster_gives_up_is_said_and_the_rest_kept(cluster, digits, monkeypatch):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    endless, kept, place = plan(digits, 10**7, (0.1,)), Results(1e6), Place()
    killer = threading.Thread(target=lambda: eventually(lambda: at_work(cluster) == 2, PATIENCE) and kill(cluster))
    killer.start()
    with pytest.raises(ClusterFailed, match=r"did not finish the work: KilledWorker.* start again for the rest\."):
        list(_made(endless, kept, place))
    killer.join()


def test_what_is_there_is_told_while_others_compute_and_cancelling_those_leaves_workers_idle(cluster, digits, idle):
    before, old, place, told = own_threads(), pids(cluster), Place(), []
    soon_and_never = plan(digits, 10**7, (1e6, 0.01), RACERS[:1])  # one diverges
    records = in_own_thread(partial(_made, soon_and_never, Results(1e6), place), interrupt=place.interrupt)
    assert eventually(lambda: look(records, told) == 0.5, PATIENCE)
    assert eventually(lambda: at_work(cluster) == 1, PATIENCE)
    records.close()
    assert eventually(idle, PATIENCE)
    assert pids(cluster) == old  # nobody else's work there was ended with it
    assert eventually(lambda: own_threads() == before, PATIENCE)


def test_a_cluster_of_one_worker_computes_there_too(cluster, monkeypatch):
    monkeypatch.setattr(Client, "ncores", lambda _self: {"alone": 1})
    with Place():
        assert set(joblib.Parallel()(joblib.delayed(tasks.pid)() for _ in range(3))) <= set(pids(cluster))


def test_a_run_says_itself_what_is_wrong_with_it(cluster):
    with Place(), pytest.raises(ValueError, match="not with 3"):
        joblib.Parallel()([joblib.delayed(tasks.refuse)(3)])


def test_an_interruption_before_the_work_is_handed_over_holds(cluster):
    with Place() as place:
        place.interrupt()
        with pytest.raises(Interrupted):
            joblib.Parallel()(joblib.delayed(tasks.wait)(0.5) for _ in range(3))
