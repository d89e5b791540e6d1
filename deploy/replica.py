"""One process of the app among several on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PATIENCE = 10.0  # seconds for a process that is told to end
_LONGEST_BREAK = 30.0  # seconds between two starts of one that ends again and again


class Replica:
    """A server of the app at a port of this machine, and the first visitor that makes its pages ready.

    `log` gets what it prints; `pages` are those that are opened before anybody comes, all of them where there are none.
    """

    def __init__(self, port: int, log: Path, environment: Mapping[str, str], pages: Sequence[str] = ()) -> None:
        self.port, self.log = port, log
        self._environment, self._pages = dict(environment), list(pages)
        self._server: subprocess.Popen[bytes] | None = None
        self._visitor: subprocess.Popen[bytes] | None = None
        self.starts = 0  # since it was ready the last time
        self._started_at = 0.0

    @property
    def server(self) -> subprocess.Popen[bytes]:
        assert self._server is not None, "it has been started"
        return self._server

    @property
    def has_ended(self) -> bool:
        return self.server.poll() is not None

    @property
    def is_warm(self) -> bool:
        """Whether its pages have been opened since it was started."""
        return self._visitor is not None and self._visitor.poll() == 0

    @property
    def wants_visitor(self) -> bool:
        """Whether the first visitor came to grief, though the server runs."""
        return self._visitor is not None and bool(self._visitor.poll())

    @property
    def may_start(self) -> bool:
        """Not at once again and again: each time after twice as long."""
        return time.monotonic() >= self._started_at + min(2.0**self.starts - 1.0, _LONGEST_BREAK)

    def start(self) -> None:
        """Returns at once: its server and its first visitor take some seconds."""
        self._end(self._visitor)
        self.starts, self._started_at = self.starts + 1, time.monotonic()
        server = ["streamlit", "run", "dashboard.py", "--server.headless=true"]
        server += ["--server.address=127.0.0.1", f"--server.port={self.port}"]
        self._server = self._run(server)
        self.send_visitor()

    def send_visitor(self) -> None:
        """Somebody who opens its pages before all others."""
        self._visitor = self._run(["deploy.warm", str(self.port), *self._pages])

    def _run(self, module: Sequence[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *module],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is for the one that started it
            )

    def was_ready(self) -> None:
        """It serves: what went wrong before counts no more."""
        self.starts = 0

    def kill(self) -> None:
        """As a crash does."""
        self.server.kill()
        self.server.wait()

    def stop(self) -> None:
        """It is told to end; if it does not hear, it is killed."""
        self._end(self._visitor)
        self._end(self._server)

    @staticmethod
    def _end(process: subprocess.Popen[bytes] | None) -> None:
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def why_it_ended(self) -> str:
        """
        >>> Replica(1, Path("log"), {}).why_it_ended()
        'it has not been started'
        """
        if self._server is None:
            return "it has not been started"
        code = self._server.poll()
        if code is None:
            return "it runs"
        return f"it was ended by {signal.Signals(-code).name}" if code < 0 else f"it ended with code {code}"

    def last_words(self, lines: int = 5) -> str:
        """The end of what it printed."""
        return "\n".join(self.log.read_text("utf-8", errors="replace").strip().splitlines()[-lines:])


def environment(replicas: int, secret: str, checkpoints: Path) -> dict[str, str]:
    """What each replica finds in its environment beside what is there.

    One secret for all, so that a browser's cookie is good at each of them (Streamlit asks for it at uploads); how many
    share the machine; and the folder where one finds what another has trained. What is set already stays.
    """
    told = {"STREAMLIT_SERVER_COOKIE_SECRET": secret, "GRADIENT_ENGINE_CHECKPOINTS": str(checkpoints)}
    return told | os.environ | {"GRADIENT_ENGINE_REPLICAS": str(replicas)}


def free_ports(count: int) -> list[int]:
    """That many ports of 127.0.0.1 at which nobody listens now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
