"""Downloading, against a server on this machine: what comes is right, or nothing is kept."""

from __future__ import annotations

import dataclasses
import socket
from http.server import BaseHTTPRequestHandler

import numpy as np
import pytest

from engines.errors import DatasetUnavailable


def names_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "tiny"


def answering(status: int, headers: dict[str, str], body: bytes):
    """A handler that gives the same answer to everything."""

    class Fixed(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    return Fixed


def test_downloads_all_four_files_and_reports_progress(published, cache):
    heard = []
    assert published.release.download(cache, heard.append) == cache
    assert names_in(cache) == sorted(file.name for file in published.release.files)
    for name in names_in(cache):
        assert (cache / name).read_bytes() == (published.folder / name).read_bytes()
    assert published.release.find([cache]) == cache
    assert heard == sorted(heard)
    assert 0 < heard[0] < 1
    assert heard[-1] == 1
    assert len(set(heard)) >= 4


def test_needs_no_progress_callback(published, cache):
    data = published.release.read(published.release.download(cache))
    np.testing.assert_array_equal(data.y_train, published.labels[:12])


def test_what_is_there_and_right_is_not_asked_for_again(published, cache):
    published.release.download(cache)
    asked = len(published.requests)
    heard = []
    published.release.download(cache, heard.append)
    assert asked == 4
    assert len(published.requests) == asked
    assert heard[-1] == 1


def test_a_damaged_file_is_replaced(published, cache):
    published.release.download(cache)
    damaged = cache / published.release.train_images.name
    damaged.write_bytes(damaged.read_bytes()[:-10])
    published.release.download(cache)
    assert damaged.read_bytes() == (published.folder / damaged.name).read_bytes()
    assert published.requests[4:] == [f"/{damaged.name}"]


def test_a_wrong_checksum_keeps_nothing_of_that_file(published, cache):
    served = published.folder / published.release.test_images.name
    content = bytearray(served.read_bytes())
    content[100] ^= 1
    served.write_bytes(content)
    with pytest.raises(DatasetUnavailable, match=r"t10k-images.* that 127\.0\.0\.1.* sent is not the published one"):
        published.release.download(cache)
    assert names_in(cache) == ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"]
    assert published.release.find([cache]) is None


def test_what_failed_half_way_goes_on_from_there(published, cache):
    served = published.folder / published.release.test_images.name
    content = served.read_bytes()
    served.unlink()
    with pytest.raises(DatasetUnavailable, match="answered 404"):
        published.release.download(cache)
    served.write_bytes(content)
    published.release.download(cache)
    assert published.requests[3:] == [f"/{file.name}" for file in published.release.files[2:]]
    assert published.release.find([cache]) == cache


def test_a_file_that_is_not_served(published, cache):
    for file in published.release.files:
        (published.folder / file.name).unlink()
    with pytest.raises(DatasetUnavailable, match=r"answered 404 when asked for train-images-idx3-ubyte\.gz"):
        published.release.download(cache)
    assert names_in(cache) == []


def test_a_server_in_trouble(published, cache, serve):
    release = dataclasses.replace(published.release, mirrors=(serve(answering(503, {}, b"")),))
    with pytest.raises(DatasetUnavailable, match="answered 503"):
        release.download(cache)
    assert names_in(cache) == []


def test_nobody_listens(published, cache):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # taken, but not listening
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        release = dataclasses.replace(published.release, mirrors=(url,))
        with pytest.raises(DatasetUnavailable, match=r"127\.0\.0\.1:\d+ cannot be reached.* check the network"):
            release.download(cache)
    assert names_in(cache) == []


def test_a_connection_that_breaks(published, cache, serve):
    size = published.release.train_images.size
    half = (published.folder / published.release.train_images.name).read_bytes()[: size // 2]
    handler = answering(200, {"Content-Length": str(size)}, half)
    release = dataclasses.replace(published.release, mirrors=(serve(handler),))
    with pytest.raises(DatasetUnavailable, match="the connection was lost while train-images"):
        release.download(cache)
    assert names_in(cache) == []


def test_a_server_that_sends_too_much_is_cut_off(published, cache, serve):
    endless = answering(200, {}, bytes(20_000_000))
    release = dataclasses.replace(published.release, mirrors=(serve(endless),))
    heard = []
    with pytest.raises(DatasetUnavailable, match="is not the published one"):
        release.download(cache, heard.append)
    assert all(fraction <= 1 for fraction in heard)
    assert names_in(cache) == []


def test_the_next_mirror_is_asked_when_one_fails(published, cache, serve):
    bad = serve(answering(404, {}, b""))
    release = dataclasses.replace(published.release, mirrors=(bad, *published.release.mirrors))
    release.download(cache)
    assert release.find([cache]) == cache


def test_a_file_compressed_once_more_on_the_way_is_asked_for_as_it_is(published, cache, serve):
    seen = []

    class Watching(answering(404, {}, b"")):
        def do_GET(self):
            seen.append(self.headers["Accept-Encoding"])
            super().do_GET()

    release = dataclasses.replace(published.release, mirrors=(serve(Watching),))
    with pytest.raises(DatasetUnavailable):
        release.download(cache)
    assert seen == ["identity"]


def test_a_callback_that_raises_ends_the_download_and_leaves_nothing(published, cache):
    class Cancelled(Exception):
        pass

    def cancel(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        published.release.download(cache, cancel)
    assert names_in(cache) == []


def test_a_folder_that_cannot_be_made(published, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatasetUnavailable, match=r"cannot be saved in .*GRADIENT_ENGINE_DATA"):
        published.release.download(tmp_path / "file" / "tiny")
