"""How large a picture is, from its header: known before Pillow is asked to make room for it.

Formats: PNG, its first chunk IHDR; JPEG, the first segment SOF0…SOF15 after those of other kinds.
"""

from __future__ import annotations

import struct

from engines.datasets.impostors import likely_kind
from engines.datasets.own.uploads import Bounds
from engines.errors import InvalidDataFile

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_PIXELS_A_BYTE = 1000  # a blank page scanned in black and white has 800
_NO_LENGTH = {0x01, *range(0xD0, 0xD9)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def checked_size(content: bytes, name: str, bounds: Bounds) -> tuple[int, int]:
    """(width, height) of a PNG or JPEG picture. Raises `InvalidDataFile`: another kind of file, cut off, too large."""
    if content.startswith(PNG):
        size = _png(content)
    elif content.startswith(JPEG):
        size = _jpeg(content)
    else:
        raise _foreign(content, name)
    if size is None or 0 in size:
        raise InvalidDataFile("{name} is a damaged picture: its header is cut off.", name=name)
    width, height = size
    if width * height > bounds.picture:
        raise InvalidDataFile(
            "{name} is a picture of {width:,}×{height:,} pixels; at most {most:,} in all are read. Make it smaller.",
            name=name,
            width=width,
            height=height,
            most=bounds.picture,
        )
    if width * height > _PIXELS_A_BYTE * len(content):
        raise InvalidDataFile(
            "{name} is a picture of {width:,}×{height:,} pixels in {size:,} bytes: nothing that shows something is so "
            "small.",
            name=name,
            width=width,
            height=height,
            size=len(content),
        )
    return width, height


def most_pixels(content_bytes: int, bounds: Bounds) -> int:
    """How many a picture in so many bytes may have."""
    return min(bounds.picture, _PIXELS_A_BYTE * content_bytes)


def _png(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR" or len(content) < 24:
        return None
    width, height = struct.unpack_from(">2I", content, 16)
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF or marker in _NO_LENGTH:  # filling, or a mark that stands alone
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">2H", content, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    return None


def _foreign(content: bytes, name: str) -> InvalidDataFile:
    if not content:
        return InvalidDataFile("{name} is empty; expected was a picture, PNG or JPEG.", name=name)
    if kind := likely_kind(content[:512]):
        return InvalidDataFile(
            "{name} is neither PNG nor JPEG, whatever its name says: it is {kind}.", name=name, kind=kind
        )
    return InvalidDataFile("{name} is neither PNG nor JPEG, whatever its name says.", name=name)
