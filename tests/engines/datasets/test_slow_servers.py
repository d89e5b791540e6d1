"""A server that drips, hangs or leads round in circles is left in time, whatever it sends."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time

import pytest

from engines.datasets.remote import steady
from engines.errors import DatasetUnavailable

SAID = r"127\.0\.0\.1:\d+ is sending train-images.* too slowly, or not at all"


def nothing(_send, _over):
    """Takes the request and says nothing."""


def dripping_headers(send, over):
    send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not over.wait(0.02):
        send(b"a")


def endlessly_continuing(send, over):
    while not over.wait(0.001):
        send(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)


def dripping_body(send, over):
    send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    while not over.wait(0.02):
        send(b"a")


def dripping_chunks(send, over):
    send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not over.wait(0.02):
        send(b"1\r\na\r\n")


def leading_in_circles(send, over):
    over.wait(0.1)
    send(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@pytest.fixture
def mirror(monkeypatch):
    """Starts servers that answer every connection by a function of `send` and of an event: the test is over."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(steady, "PATIENCE", 0.25)
    over, listening = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def start(answer) -> str:
        def serve():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        def talk(connection):
            with connection:
                try:
                    connection.recv(10_000)
                    answer(connection.sendall, over)
                    if answer is nothing:
                        over.wait()
                except OSError:
                    pass

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    over.set()
    listening.close()


@pytest.mark.parametrize(
    "answer",
    [nothing, dripping_headers, endlessly_continuing, dripping_body, dripping_chunks, leading_in_circles],
    ids=lambda answer: answer.__name__,
)
def test_a_server_that_is_too_slow_is_left(published, tmp_path, mirror, answer):
    release = dataclasses.replace(published.release, mirrors=(mirror(answer),))
    start = time.monotonic()
    with pytest.raises(DatasetUnavailable, match=SAID):
        release.download(tmp_path / "cache")
    assert time.monotonic() - start < 5
    assert not list((tmp_path / "cache").iterdir())


def test_a_slow_mirror_is_followed_by_the_next(published, tmp_path, mirror):
    release = dataclasses.replace(published.release, mirrors=(mirror(dripping_body), *published.release.mirrors))
    release.download(tmp_path / "cache")
    assert release.find([tmp_path / "cache"])


def test_a_server_that_keeps_the_pace_may_take_longer_than_one_pause(published, tmp_path, mirror, monkeypatch):
    content = (published.folder / published.release.train_images.name).read_bytes()
    monkeypatch.setattr(steady, "PATIENCE", 0.5)
    monkeypatch.setattr(steady, "PACE", len(content))  # a second for all, besides the patience

    def steadily(send, over):
        send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content))
        for start in range(0, len(content), len(content) // 10):
            over.wait(0.1)  # twice the patience for all of it
            send(content[start : start + len(content) // 10])

    release = dataclasses.replace(published.release, mirrors=(mirror(steadily),))
    with pytest.raises(DatasetUnavailable, match="train-labels"):  # the same bytes again, for the next file
        release.download(tmp_path / "cache")
    assert (tmp_path / "cache" / release.train_images.name).read_bytes() == content
