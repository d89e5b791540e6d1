"""Mark the links that a class has handed in: `python -m lessons.mark links.txt` writes a table as CSV.

A link a line; blank lines and those that begin with # are passed over. Every answer is computed anew here, from the
name and the assignment. The table goes to the screen, or with `--out` into a file.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from lessons.handed_in import assignment_of
from lessons.marking import Row, marked

MOST_BYTES = 20_000_000
COLUMNS = ("line", "student", "question", "step", "predicted", "right", "skipped", "answer", "findings")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?")
_FORMULA = tuple("=+-@＝＋－＠\t\r")  # what a spreadsheet takes for one begins so, the wide signs too


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lessons.mark", description=__doc__.partition("\n")[0])
    parser.add_argument("links", type=Path, help="a text file, one link a line")
    parser.add_argument("--out", type=Path, help="the file for the table; without it the table goes to the screen")
    parser.add_argument("--assignment", default="", help="its link, or the code in it; by default that of most links")
    parser.add_argument("--seconds", type=float, default=60.0, help="for one answer at most (60)")
    said = parser.parse_args()
    try:
        lines = read_lines(said.links)
        rows = marked(lines, assignment_of(said.assignment), said.seconds)
        if said.out:
            with said.out.open("w", encoding="utf-8-sig", newline="") as file:  # Excel asks for the mark in front
                write_table(rows, file)
        else:
            sys.stdout.reconfigure(encoding="utf-8", newline="")
            write_table(rows, sys.stdout)
    except OSError as error:
        parser.exit(2, f"{error.filename or said.links}: {error.strerror}\n")
    return 0


def read_lines(path: Path) -> list[str]:
    """The lines of a text file, in whatever of the usual ways an editor has written it."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return re.split(r"\r\n|\r|\n", data.decode(encoding, errors="replace"))


def write_table(rows: Iterable[Row], file: TextIO) -> None:
    """The table, each row as soon as it is known."""
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for row in rows:
        said = (row.line, row.student, row.question, row.step, row.predicted, row.right, row.skipped, row.answer)
        table.writerow([cell(str(each)) for each in (*said, "; ".join(row.findings))])
        file.flush()


def cell(text: str) -> str:
    """The text as a spreadsheet shows it: what it would take for a formula has an apostrophe in front.

    >>> cell("=1+1"), cell("-0.5"), cell("Kim")
    ("'=1+1", '-0.5', 'Kim')
    """
    is_formula = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


if __name__ == "__main__":
    sys.exit(main())
