"""The command that serves the app with several processes: what it says, what it does at signals, what it leaves."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from benchmarks.processes import family
from deploy import serve
from deploy.balancer import NoBalancer
from deploy.replica import Replica, environment, free_ports
from deploy.replicas import ReplicaFailed
from tests.deploy.image import make_image

PATIENCE = 600


class Imagined:
    """Replicas that only note what is asked of them."""

    address, last = "http://imagined", None

    def __init__(self, count, port, folder, log, *, host, pause):
        self.made, self.log, self.happened = (count, port, folder, host), log, []
        Imagined.last, self.restarts = self, 0

    def __enter__(self):
        self.happened.append("started")
        return self

    def __exit__(self, *_why):
        self.happened.append("stopped")

    def tend(self):
        self.happened.append("tended")

    def restart(self):
        self.happened.append("restarted")
        self.restarts += 1
        if self.restarts == 2:
            raise ReplicaFailed("Replica 1 does not start")


@pytest.fixture
def imagined(monkeypatch):
    """Replicas that are none, and the signals' handlers of before."""
    monkeypatch.setattr(serve, "Replicas", Imagined)
    monkeypatch.setattr(serve, "haproxy", lambda: "haproxy")
    monkeypatch.setattr(serve, "_LOOK_SECONDS", 0.01)
    monkeypatch.setenv("GRADIENT_ENGINE_SESSIONS_MB", "1000")
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield Imagined
    for number, handler in before.items():
        signal.signal(number, handler)


def send(*plan):
    """Signals to this process: each a signal, and what has to have happened how many times before."""

    def run():
        for number, happened, times in plan:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and (not Imagined.last or Imagined.last.happened.count(happened) < times):
                time.sleep(0.005)
            os.kill(os.getpid(), number)

    Imagined.last = None
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_signals_restart_and_end_it(imagined, capsys):
    thread = send((signal.SIGHUP, "tended", 3), (signal.SIGHUP, "restarted", 1), (signal.SIGTERM, "restarted", 2))
    assert serve.main(["--replicas", "3", "--port", "9109", "--address", "127.0.0.1"]) == 0
    thread.join()
    assert imagined.last.made == (3, 9109, None, "127.0.0.1")
    happened = [each for each in imagined.last.happened if each != "tended"]
    assert happened == ["started", "restarted", "restarted", "stopped"]
    told = capsys.readouterr().out
    assert "3 replicas are starting; their sessions may hold 1000 MB together." in told
    assert "Gradient Engine is at http://imagined, served by 3 replicas. Ctrl-C ends it." in told
    assert "Replica 1 does not start\nThe other replicas go on as they are." in told
    assert told.endswith("All has been stopped.\n")


def test_without_haproxy_it_says_what_to_install(imagined, monkeypatch, capsys):
    def missing():
        raise NoBalancer("HAProxy is not installed.")

    monkeypatch.setattr(serve, "haproxy", missing)
    assert serve.main(["--replicas", "2"]) == 1
    assert "HAProxy is not installed." in capsys.readouterr().err


def test_no_replica_at_all_is_refused(capsys):
    with pytest.raises(SystemExit):
        serve.main(["--replicas", "0"])
    assert "one replica at least" in capsys.readouterr().err


def test_replicas_share_a_secret_and_know_how_many_they_are(monkeypatch, tmp_path):
    monkeypatch.delenv("STREAMLIT_SERVER_COOKIE_SECRET", raising=False)
    monkeypatch.delenv("GRADIENT_ENGINE_CHECKPOINTS", raising=False)
    monkeypatch.setenv("GRADIENT_ENGINE_REPLICAS", "7")
    told = environment(2, "made up", tmp_path)
    assert told["STREAMLIT_SERVER_COOKIE_SECRET"] == "made up"
    assert told["GRADIENT_ENGINE_CHECKPOINTS"] == str(tmp_path)
    assert told["GRADIENT_ENGINE_REPLICAS"] == "2"
    monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "the operator's")
    monkeypatch.setenv("GRADIENT_ENGINE_CHECKPOINTS", "/shared")
    told = environment(2, "made up", tmp_path)
    assert told["STREAMLIT_SERVER_COOKIE_SECRET"] == "the operator's"
    assert told["GRADIENT_ENGINE_CHECKPOINTS"] == "/shared"


def test_one_that_ends_again_and_again_is_started_ever_more_seldom(monkeypatch, tmp_path):
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    replica = Replica(1, tmp_path / "log", dict(os.environ))
    monkeypatch.setattr(Replica, "_run", lambda *_what: subprocess.Popen([sys.executable, "-c", ""]))
    waited = []
    for _start in range(8):
        replica.start()
        began = now
        while not replica.may_start:
            now += 0.5
        waited.append(now - began)
    assert waited == [1, 3, 7, 15, 30, 30, 30, 30]
    replica.was_ready()
    assert replica.may_start
    replica.stop()


@pytest.fixture(scope="module")
def served(balancer_program, tmp_path_factory):
    """The command at work in a folder that has what the image has; its address, its process, what it says, its logs."""
    folder = tmp_path_factory.mktemp("served")
    image, [port] = make_image(folder / "image"), free_ports(1)
    command = [sys.executable, "-m", "deploy.serve", "--replicas", "2", "--address", "127.0.0.1"]
    command += ["--port", str(port), "--folder", folder / "logs"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=image, env=environment, stdout=said, stderr=said)
    try:
        yield process, port, folder
    finally:
        process.terminate()  # nothing happens to one that has ended
        process.wait(60)


def wait_for(words, process, file):
    deadline = time.monotonic() + PATIENCE
    while not re.search(words, told := file.read_text()):
        assert process.poll() is None, told
        assert time.monotonic() < deadline, told
        time.sleep(0.1)


def test_it_serves_with_what_the_image_has_and_ends_without_a_trace(served):
    process, port, folder = served
    wait_for(r"Gradient Engine is at http://127\.0\.0\.1:\d+, served by 2 replicas", process, folder / "said")
    ours = family(process.pid) - {process.pid}
    assert len(list(filter(port_of, ours))) == 2  # beside them HAProxy, SymPy's processes …

    cookies = set()
    for _ in range(4):
        with urlopen(port) as answer:
            cookies.add(answer.headers["Set-Cookie"].partition(";")[0])
    assert len(cookies) == 2

    victim = next(pid for pid in ours if port_of(pid))
    os.kill(victim, signal.SIGKILL)
    wait_for(r"Replica \d is not there any more: it was ended by SIGKILL\. It is started", process, folder / "said")
    with urlopen(port) as answer:
        assert answer.status == 200

    ours |= family(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert (folder / "said").read_text().endswith("All has been stopped.\n")
    deadline = time.monotonic() + 60  # what a killed replica had started ends by itself
    while left := [pid for pid in ours if is_running(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    logs = {path.name: path.read_text() for path in (folder / "logs").glob("*.log")}
    assert sorted(logs) == ["haproxy.log", "replica-1.log", "replica-2.log"]
    assert [name for name, text in logs.items() if "Traceback" in text] == []  # every page was opened once


def urlopen(port):
    return urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE)


def port_of(pid):
    """The port of the replica that this process is; None if it is something else."""
    with open(f"/proc/{pid}/cmdline") as file:
        found = re.search(r"--server\.port=(\d+)", file.read())
    return int(found[1]) if found else None


def is_running(pid):
    """A process, no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
