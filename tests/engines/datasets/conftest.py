"""What the dataset tests share: an independent IDX writer, and a tiny dataset published on a local server."""

from __future__ import annotations

import gzip
import hashlib
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from engines.datasets.download import RemoteFile
from engines.datasets.release import IdxRelease


@pytest.fixture(scope="session")
def idx_bytes() -> Callable[[np.ndarray], bytes]:
    """An array of bytes as an IDX file, from the format's description."""
    return lambda values: struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape) + values.tobytes()


@dataclass
class Published:
    """A tiny MNIST: 12 training and 5 test images, in a folder that a server on this machine serves."""

    release: IdxRelease
    folder: Path
    images: np.ndarray
    labels: np.ndarray
    requests: list[str] = field(default_factory=list)


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder and remembers what was asked for."""

    def __init__(self, *args, requests, **kwargs):
        self.requests = requests
        super().__init__(*args, **kwargs)

    def do_GET(self):
        self.requests.append(self.path)
        super().do_GET()

    def log_message(self, *args):
        pass


@pytest.fixture
def serve(monkeypatch):
    """Starts servers on 127.0.0.1, each with its own handler; gives their URLs; stops them after the test."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    servers = []

    def start(handler) -> str:
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def published(tmp_path, idx_bytes, serve) -> Published:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (17, 28, 28), np.uint8)
    labels = rng.integers(0, 10, 17, np.uint8)
    contents = {
        "train-images-idx3-ubyte.gz": images[:12],
        "train-labels-idx1-ubyte.gz": labels[:12],
        "t10k-images-idx3-ubyte.gz": images[12:],
        "t10k-labels-idx1-ubyte.gz": labels[12:],
    }
    folder = tmp_path / "published"
    folder.mkdir()
    files = []
    for name, values in contents.items():
        packed = gzip.compress(idx_bytes(values))
        (folder / name).write_bytes(packed)
        files.append(RemoteFile(name, len(packed), hashlib.sha256(packed).hexdigest()))
    requests: list[str] = []
    url = serve(partial(Handler, directory=folder, requests=requests))
    release = IdxRelease("tiny", (url,), *files, image_shape=(28, 28), class_names=tuple("0123456789"))
    return Published(release, folder, images, labels, requests)
