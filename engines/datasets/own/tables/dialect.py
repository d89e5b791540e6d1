"""How a CSV file is written: separator, decimal sign, what stands before the first line; seen from its beginning."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from engines.datasets.own.encodings import LANGUAGES, encoding_of
from engines.errors import EngineError, InvalidDataFile

SAMPLE = 2**18
"""So many bytes of the beginning are looked at; a line must not be longer."""
_BOM = b"\xef\xbb\xbf"
_SEPARATORS = (",", ";", "\t", "|", " ")
_LINES = 8
_OLD = "cp1252"  # of Windows in Western Europe


@dataclass(frozen=True)
class Dialect:
    """`separator` between cells; `decimal_comma`, whether 0,5 means a half; `skipped`: bytes before the first line.

    `trailing`: whether each line ends in a separator, which then begins no cell."""

    separator: str
    decimal_comma: bool
    skipped: int
    trailing: bool

    def cells(self, line: bytes) -> list[str]:
        """The cells of a line, without quotes and blanks around them; what is no UTF-8 as `words_read` takes it."""
        text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
        if self.separator == " ":
            text = text if '"' in text else " ".join(text.split())  # several stand between numbers in columns
        row = next(csv.reader([text], delimiter=self.separator), [])
        row = row[:-1] if self.trailing and row and not row[-1].strip() else row
        return [cell.strip() for cell in row]


def words_read(words: Sequence[str]) -> tuple[list[str], EngineError | None]:
    """Words of `Dialect.cells` as they were meant, and what had to be guessed for that, in words."""
    raw = [word.encode("utf-8", "surrogateescape") for word in words]
    encoding = encoding_of(raw, _OLD)
    note = None
    if encoding in LANGUAGES:
        note = EngineError(
            "The file does not say how its words are written; they were read as {language}.",
            language=LANGUAGES[encoding],
        )
    elif encoding == _OLD:
        note = EngineError("The file does not say how its words are written; letters with accents may be wrong.")
    return [word.decode(encoding, "replace") for word in raw], note


def dialect_of(start: bytes, name: str) -> Dialect:
    """From a file's first bytes. Raises `InvalidDataFile`."""
    skipped = len(_BOM) if start.startswith(_BOM) else 0
    told = None
    lines = sample_lines(start[skipped:])
    if lines and lines[0].lower().startswith(b"sep=") and len(lines[0].strip()) == 5:  # Excel's word for it
        told = chr(lines[0][4])
        skipped += len(lines[0])
        lines = lines[1:]
    lines = [line for line in lines if line.strip()][:_LINES]
    if not lines:
        raise InvalidDataFile("{name} has no lines, or such long ones that it is no table of images.", name=name)
    separator = told or _separator(lines)
    if separator is None:
        raise InvalidDataFile(
            "{name} has only one column: an image takes one line, its pixels and its label separated by commas.",
            name=name,
        )
    plain = Dialect(separator, False, skipped, False)
    trailing = all(line.rstrip(b"\r\n").endswith(separator.encode()) for line in lines)
    rows = [plain.cells(line) for line in lines[1:] or lines]
    decimal_comma = separator != "," and any("," in cell for row in rows for cell in row if _is_comma_number(cell))
    return Dialect(separator, decimal_comma, skipped, trailing)


def sample_lines(start: bytes) -> list[bytes]:
    """The whole lines at the beginning; the last one too where the file ends with it."""
    lines = start.splitlines(keepends=True)
    return lines if len(start) < SAMPLE else lines[:-1]


def _is_comma_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ".", 1))
    except ValueError:
        return False
    return True


def _separator(lines: list[bytes]) -> str | None:
    """What cuts most lines into the same number of cells; of several, what cuts them into most."""

    def merit(separator: str) -> tuple[int, int]:
        counts = [
            len(line.split()) - 1 if separator == " " else line.strip().count(separator.encode()) for line in lines
        ]
        usual = max(set(counts), key=counts.count)
        return (0, 0) if usual == 0 else (counts.count(usual), usual)

    best = max(_SEPARATORS, key=merit)
    for other in (";", "\t"):
        if merit(other)[1] and merit(other)[0] == merit(best)[0]:
            return other  # where commas are decimal signs there are as many of them
    return best if merit(best)[1] else None
