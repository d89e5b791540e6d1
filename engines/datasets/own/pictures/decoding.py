"""Decoding a picture in pieces, by Pillow's decoders: what its own `load` does in one go, half a second for a photo."""

from __future__ import annotations

import io
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from engines.errors import InvalidDataFile
from engines.pieces import PIECE

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_BLOCK = 2**16
_ENOUGH = 128  # pixels a side: JPEG is decoded no larger than needed


def decoded(content: bytes, name: str) -> Generator[Any, None, ImageFile]:
    """The picture, turned as its camera was held. Raises `InvalidDataFile`.

    Its size must have been checked before: room for it is made here.
    """
    from PIL import Image, ImageOps

    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        picture.draft("L", (_ENOUGH, _ENOUGH))
        if len(content) <= _BLOCK and picture.size[0] * picture.size[1] <= _BLOCK:
            picture.load()
        else:
            yield from _load(picture)
        return ImageOps.exif_transpose(picture)  # type: ignore[bad-return]
    except InvalidDataFile:
        raise
    except Exception as error:  # whatever Pillow raises for a damaged picture
        raise InvalidDataFile("{name} is a damaged picture: it cannot be decoded to its end.", name=name) from error


def _load(picture: ImageFile) -> Generator[Any, None, None]:
    """As `ImageFile.load`, which has the same loop without pieces."""
    from PIL import Image

    picture.load_prepare()
    read = getattr(picture, "load_read", None) or picture.fp.read  # type: ignore[missing-attribute]
    seek = getattr(picture, "load_seek", None) or picture.fp.seek  # type: ignore[missing-attribute]
    for name, extents, offset, arguments in picture.tile:
        decoder = Image._getdecoder(picture.mode, name, arguments, picture.decoderconfig)
        try:
            seek(offset)
            decoder.setimage(picture.im, extents)
            yield from _feed(decoder, read)
        finally:
            decoder.cleanup()
    picture.tile = []
    picture.load_end()


def _feed(decoder: Any, read: Any) -> Generator[Any, None, None]:
    waiting = b""
    while True:
        piece = read(_BLOCK)
        if not piece:
            raise EOFError
        used, error = decoder.decode(waiting + piece)
        if used < 0:
            if error < 0:
                raise ValueError(error)
            return
        waiting = (waiting + piece)[used:]
        yield PIECE
