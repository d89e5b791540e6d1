"""Which parts the files have that somebody brings, and what kind of data set they are together."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from engines.datasets.impostors import FIRST, likely_kind
from engines.datasets.own.kinds import Kind
from engines.datasets.own.parts import Part, part_of
from engines.datasets.own.uploads import USUAL, Bounds, Upload
from engines.datasets.own.zip_directory import Entry, directory
from engines.datasets.own.zip_names import is_junk, leads_out, paths, suffix
from engines.errors import EngineError, InvalidDataFile
from engines.pieces import PIECE, InPieces, finished, slices

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_NPY = b"\x93NUMPY"
_PICTURES = {".png", ".jpg", ".jpeg", ".jfif", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".svg"}
_AT_ONCE = 4000
_FEW = 8  # files in an archive that is no archive of pictures
EXPECTED = EngineError(
    "two IDX files (images and labels), one .npz, one CSV, or a ZIP with one folder of PNG or JPEG pictures a class"
)


@dataclass(frozen=True, eq=False)
class Sources:
    """The parts of a data set, each with its path: of pictures and of .npz those in the archive."""

    kind: Kind
    parts: tuple[Part, ...]
    paths: tuple[str, ...]
    notes: tuple[EngineError, ...] = ()


def sources(uploads: Sequence[Upload], bounds: Bounds) -> Generator[Any, None, Sources]:
    """Raises `InvalidDataFile` that names the file, what is wrong with it and what was expected."""
    _check_uploads(uploads, bounds)
    found: list[tuple[Kind, Part, str]] = []
    notes: list[EngineError] = []
    for upload in uploads:
        part = part_of(upload, bounds, upload.name)
        if not part.gzipped and part.head(4).startswith(_ZIP):
            archived = yield from _in_archive(upload, bounds)
            notes += archived.notes
            found += [(archived.kind, *each) for each in zip(archived.parts, archived.paths, strict=True)]
        else:
            found.append((_kind_of(part), part, upload.name))
        yield PIECE
    kinds = sorted({kind for kind, *_ in found})
    if len(kinds) > 1 or (kinds[0] in (Kind.NPZ, Kind.PICTURES) and len(uploads) > 1):
        raise InvalidDataFile(
            "{name} and the other files do not belong together; expected was {expected}.",
            name=uploads[0].name,
            expected=EXPECTED,
        )
    _kinds, parts, names = zip(*found, strict=True)
    return Sources(kinds[0], parts, names, tuple(notes))


def _check_uploads(uploads: Sequence[Upload], bounds: Bounds) -> None:
    if not 1 <= len(uploads) <= bounds.files:
        raise InvalidDataFile(
            "{count} files cannot be one data set; expected was {expected}.", count=len(uploads), expected=EXPECTED
        )
    for upload in uploads:
        if upload.size == 0:
            raise InvalidDataFile("{name} is empty; expected was {expected}.", name=upload.name, expected=EXPECTED)
        if upload.size > bounds.file:
            raise InvalidDataFile(
                "{name} is a file of {size:,} bytes; at most {most:,} are read. Pack it as .gz or .zip, or use a part "
                "of it.",
                name=upload.name,
                size=upload.size,
                most=bounds.file,
            )


def _in_archive(upload: Upload, bounds: Bounds) -> Generator[Any, None, Sources]:
    entries = yield from directory(upload, bounds)
    texts, note = paths(entries)
    yield PIECE
    for path in texts:
        if leads_out(path):
            raise InvalidDataFile(
                "{name} has a file whose path leads out of the archive, {path!r}: it is not opened.",
                name=upload.name,
                path=path,
            )
    yield PIECE
    inside: list[tuple[str, Entry]] = []
    for part in slices(len(texts), _AT_ONCE):
        inside += [pair for pair in zip(texts[part], entries[part], strict=True) if not is_junk(pair[0])]
        yield PIECE
    if not inside:
        raise InvalidDataFile(
            "{name} is an archive without any data; expected was {expected}.", name=upload.name, expected=EXPECTED
        )
    notes = () if note is None else (note,)
    suffixes = {suffix(path) for path, _ in inside}
    yield PIECE
    if suffixes & _PICTURES:
        return (yield from _sources(Kind.PICTURES, upload, bounds, inside, notes))
    if suffixes == {".npy"}:
        return (yield from _sources(Kind.NPZ, upload, bounds, inside, ()))
    return _of_few(upload, bounds, inside)


def _sources(
    kind: Kind, upload: Upload, bounds: Bounds, inside: Sequence[tuple[str, Entry]], notes: tuple[EngineError, ...]
) -> InPieces[Sources]:
    parts: list[Part] = []
    for some in slices(len(inside), _AT_ONCE):
        parts += [Part(f"{upload.name}: {path}", entry.size, upload, bounds, entry) for path, entry in inside[some]]
        yield PIECE
    return Sources(kind, tuple(parts), tuple(path for path, _ in inside), notes)


def _of_few(upload: Upload, bounds: Bounds, inside: Sequence[tuple[str, Entry]]) -> Sources:
    """An archive of IDX files or of a CSV."""
    if any(path in ("[Content_Types].xml", "mimetype") for path, _ in inside):
        raise InvalidDataFile(
            "{name} is a document of an office program, perhaps an Excel workbook: save it as CSV.", name=upload.name
        )
    if len(inside) > _FEW:
        raise InvalidDataFile(
            "{name} is an archive of {count:,} files without pictures; expected was {expected}.",
            name=upload.name,
            count=len(inside),
            expected=EXPECTED,
        )
    data = [(path, entry) for path, entry in inside if not _is_remark(path)] or list(inside)
    parts = tuple(part_of(upload, bounds, f"{upload.name}: {path}", entry) for path, entry in data)
    kinds = [_kind_of(part) for part in parts]
    if len(set(kinds)) > 1:
        raise InvalidDataFile(
            "{name} is an archive of files that do not belong together; expected was {expected}.",
            name=upload.name,
            expected=EXPECTED,
        )
    return Sources(kinds[0], parts, tuple(path for path, _ in data))


def _is_remark(path: str) -> bool:
    return suffix(path) in (".md", ".pdf", ".html") or bool(
        re.search(r"read.?me|licen[cs]e|mapping", path, re.IGNORECASE)
    )


def _kind_of(part: Part) -> Kind:
    """By the first bytes: IDX or text."""
    head = part.head(FIRST)
    if not head:
        raise InvalidDataFile("{name} is empty; expected was {expected}.", name=part.name, expected=EXPECTED)
    if head[:2] == b"\0\0" or re.match(rb"[\x01-\x04]\x08\0\0", head):
        return Kind.IDX
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidDataFile("{name} is a text in UTF-16: save it as CSV in UTF-8.", name=part.name)
    if head.startswith(_ZIP):
        raise InvalidDataFile(
            "{name} is an archive within an archive: unpack the outer one and bring the inner one.", name=part.name
        )
    kind = None if _is_table(head) or not head.strip() else likely_kind(head)
    if kind is None and not re.search(rb"[\x00-\x08\x0e-\x1f]", head):
        return Kind.CSV
    raise _foreign(part.name, kind)


def _is_table(head: bytes) -> bool:
    """Whether text begins as a table does: with words or numbers, and with printable letters only."""
    return bool(re.match(rb"(\xef\xbb\xbf)?[\s\"']*[\w.+;,#-]", head)) and not re.search(
        rb"[\x00-\x08\x0e-\x1f]|^\xff\xd8|^version https://git-lfs|^BZh\d|^Rar!|^GIF8|^BM.{4}\0", head
    )


def _foreign(name: str, kind: EngineError | None) -> InvalidDataFile:
    if kind is not None:
        return InvalidDataFile(
            "{name} is not data of images that can be read here: it is {kind}. Expected was {expected}.",
            name=name,
            kind=kind,
            expected=EXPECTED,
        )
    return InvalidDataFile(
        "{name} is a kind of file that is not known here; expected was {expected}.", name=name, expected=EXPECTED
    )


def recognised(uploads: Sequence[Upload], bounds: Bounds = USUAL) -> Kind:
    """Which kind of data set the files are, packed (.gz, .zip) or not.

    Raises `InvalidDataFile` that names the file, what is wrong with it and what was expected.
    """
    return finished(sources(uploads, bounds)).kind
