"""HAProxy in front of replicas on this machine: its configuration, its process, and what it is told while it runs."""

from __future__ import annotations

import csv
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

TEMPLATE = Path(__file__).with_name("haproxy.cfg")
BACKENDS = ("replicas", "quick")  # of the template: each knows every replica
_MOST_SECONDS = 5.0  # for a word with HAProxy, and for its end


class NoBalancer(RuntimeError):
    """HAProxy is not there, or it does not run as it is asked to; the message says what to do."""


def haproxy() -> str:
    """The path of HAProxy. Raises `NoBalancer`. Debian has it where only root looks for programs."""
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    if found := shutil.which("haproxy", path=places):
        return found
    raise NoBalancer(
        "HAProxy is not installed. On Debian and Ubuntu `apt install haproxy` brings it, on macOS `brew install "
        "haproxy`; for one process alone `streamlit run dashboard.py` is enough."
    )


def configuration(ports: Sequence[int]) -> str:
    """The template with a line for each replica, at these ports of this machine.

    >>> [line.strip() for line in configuration([9101, 9102]).splitlines() if "127.0.0.1:91" in line][:2]
    ['server r1 127.0.0.1:9101', 'server r2 127.0.0.1:9102']
    """
    servers = "\n".join(f"    server {name(index)} 127.0.0.1:{port}" for index, port in enumerate(ports))
    found_by_name = re.compile(r"^    server-template .*$", re.MULTILINE)
    return found_by_name.sub(servers, TEMPLATE.read_text("utf-8"))


def name(index: int) -> str:
    """What the balancer calls a replica; its numbers begin at 1, as those of `server-template` do."""
    return f"r{index + 1}"


class Balancer:
    """HAProxy at an address for replicas at ports of this machine.

    `bind` is what it listens at, such as "127.0.0.1:8501" or "*:8501". The folder, which should be private and has to
    have a short path, gets its configuration and its socket; `log` what it says.
    """

    def __init__(self, bind: str, ports: Sequence[int], folder: Path, log: Path) -> None:
        self._program, self._names = haproxy(), [name(index) for index in range(len(ports))]
        self._socket, self._written, self._log = folder / "socket", folder / "haproxy.cfg", log
        self._environment = {"BALANCER_BIND": bind, "BALANCER_SOCKET": str(self._socket)}
        self._written.write_text(configuration(ports), "utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "it has been started"
        return self._process

    def start(self) -> None:
        """In the foreground, as a child of this process. Raises `NoBalancer` with what HAProxy does not like."""
        environment = os.environ | self._environment
        checked = subprocess.run(self._command("-c"), env=environment, capture_output=True, text=True)
        if checked.returncode:
            raise NoBalancer(f"HAProxy cannot use its configuration:\n{(checked.stdout + checked.stderr).strip()}")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command("-db"),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is for the one that started it
            )

    def _command(self, mode: str) -> list[str]:
        return [self._program, mode, "-f", str(self._written)]

    def is_listening(self) -> bool:
        """Whether it can be spoken to. Raises `NoBalancer` where it has ended, as when its address is taken."""
        if self.process.poll() is not None:
            last = self._log.read_text("utf-8", errors="replace").strip().splitlines()[-3:]
            raise NoBalancer("\n".join(["HAProxy has ended:", *last]))
        try:
            return bool(self.tell("show info"))
        except OSError:
            return False

    def stop(self) -> None:
        """With all connections that go through it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_MOST_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def take_out(self, index: int) -> None:
        """The replica gets nobody, and its connections are closed. (`drain` would leave those with its cookie.)"""
        self._set_state(index, "maint")

    def let_in(self, index: int) -> None:
        """The replica is there again, as soon as its health is good."""
        self._set_state(index, "ready")

    def _set_state(self, index: int, state: str) -> None:
        for backend in BACKENDS:
            self.tell(f"set server {backend}/{self._names[index]} state {state}")

    def statistics(self) -> list[list[dict[str, str]]]:
        """HAProxy's own numbers of every replica, a row for each of the `BACKENDS`."""
        rows = list(csv.DictReader(self.tell("show stat").removeprefix("# ").splitlines()))
        found = {(row["pxname"], row["svname"]): row for row in rows}
        return [[found[backend, name] for backend in BACKENDS] for name in self._names]

    def counts(self) -> list[int]:
        """Connections to each replica, where every open page is one; a page that is being fetched is some more."""
        return [sum(int(row["scur"]) for row in rows) for rows in self.statistics()]

    def states(self) -> list[tuple[str, int]]:
        """Of every replica whether it is UP, DOWN or MAINT, and for how many seconds it has been so."""
        rows = [everybody for everybody, _quick in self.statistics()]
        return [(row["status"].split()[0], int(row["lastchg"] or 0)) for row in rows]

    def are_up(self) -> bool:
        """Whether every replica is, and quick."""
        return all(row["status"].startswith("UP") for rows in self.statistics() for row in rows)

    def tell(self, command: str) -> str:
        """A command of HAProxy's runtime interface; returns the answer. Raises `OSError` where nobody listens."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_MOST_SECONDS)
            line.connect(str(self._socket))
            line.sendall(f"{command}\n".encode())
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65536), b"")).decode().strip()
