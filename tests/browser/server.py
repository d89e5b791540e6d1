"""A fresh server process of the app, or replicas behind one address, and the Chromium that looks at it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

from deploy.replicas import Replicas

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
FLAGS += ["--disable-component-update", "--disable-quic"]


_RUNNING = {}  # the servers' processes by address


def lives(url):
    """Whether the server that this address belongs to still runs."""
    return any(url.startswith(address) and process.poll() is None for address, process in _RUNNING.items())


class Server(NamedTuple):
    """Where the server answers, and its process."""

    address: str
    pid: int

    def kill(self):
        """As a crash does."""
        os.kill(self.pid, signal.SIGKILL)
        _RUNNING[self.address].wait(10)

    def cpu_share(self, seconds):
        """The processor time it uses over the next seconds, as a share of one core (from Linux' /proc)."""
        before = self._cpu_seconds()
        time.sleep(seconds)
        return (self._cpu_seconds() - before) / seconds

    def _cpu_seconds(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def running_server(port=None, before="pass"):
    """A fresh server process of the app, in which a line of Python runs `before` it; ends it afterwards."""
    port = port or free_port()
    command = [sys.executable, "-c", f"{before}\nfrom streamlit.web.cli import main\nmain()"]
    command += ["run", "dashboard.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    _RUNNING[address] = server
    try:
        _wait_until_healthy(address, server)
        yield Server(address, server.pid)
    finally:
        del _RUNNING[address]
        server.terminate()
        server.wait(10)


@contextlib.contextmanager
def running_replicas(count):
    """Replicas behind HAProxy; the pages that import most have been opened at each."""
    with Replicas(count, pages=("", "backends", "training_loop")) as replicas:
        _RUNNING[replicas.address] = replicas.balancer
        try:
            yield replicas
        finally:
            del _RUNNING[replicas.address]


def _wait_until_healthy(address, server):
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")
