"""Small files of known content, each written by hand or by a library that is not ours; and reading them in one go."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Mapping

import numpy as np
from PIL import Image

from engines.datasets.own import USUAL, Upload, prepared_in_pieces, read_in_pieces, understood

RNG = np.random.default_rng(7)
COUNT = 60
LABELS = np.tile(np.arange(10), 6)  # 6 images of each of ten classes


def images(count: int = COUNT, side: int = 8) -> np.ndarray:
    """Bytes (count, side, side), all different, dark at the border, bright in the middle; 0 and 255 are there."""
    x = np.random.default_rng(count + side).integers(0, 256, (count, side, side), np.uint8)
    x[:, [0, -1]] = x[:, :, [0, -1]] = 0
    x[:, side // 2, side // 2] = 255
    return x


def upload(name: str, content: bytes) -> Upload:
    return Upload(name, io.BytesIO(content), len(content))


def idx(values: np.ndarray) -> bytes:
    """From the format's description."""
    return struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape) + values.astype(np.uint8).tobytes()


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def table(rows, header=None, separator=",", end="\n") -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator=end)
    writer.writerows([header] if header else [])
    writer.writerows(rows)
    return file.getvalue().encode()


def rows(x: np.ndarray, y, first: bool = True) -> list[list]:
    """Label and pixels of each image, or pixels and label."""
    pixels = x.reshape(len(x), -1).tolist()
    return [[label, *values] if first else [*values, label] for label, values in zip(y, pixels, strict=True)]


def picture(values: np.ndarray, kind: str = "PNG", mode: str | None = None, **options) -> bytes:
    file = io.BytesIO()
    made = Image.fromarray(values)
    (made.convert(mode) if mode else made).save(file, kind, **options)
    return file.getvalue()


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def raw_archive(members: Mapping[bytes, bytes], flags: int = 0) -> bytes:
    """A ZIP archive with names as bytes, in an encoding that it does not tell, as old programs write it; stored."""
    import zlib

    body, directory = b"", b""
    for name, content in members.items():
        numbers = (flags, 0, 0, 0, zlib.crc32(content), len(content), len(content), len(name))
        directory += b"PK\x01\x02" + struct.pack("<2H4H3I5H2I", 20, 20, *numbers, 0, 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + struct.pack("<H4H3I2H", 20, *numbers, 0) + name + content
    return (
        body
        + directory
        + b"PK\x05\x06"
        + struct.pack("<4H2IH", 0, 0, *[len(members)] * 2, len(directory), len(body), 0)
    )


def read(*uploads: Upload, bounds=USUAL):
    """The material; shares rise to 1."""
    readings = list(read_in_pieces(uploads, bounds))
    shares = [each.share for each in readings]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert [each.material for each in readings[:-1]] == [None] * (len(readings) - 1)
    return readings[-1].material


def prepared(material, preparation=None, hint="", bounds=USUAL):
    """(look, data) by these choices, or those understood."""
    steps = list(prepared_in_pieces(material, preparation or understood(material), hint, bounds))
    assert [each.share for each in steps] == sorted(each.share for each in steps)
    return steps[-1].look, steps[-1].data


def by_content(data) -> dict[bytes, str]:
    """Each image of a data set, as bytes from 0 to `brightest`, with its class: whatever the split and the order."""
    found = {}
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        found |= {row.tobytes(): data.class_names[label] for row, label in zip(x.values, y, strict=True)}
    return found


def expected(x: np.ndarray, names) -> dict[bytes, str]:
    return {image.tobytes(): str(name) for image, name in zip(x, names, strict=True)}


def kinds(look) -> set[str]:
    return {suspicion.kind for suspicion in look.suspicions}


def remedy(look, kind: str):
    return next(suspicion for suspicion in look.suspicions if suspicion.kind == kind)


def sentences(look) -> str:
    return " ".join(map(str, look.done))
