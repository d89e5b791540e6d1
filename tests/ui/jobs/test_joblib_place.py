"""Where joblib executes: processes here, or what the environment says; and a clear word where that cannot be."""

import os
import threading
from concurrent.futures import BrokenExecutor

import dask
import distributed  # noqa: F401 (its part of the configuration is there from then on)
import joblib
import pytest
from joblib._parallel_backends import ThreadingBackend
from joblib.parallel import get_active_backend

from engines.errors import InvalidSetting
from tests.ui.small_jobs import eventually
from tests.ui.tasks import begin_and_wait, die
from ui.jobs import joblib_place
from ui.jobs.joblib_place import VARIABLE, Place, ProcessEnded
from ui.jobs.local_processes import processes


def active():
    """The backend that joblib would use here, and with how many processes or threads."""
    backend, n_jobs = get_active_backend()
    return type(backend).__name__, n_jobs


def test_by_default_there_are_processes_with_one_thread_that_go_away_when_idle(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    with Place():
        assert active() == ("LocalProcesses", max(2, joblib.cpu_count()))
        backend, _n_jobs = get_active_backend()
        assert backend.inner_max_num_threads == 1
        assert 0 < backend.backend_kwargs["idle_worker_timeout"] < 300
    assert active() == ("LokyBackend", None)


def test_replicas_on_one_machine_share_its_processors(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(joblib, "cpu_count", lambda: 16)
    for replicas, expected in [("1", 16), ("5", 3), ("16", 2)]:
        monkeypatch.setenv("GRADIENT_ENGINE_REPLICAS", replicas)
        assert processes() == expected
        with Place():
            assert active() == ("LocalProcesses", expected)


def test_the_environment_gives_the_arguments(monkeypatch):
    monkeypatch.setenv(VARIABLE, '{"backend": "threading", "n_jobs": 7}')
    with Place():
        assert active() == ("ThreadingBackend", 7)


def test_it_holds_for_the_thread_that_entered_it_alone(monkeypatch):
    monkeypatch.setenv(VARIABLE, '{"backend": "threading", "n_jobs": 7}')
    seen = []
    with Place():
        other = threading.Thread(target=lambda: seen.append(active()))
        other.start()
        other.join()
    assert seen == [("LokyBackend", None)]


class Theirs(ThreadingBackend):
    """A joblib backend of somebody else's."""


def register_theirs():
    joblib.register_parallel_backend("theirs", Theirs)


def test_a_backend_of_somebody_else_is_registered_when_it_is_asked_for(monkeypatch):
    monkeypatch.setitem(joblib_place._REGISTERED_BY, "theirs", f"{__name__}:register_theirs")
    monkeypatch.setenv(VARIABLE, '{"backend": "theirs", "n_jobs": 3}')
    with Place():
        assert active() == ("Theirs", 3)


@pytest.fixture
def _no_patience():
    with dask.config.set({"distributed.comm.timeouts.connect": "0.2s"}):
        yield


@pytest.mark.usefixtures("_no_patience")
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "line 1 column 2"),
        ("dask", "Expecting value"),
        ("[1, 2]", r"\[1, 2\]"),
        ('"loky"', "loky"),
        ('{"backend": "nowhere"}', "nowhere"),
        ('{"backend": "dask", "scheduler_host": "tcp://127.0.0.1:1", "wrong": 1}', "unknown to Dask: wrong"),
        ('{"backend": "dask", "scheduler_host": "tcp://127.0.0.1:1"}', "127.0.0.1:1 after 0.2"),
        ('{"backend": "dask"}', "DASK_SCHEDULER_ADDRESS"),
        ('{"backend": "ray"}', "ray"),
        ('{"processes": 3}', "backend"),
        ('{"backend": ["loky"]}', "unhashable"),
    ],
)
def test_what_cannot_be_used_is_said_with_the_variable_and_an_example(monkeypatch, caplog, written, said):
    monkeypatch.setenv(VARIABLE, written)
    with pytest.raises(InvalidSetting, match=said) as raised, Place():
        pass
    assert VARIABLE in str(raised.value)
    assert str(raised.value) in caplog.text
    assert "IO loop" not in {thread.name for thread in threading.enumerate()}  # Dask's client is gone with its thread
    assert '"scheduler_host"' in str(raised.value)
    assert active() == ("LokyBackend", None)


def test_an_empty_variable_is_none(monkeypatch):
    monkeypatch.setenv(VARIABLE, "  ")
    with Place():
        assert active()[0] == "LocalProcesses"


@pytest.mark.skipif(not hasattr(os, "nice"), reason="processes have no niceness here")
def test_processes_give_way_to_the_server():
    with Place():
        assert joblib.Parallel()([joblib.delayed(os.nice)(0)] * 2) == [min(19, os.nice(0) + 10)] * 2


def test_processes_can_be_ended_in_the_middle_and_others_follow(tmp_path):
    place, ended, begun = Place(), threading.Event(), [tmp_path / name for name in "ab"]

    def wait_for_them():
        with place, pytest.raises(RuntimeError):
            joblib.Parallel()(joblib.delayed(begin_and_wait)(file) for file in begun)
        ended.set()

    waiting = threading.Thread(target=wait_for_them, daemon=True)
    waiting.start()
    assert eventually(lambda: any(file.exists() for file in begun), timeout=30)
    place.interrupt()
    assert ended.wait(30)
    with Place():
        assert joblib.Parallel()([joblib.delayed(abs)(-1)]) == [1]


def test_an_interruption_holds_even_before_there_are_processes(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    with Place() as place:
        place.interrupt()
        with pytest.raises(RuntimeError):
            joblib.Parallel()(joblib.delayed(begin_and_wait)(tmp_path / name) for name in "ab")


def test_a_process_that_dies_is_told_of_and_no_frame_is_kept(monkeypatch, caplog):
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(ProcessEnded, match="ended too early") as raised, Place():
        joblib.Parallel()(joblib.delayed(die)() for _ in range(2))
    assert isinstance(raised.value.__context__, BrokenExecutor)
    assert raised.value.__context__.__traceback__ is None
    assert "SIGKILL" in caplog.text
