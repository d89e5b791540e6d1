"""What a file is that is not what its name says, by its first bytes: a web page saved as `.gz` is the usual case."""

from __future__ import annotations

import re

from engines.errors import EngineError

FIRST = 512  # so many bytes are enough

_MARKS: tuple[tuple[bytes, EngineError], ...] = (
    (rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<(!doctype html|html|head|body)", EngineError("a web page (HTML)")),
    (rb"\s*<\?xml|\s*<[a-z]+[ >]", EngineError("an XML document")),
    (rb"version https://git-lfs", EngineError("a Git LFS pointer, which only stands for the file itself")),
    (rb"\s*[{\[]\s*[\"{\[\]}0-9]", EngineError("a JSON text, perhaps a server's error message")),
    (rb"PK(\x03\x04|\x05\x06|\x07\x08)", EngineError("a zip archive (or .npz): unpack it")),
    (rb"\x93NUMPY", EngineError("a NumPy array (.npy)")),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM|RIFF....WEBP|II\*\0|MM\0\*", EngineError("a picture")),
    (rb"%PDF", EngineError("a PDF document")),
    (rb"\x1f\x8b", EngineError("gzipped twice: unpack it once")),
    (
        rb"\xfd7zXZ\0|BZh[1-9]|\x28\xb5\x2f\xfd|7z\xbc\xaf\x27\x1c|Rar!",
        EngineError("another kind of archive: unpack it"),
    ),
    (rb".{257}ustar", EngineError("a tar archive: unpack it")),
    (rb"\x89HDF", EngineError("an HDF5 file")),
    (rb"\x80[\x02-\x05]", EngineError("perhaps a pickle, which is never opened")),
    (rb"[\t\n\r -~]+\Z", EngineError("a text file, such as CSV")),
)


def likely_kind(start: bytes) -> EngineError | None:
    """What a file is that begins with these bytes, as words to be put into an error; None where nobody can say.

    >>> print(likely_kind(b"<!DOCTYPE html>"), "|", likely_kind(bytes(4)))
    a web page (HTML) | None
    """
    start = start.removeprefix(b"\xef\xbb\xbf")
    return next((kind for mark, kind in _MARKS if re.match(mark, start, re.DOTALL | re.IGNORECASE)), None)
