"""The IDX reader: reads what is right, and says what is wrong with everything else, in little memory."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from engines.datasets.idx import read_idx
from engines.errors import InvalidDataFile

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
RIGHT = b"\0\0\x08\x03" + bytes([0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4]) + bytes(range(24))


class Counting(io.BytesIO):
    """A file that knows how many of its bytes were read."""

    taken = 0

    def read(self, size=-1):
        piece = super().read(size)
        self.taken += len(piece)
        return piece


def peak_memory(action) -> int:
    """The most bytes that Python and NumPy held at once during the action."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# What is right


def test_reads_an_example_written_out_by_hand():
    result = read_idx(io.BytesIO(RIGHT))
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, IMAGES)


def test_reads_plain_and_compressed_by_content_not_by_name(tmp_path):
    for name, content in (("a.gz", RIGHT), ("b", gzip.compress(RIGHT)), ("c.gz", gzip.compress(RIGHT))):
        (tmp_path / name).write_bytes(content)
        np.testing.assert_array_equal(read_idx(tmp_path / name), IMAGES)
        np.testing.assert_array_equal(read_idx(str(tmp_path / name), ndim=3), IMAGES)


def test_reads_a_file_from_where_it_stands_and_leaves_it_open():
    for content in (RIGHT, gzip.compress(RIGHT)):
        file = io.BytesIO(b"before" + content)
        file.seek(6)
        np.testing.assert_array_equal(read_idx(file), IMAGES)
        assert not file.closed


def test_reads_a_file_that_gives_few_bytes_at_a_time():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 3) if size >= 0 else 3)

    np.testing.assert_array_equal(read_idx(Slow(RIGHT)), IMAGES)


@given(values=npst.arrays(np.uint8, npst.array_shapes(min_dims=1, max_dims=4, max_side=9)), compress=st.booleans())
def test_reads_whatever_an_independent_writer_wrote(idx_bytes, values, compress):
    content = idx_bytes(values)
    result = read_idx(io.BytesIO(gzip.compress(content) if compress else content), ndim=values.ndim)
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, values)


# What is wrong


def header(*shape, code=8, ndim=None):
    return struct.pack(f">HBB{len(shape)}I", 0, code, len(shape) if ndim is None else ndim, *shape)


WRONG = {
    "empty": (b"", "is empty"),
    "text": (b"label,pixel0\n5,0\n", r"not an IDX file: .* 6c 61 62 65"),
    "png": (b"\x89PNG\r\n\x1a\n" + RIGHT, "not an IDX file: .* 89 50 4e 47"),
    "zip": (b"PK\x03\x04" + RIGHT, "not an IDX file"),
    "three bytes": (b"\0\0\x08", "not an IDX file: .* 00 00 08,"),
    "first byte": (b"\1" + RIGHT[1:], "not an IDX file"),
    "second byte": (b"\0\1" + RIGHT[2:], "not an IDX file"),
    "floats": (header(6, code=0x0D) + bytes(24), "IDX type 0d; only unsigned bytes"),
    "signed bytes": (header(6, code=0x09) + bytes(6), "IDX type 09"),
    "no such type": (header(6, code=0xFF) + bytes(6), "IDX type ff"),
    "no dimension": (header() + bytes(1), "has 0 dimensions; 1 to 4"),
    "five dimensions": (header(1, 1, 1, 1, 1) + bytes(1), "has 5 dimensions; 1 to 4"),
    "255 dimensions": (header(1, ndim=255) + bytes(2000), "has 255 dimensions; 1 to 4"),
    "header cut off": (header(2, 3, 4)[:15], "ends within its header"),
    "header without dimensions": (header(2, 3, 4)[:4], "ends within its header"),
    "no image": (header(0, 28, 28), r"\(0, 28, 28\), and none may be 0"),
    "no width": (header(2, 28, 0), "none may be 0"),
    "zero hides a huge one": (header(0, 2**32 - 1, 2**32 - 1), "none may be 0"),
    "huge": (header(2**32 - 1) + bytes(100), "4,294,967,295 bytes; at most 268,435,456"),
    "2**64, which is 0 in 64 bits": (header(2**16, 2**16, 2**16, 2**16), "18,446,744,073,709,551,616 bytes"),
    "no body": (header(2, 3, 4), "ends after 0 of the 24 values"),
    "body cut off": (RIGHT[:-1], "ends after 23 of the 24 values"),
    "one byte too many": (RIGHT + b"\0", "continues after the 24 values"),
    "compressed twice": (gzip.compress(RIGHT), "1f 8b"),
}


@pytest.mark.parametrize("case", [case for case in WRONG if case != "compressed twice"])
def test_wrong_files_are_refused(case):
    content, message = WRONG[case]
    with pytest.raises(InvalidDataFile, match=message):
        read_idx(io.BytesIO(content))


@pytest.mark.parametrize("case", WRONG)
def test_wrong_files_are_refused_compressed_too(case):
    content, message = WRONG[case]
    with pytest.raises(InvalidDataFile, match=message):
        read_idx(io.BytesIO(gzip.compress(content)))


