"""The shared folder: bounded, whole files only, and never in anybody's way."""

import logging
import os
import threading
import time

from engines.pieces import PIECE, finished
from engines.runs.saved import folder as folders
from engines.runs.saved.folder import SharedFolder


def folder(path, most_bytes=10_000, most_of_one=2_000):
    return SharedFolder(path, lambda name: name.endswith(".ours"), most_bytes, most_of_one)


def written(where, name, content=b"content"):
    def fill(file):
        file.write(content[:3])
        yield PIECE
        file.write(content[3:])

    return finished(where.write(name, fill))


def test_what_one_writes_another_reads(tmp_path):
    assert written(folder(tmp_path / "new"), "a.ours")
    other = folder(tmp_path / "new")
    assert other.names() == ["a.ours"]
    assert other.read("a.ours").read() == b"content"
    other.remove("a.ours")
    assert other.read("a.ours") is None
    assert not other.has("a.ours")


def test_a_file_that_is_not_finished_is_not_there(tmp_path):
    where = folder(tmp_path)

    def fill(file):
        file.write(b"half")
        yield PIECE

    begun = where.write("a.ours", fill)
    next(begun)
    assert where.names() == []
    begun.close()
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_go_where_there_are_too_many_bytes(tmp_path):
    where = folder(tmp_path)
    (tmp_path / "notes.txt").write_bytes(bytes(50_000))  # somebody's
    for number in range(30):
        assert written(where, f"{number}.ours", bytes(1000))
        os.utime(tmp_path / f"{number}.ours", (number, number))
    names = where.names()
    assert sum((tmp_path / name).stat().st_size for name in names) <= 11_000
    assert "29.ours" in names
    assert "0.ours" not in names
    assert (tmp_path / "notes.txt").exists()


def test_what_is_read_counts_as_new(tmp_path):
    where = folder(tmp_path)
    for number in range(9):
        written(where, f"{number}.ours", bytes(1000))
        os.utime(tmp_path / f"{number}.ours", (number, number))
    where.read("0.ours")
    for number in range(9, 14):
        written(where, f"{number}.ours", bytes(1000))
    assert "0.ours" in where.names()
    assert "1.ours" not in where.names()


def test_one_that_is_too_large_is_neither_written_nor_read(tmp_path):
    where = folder(tmp_path)
    assert not written(where, "a.ours", bytes(3_000))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "b.ours").write_bytes(bytes(3_000))
    assert where.read("b.ours") is None


def test_what_a_killed_process_left_goes_after_a_while(tmp_path):
    left = tmp_path / "0123.begun"
    left.write_bytes(b"half")
    written(folder(tmp_path), "a.ours")
    assert left.exists()
    os.utime(left, (0, 0))
    written(folder(tmp_path), "b.ours")
    assert not left.exists()


def test_a_disk_that_takes_nothing_is_told_once_and_tried_again_later(tmp_path, caplog, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    where = folder(tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        assert not written(where, "a.ours")
        assert not where.is_usable
        assert where.names() == []
        later = time.monotonic() + 120
        monkeypatch.setattr(time, "monotonic", lambda: later)
        assert where.is_usable
        assert not written(where, "a.ours")
    assert len(caplog.records) == 1
    assert "training goes on without it" in caplog.text


def test_a_full_disk_leaves_nothing_behind(tmp_path, caplog):
    where = folder(tmp_path)

    def fill(file):
        file.write(b"half")
        yield PIECE
        raise OSError(28, "No space left on device")

    assert not finished(where.write("a.ours", fill))
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_plain_file_is_not_opened(tmp_path):
    where = folder(tmp_path)
    os.mkfifo(tmp_path / "pipe.ours")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link.ours").symlink_to(tmp_path / "secret")
    (tmp_path / "folder.ours").mkdir()
    assert [where.read(name) for name in ("pipe.ours", "link.ours", "folder.ours", "none.ours")] == [None] * 4


def test_several_write_and_clear_at_the_same_time(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "_AT_ONCE", 3)
    errors = []

    def work(me):
        where = folder(tmp_path)
        try:
            for number in range(60):
                assert written(where, f"{number % 20}.ours", bytes([me]) * 900)
                content = where.read(f"{(number + 7) % 20}.ours")
                assert content is None or len(set(content.read())) == 1
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    names = folder(tmp_path).names()
    assert sum((tmp_path / name).stat().st_size for name in names) < 15_000
    assert len(list(tmp_path.iterdir())) == len(names)
