"""What is no data file at all, or none that can be read: refused at once, and said in words."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import socket
import struct
import threading
import time
import zipfile

import numpy as np
import pytest

from engines.datasets.idx import read_idx
from engines.errors import InvalidDataFile
from tests.engines.datasets.test_idx import RIGHT, Counting, bomb, header, peak_memory
from tests.engines.nasty import NAMES, OBJECTS


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("images", RIGHT)
    return file.getvalue()


def saved(save) -> bytes:
    file = io.BytesIO()
    save(file, np.zeros(3))
    return file.getvalue()


IMPOSTORS = {
    "a page": (b"<!DOCTYPE html><html><title>404</title>", r"a web page \(HTML\)"),
    "a page in capitals": (b"\n\n <HTML><HEAD>", r"a web page \(HTML\)"),
    "a page with a mark": (b"\xef\xbb\xbf<!doctype html>", r"a web page \(HTML\)"),
    "a page of XML": (b'<?xml version="1.0"?><Error><Code>AccessDenied', "XML"),
    "XHTML": (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD', r"a web page \(HTML\)"),
    "JSON": (b'{"message": "Not Found"}', "JSON"),
    "LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a", "Git LFS"),
    "zip": (zipped(), r"a zip archive .*unpack it"),
    "npz": (saved(lambda file, x: np.savez(file, x=x)), r"\.npz"),
    "npy": (saved(np.save), r"\.npy"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "xz": (b"\xfd7zXZ\0" + bytes(50), "unpack it"),
    "tar": (b"t10k".ljust(257, b"\0") + b"ustar\x0000" + bytes(300), "tar archive"),
    "pickle": (b"\x80\x04\x95\x10\0\0\0", "pickle, which is never opened"),
    "csv": (b"label,pixel0\n5,0\n", "a text file, such as CSV"),
}


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("case", IMPOSTORS)
def test_another_kind_of_file_is_named(tmp_path, case, compressed):
    content, kind = IMPOSTORS[case]
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(content) if compressed else content)
    with pytest.raises(InvalidDataFile, match=rf"^images\.gz is not an IDX file: it is .*{kind}"):
        read_idx(path)


def little_endian(*shape, magic=b"\0\0\x08"):
    return magic + bytes([len(shape)]) + struct.pack(f"<{len(shape)}I", *shape) + bytes(int(np.prod(shape)))


LITTLE = {
    "sizes": little_endian(2, 28, 28),
    "labels": little_endian(7),
    "labels that could be many": little_endian(256),
    "as NumPy writes 2051": np.array([2051, 2, 28, 28], "<i4").tobytes() + bytes(2 * 784),
    "as NumPy writes 2049": np.array([2049, 7], "<i4").tobytes() + bytes(7),
}


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("case", LITTLE)
def test_a_little_endian_header_is_called_one(case, compressed):
    content = gzip.compress(LITTLE[case]) if compressed else LITTLE[case]
    with pytest.raises(InvalidDataFile, match=r"little-endian .* IDX is big-endian"):
        read_idx(io.BytesIO(content))


def test_a_large_gzip_file_whose_end_denies_its_header_is_refused_unread():
    file = Counting(bomb(header(325_255, 28, 28), 100_000_000))
    start = time.perf_counter()

    def attempt():
        with pytest.raises(InvalidDataFile, match=r"254,999,920 values in its header but 100,000,000 at its end"):
            read_idx(file)

    assert peak_memory(attempt) < 1_000_000
    assert file.taken < 50_000
    assert time.perf_counter() - start < 1


def test_a_plain_file_that_is_too_short_is_refused_unread():
    file = Counting(header(1000, 28, 28) + bytes(700_000))
    with pytest.raises(InvalidDataFile, match="ends after 700,000 of the 784,000 values"):
        read_idx(file)
    assert file.taken < 100


def within_a_second(action):
    """The action in a thread of its own: what hangs must not hold the tests."""
    caught = []

    def run():
        try:
            action()
        except Exception as error:
            caught.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(1)
    assert not thread.is_alive(), "it hangs"
    return caught[0]


@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "socket", "device"])
def test_what_is_no_ordinary_file_is_not_opened(tmp_path, kind):
    path = tmp_path / "images.gz"
    with contextlib.ExitStack() as stack:
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "link to a pipe":
            os.mkfifo(tmp_path / "pipe")
            path.symlink_to(tmp_path / "pipe")
        elif kind == "socket":
            stack.enter_context(socket.socket(socket.AF_UNIX)).bind(str(path))
        else:
            path.symlink_to("/dev/zero")
        error = within_a_second(lambda: read_idx(path))
    assert isinstance(error, InvalidDataFile)
    assert "images.gz is not an ordinary file but a pipe, a socket or a device" in str(error)


@pytest.mark.parametrize(
    "path", ["a\0b", "a" * 5000, "a/" * 2500 + "b", "\ud800", b"nowhere", ""], ids=lambda p: repr(p[:9])
)
def test_names_that_cannot_be(path):
    with pytest.raises(InvalidDataFile, match="cannot be read") as error:
        read_idx(path)
    assert len(str(error.value)) <= 300


def test_a_file_that_may_not_be_read(monkeypatch, tmp_path):
    path = tmp_path / "images.gz"
    path.write_bytes(RIGHT)

    def denied(*_):  # a test that runs as root may read everything
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("builtins.open", denied)
    with pytest.raises(InvalidDataFile, match=r"^images\.gz cannot be read: Permission denied\.$"):
        read_idx(path)


def closed():
    file = io.BytesIO(RIGHT)
    file.close()
    return file


class Endless(io.RawIOBase):
    """Gives more than it is asked for."""

    def read(self, size=-1):
        return b"\0\0\x08\1" * 1000

    def tell(self):
        return 0

    def seek(self, *_):
        return 100


@pytest.mark.parametrize(
    "file",
    [closed(), io.StringIO("\0\0"), Endless(), type("Reads", (), {"read": None})()],
    ids=lambda f: type(f).__name__,
)
def test_open_files_that_cannot_be_read(file):
    with pytest.raises(InvalidDataFile, match=r"^the file "):
        read_idx(file)


def test_the_end_of_a_pipe_cannot_be_sought():
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file, os.fdopen(writing, "wb"):
        assert isinstance(within_a_second(lambda: read_idx(file)), InvalidDataFile)


@pytest.mark.parametrize("name", NAMES)
def test_any_object_for_a_file(name):
    with pytest.raises(InvalidDataFile) as error:
        read_idx(OBJECTS[name])
    assert len(str(error.value)) <= 300