def test_every_shortened_file_is_refused():
    for content in (RIGHT, gzip.compress(RIGHT)):
        for end in range(len(content)):
            with pytest.raises(InvalidDataFile):
                read_idx(io.BytesIO(content[:end]))


def test_a_changed_byte_of_a_gzip_file_is_noticed_or_harmless():
    content = gzip.compress(RIGHT)
    noticed = 0
    for at in range(len(content)):
        changed = content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
        try:
            np.testing.assert_array_equal(read_idx(io.BytesIO(changed)), IMAGES)  # its time, its system
        except InvalidDataFile:
            noticed += 1
    assert noticed >= len(content) - 6


def test_a_wrong_gzip_checksum_is_named():
    content = bytearray(gzip.compress(RIGHT))
    content[-8] ^= 1
    with pytest.raises(InvalidDataFile, match=r"damaged gzip file \(CRC"):
        read_idx(io.BytesIO(content))


def test_a_gzip_magic_without_gzip_is_damaged():
    with pytest.raises(InvalidDataFile, match="damaged gzip file"):
        read_idx(io.BytesIO(b"\x1f\x8b" + bytes(100)))


def test_images_where_labels_are_expected():
    with pytest.raises(InvalidDataFile, match=r"has 3 dimensions instead of 1: .* swapped"):
        read_idx(io.BytesIO(RIGHT), ndim=1)


def test_messages_name_the_file_but_not_its_folder(tmp_path):
    folder = tmp_path / "private"
    folder.mkdir()
    (folder / "images.gz").write_bytes(b"nothing of the sort")
    for name in ("images.gz", "missing.gz"):
        with pytest.raises(InvalidDataFile, match=rf"^{name} ") as caught:
            read_idx(folder / name)
        assert "private" not in str(caught.value)
    with pytest.raises(InvalidDataFile, match="private cannot be read: Is a directory"):
        read_idx(folder)
    with pytest.raises(InvalidDataFile, match=r"^the file is empty"):
        read_idx(io.BytesIO())


# Bounds


def test_the_most_that_is_read_is_read_and_not_a_byte_more():
    assert read_idx(io.BytesIO(RIGHT), max_bytes=24).size == 24
    with pytest.raises(InvalidDataFile, match="24 bytes; at most 23"):
        read_idx(io.BytesIO(RIGHT), max_bytes=23)


def bomb(start: bytes, zeros: int) -> bytes:
    """A gzip file of `start` and then that many zeros: about a thousandth of it."""
    packer = zlib.compressobj(wbits=31)
    million = bytes(10**6)
    parts = [packer.compress(start), *(packer.compress(million) for _ in range(zeros // 10**6)), packer.flush()]
    return b"".join(parts)


@pytest.mark.parametrize(
    ("start", "message"),
    [(header(10, 28, 28), "continues after the 7,840 values"), (header(60_000, 2**15, 28), "at most 268,435,456")],
)
def test_a_zip_bomb_is_refused_without_inflating_it(start, message):
    file = Counting(bomb(start, 100_000_000))
    size = file.getbuffer().nbytes
    assert size < 200_000

    def attempt():
        with pytest.raises(InvalidDataFile, match=message):
            read_idx(file)

    assert peak_memory(attempt) < 1_000_000
    assert file.taken < size / 4


def test_a_file_larger_than_can_be_read_is_refused_unread():
    file = Counting(b"\x1f\x8b" + bytes(3_000_000))
    with pytest.raises(InvalidDataFile, match="file of 3,000,002 bytes; at most 1,000"):
        read_idx(file, max_bytes=1000)
    assert file.taken == 0


def test_reading_takes_little_more_memory_than_the_array():
    content = gzip.compress(header(20, 1000, 1000) + bytes(20_000_000), 1)
    assert peak_memory(lambda: read_idx(io.BytesIO(content))) < 22_000_000


# Fuzz: whatever the bytes, an array that means them, or InvalidDataFile


def read_or_refuse(idx_bytes, content):
    try:
        result = read_idx(io.BytesIO(content), max_bytes=10_000)
    except InvalidDataFile:
        return
    assert idx_bytes(result) == (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)


@given(start=st.sampled_from([b"", b"\0\0", b"\0\0\x08", b"\0\0\x08\x01\0\0\0", b"\x1f\x8b\x08"]), rest=st.binary())
@example(start=b"\0\0\x08\x01\0\0\0", rest=b"\x01a")
def test_fuzz_arbitrary_bytes(idx_bytes, start, rest):
    read_or_refuse(idx_bytes, start + rest)
    read_or_refuse(idx_bytes, gzip.compress(start + rest))


@given(data=st.data(), compress=st.booleans())
def test_fuzz_a_right_file_with_a_part_replaced(idx_bytes, data, compress):
    content = gzip.compress(RIGHT) if compress else RIGHT
    at = data.draw(st.integers(0, len(content)))
    removed = data.draw(st.integers(0, 8))
    read_or_refuse(idx_bytes, content[:at] + data.draw(st.binary(max_size=8)) + content[at + removed :])
