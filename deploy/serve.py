"""Serve the app with several processes of this machine behind one address.

    python -m deploy.serve [--replicas N] [--port 8501] [--address '*'] [--folder FOLDER]

By default there are as many replicas as processors. Ctrl-C or SIGTERM ends all; SIGHUP restarts the replicas one by
one, as after an update of the files. A replica that ends, or hangs, is started again. Needs HAProxy.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import joblib

from deploy.balancer import NoBalancer, haproxy
from deploy.replicas import ReplicaFailed, Replicas

_LOOK_SECONDS = 0.5
_SESSIONS = "GRADIENT_ENGINE_SESSIONS_MB"
_REPLICA_MB = 700  # a process with all libraries and the full Fashion-MNIST
_LEAST_MB = 1200  # for all sessions, as for one process


class Stopped(Exception):
    """Somebody asked for the end."""


class Commands:
    """What is asked for by signals, in order. A signal may come at any moment: it is only noted."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[str] = SimpleQueue()
        self._restart = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_about: self._asked.put("stop"))
        signal.signal(signal.SIGHUP, lambda *_about: self._asked.put("restart"))

    def pause(self, seconds: float) -> None:
        """Wait that long, or until something is asked for. Raises `Stopped`."""
        with suppress(Empty):
            if self._asked.get(timeout=seconds) == "stop":
                raise Stopped
            self._restart = True

    def wants_restart(self) -> bool:
        """Whether one has been asked for since the last time."""
        wanted, self._restart = self._restart, False
        return wanted


def sessions_megabytes(available: float, replicas: int) -> float:
    """For the sessions of all replicas: half of the memory that the processes themselves leave.

    >>> sessions_megabytes(2_700, 2), sessions_megabytes(64_000, 16)
    (1200, 26400.0)
    """
    return max(_LEAST_MB, (available - replicas * _REPLICA_MB) / 2)


def _available_megabytes() -> float:
    """Of this machine now (Linux); 0 where it is not known."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) / 1000
    return 0.0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.serve", description=__doc__.splitlines()[0])
    parser.add_argument("--replicas", type=int, default=joblib.cpu_count(), help="processes (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8501, help="of the address (default: %(default)s)")
    parser.add_argument("--address", default="*", help="127.0.0.1 for this machine alone (default: every address)")
    parser.add_argument("--folder", type=Path, help="for logs and checkpoints (default: a temporary one)")
    options = parser.parse_args(arguments)
    if options.replicas < 1:
        parser.error("there has to be one replica at least")
    return options


def _say(sentence: str) -> None:
    """Raises `OSError` where the terminal is gone: then this ends too."""
    print(sentence, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until somebody asks for the end; returns the code to exit with."""
    options = _options(arguments)
    if _SESSIONS not in os.environ:
        os.environ[_SESSIONS] = f"{sessions_megabytes(_available_megabytes(), options.replicas):.0f}"
    try:
        haproxy()
        _serve(options, Commands())
    except Stopped:
        with suppress(OSError):
            _say("All has been stopped.")
    except (NoBalancer, ReplicaFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve(options: argparse.Namespace, commands: Commands) -> None:
    count = options.replicas
    replicas = Replicas(count, options.port, options.folder, _say, host=options.address, pause=commands.pause)
    _say(f"{count} replicas are starting; their sessions may hold {os.environ[_SESSIONS]} MB together.")
    with replicas:
        _say(f"Gradient Engine is at {replicas.address}, served by {count} replicas. Ctrl-C ends it.")
        while True:
            commands.pause(_LOOK_SECONDS)
            replicas.tend()
            if commands.wants_restart():
                _restart(replicas)


def _restart(replicas: Replicas) -> None:
    try:
        replicas.restart()
    except ReplicaFailed as error:  # files that do not work: who still runs has the old ones
        _say(f"{error}\nThe other replicas go on as they are.")


if __name__ == "__main__":
    sys.exit(main())
