"""CSV: as Kaggle has it, with and without header, label first and last, as spreadsheets write it; and what is wrong."""

import gzip
import re
from dataclasses import replace

import numpy as np
import pytest

from engines.datasets.own import Bounds, Kind, Split, price, recognised, understood
from engines.datasets.own.tables.counting import TEXT
from engines.errors import InvalidData, InvalidDataFile
from tests.engines.datasets.own import files
from tests.engines.datasets.own.files import LABELS, expected, images, prepared, read, rows, table, upload

X, Y = images(), LABELS
HEADER = ["label", *(f"pixel{at}" for at in range(64))]
KAGGLE = table(rows(X, Y), HEADER)


def csv_of(content, name="train.csv"):
    return upload(name, content)


WAYS = {
    "kaggle": KAGGLE,
    "no header": table(rows(X, Y)),
    "label last": table(rows(X, Y, first=False), [*HEADER[1:], "label"]),
    "label last, no header": table(rows(X, Y, first=False)),
    "label last under another name": table(rows(X, Y, first=False), [*HEADER[1:], "what"]),
    "label within": table([[*row[1:9], row[0], *row[9:]] for row in rows(X, Y)], [*HEADER[1:9], "Label", *HEADER[9:]]),
    "semicolons": table(rows(X, Y), HEADER, ";"),
    "tabs": table(rows(X, Y), HEADER, "\t"),
    "blanks": table(rows(X, Y), None, " "),
    "byte order mark": b"\xef\xbb\xbf" + KAGGLE,
    "windows": table(rows(X, Y), HEADER, end="\r\n"),
    "old macs": table(rows(X, Y), HEADER, end="\r"),
    "excel": b"\xef\xbb\xbfsep=;\r\n" + table(rows(X, Y), HEADER, ";", "\r\n"),
    "no last line end": KAGGLE.rstrip(),
    "blank lines": KAGGLE.replace(b"\n", b"\n\n"),
    "empty rows of a spreadsheet": KAGGLE + b"," * 64 + b"\n",
    "trailing separators": KAGGLE.replace(b"\n", b",\n"),
    "quotes": re.sub(rb"[^,\n]+", lambda cell: b'"' + cell[0] + b'"', KAGGLE),
    "as decimals": re.sub(rb"(?<=[,\n])(\d+)", rb"\1.0", KAGGLE),
    "numbered by pandas": table([[at, *row] for at, row in enumerate(rows(X, Y))], ["", *HEADER]),
    "numbered by pandas, then shuffled": table(
        [[(37 * at) % 60, *row] for at, row in enumerate(rows(X, Y))], ["", *HEADER]
    ),
    "numbered, no header, words beside": table([[at, *row, "a b"] for at, row in enumerate(rows(X, Y))]),
    "numbers in columns": "\n".join("".join(f"{cell:4d}" for cell in row) for row in rows(X, Y)).encode(),
    "names of files": table([[f"a{at}.png", *row] for at, row in enumerate(rows(X, Y))], ["file", *HEADER]),
    "packed": gzip.compress(KAGGLE),
    "zipped": files.archive({"data/train.csv": KAGGLE, "__MACOSX/data/._train.csv": b"\0\5"}),
    "columns numbered": table(rows(X, Y), ["label", *range(64)]),
}


WITHOUT_HEADER = (
    *("no header", "label last, no header", "blanks", "numbered, no header, words beside", "numbers in columns"),
)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_writing_it_is_the_same_data_set(way):
    file = csv_of(WAYS[way])
    material = read(file)
    assert (material.kind, recognised([file])) == (Kind.CSV, Kind.CSV)
    assert (material.images, material.values.dtype) == (60, np.uint8)
    look, data = prepared(material)
    assert files.by_content(data) == expected(X, Y)
    assert (look.given_range, look.value_range) == ((0, 255), (0, 1))
    assert not files.kinds(look) - {"sorted"}
    header = "The first line is a header and left out." in files.sentences(look)
    assert header == (way not in WITHOUT_HEADER)


@pytest.mark.parametrize(("separator", "sign"), [(";", ","), ("\t", ","), (",", "."), (";", ".")])
def test_fractions_with_point_or_comma(separator, sign):
    written = [[label, *(f"{value / 255:.3f}".replace(".", sign) for value in row)] for label, *row in rows(X, Y)]
    lines = "\n".join(separator.join(map(str, row)) for row in written)
    material = read(csv_of(lines.encode()))
    assert (material.values.dtype, material.divisor) == (np.uint8, 255)
    assert ("decimal comma" in " ".join(map(str, material.notes))) == (sign == ",")
    assert files.by_content(prepared(material)[1]) == expected(X, Y)


def test_words_as_labels():
    words = np.array(["cat", "dog", "고양이"])[Y % 3]
    for first in (True, False):
        material = read(csv_of(table(rows(X, words, first), HEADER if first else None)))
        look, data = prepared(material)
        assert data.class_names == ("cat", "dog", "고양이")
        assert files.by_content(data) == expected(X, words)
        assert "label" not in files.kinds(look)


@pytest.mark.parametrize(
    ("encoding", "words", "language"),
    [
        ("cp949", ("강아지", "고양이", "a"), "Korean"),
        ("cp1252", ("Käse", "b", "café"), "accents"),
        ("utf-8", "가나다", ""),
    ],
)
def test_words_as_windows_writes_them(encoding, words, language):
    """Excel in Korea saves CSV in CP949: read as UTF-8 all words of one length would be one class."""
    labels = np.array(list(words))[Y % 3]
    material = read(
        csv_of(
            table(rows(X, labels), ["레이블" if encoding == "cp949" else "label", *HEADER[1:]])
            .decode()
            .encode(encoding)
        )
    )
    assert material.columns[understood(material).label_column] in ("레이블", "label")
    assert files.by_content(prepared(material)[1]) == expected(X, labels)
    assert ("how its words are written" in " ".join(map(str, material.notes))) == bool(language)
    assert language in " ".join(map(str, material.notes))


@pytest.mark.parametrize("first", [True, False])
def test_labels_that_are_words_late_in_a_file(first):
    """Sorted by class as folders are: the first lines have numbers as labels."""
    names = np.array(list("0123456789ABCDE"))[np.sort(np.arange(60) % 15)]
    material = read(csv_of(table(rows(X, names, first), HEADER if first else None)))
    assert files.by_content(prepared(material)[1]) == expected(X, names)
    other = csv_of(table(rows(X[:12], list("01") * 6, first), HEADER if first else None), "test.csv")
    both = read(csv_of(table(rows(X, names, first), HEADER if first else None)), other)
    assert prepared(both)[1].class_names == tuple("0123456789ABCDE")


def test_labels_that_count_through_the_first_lines_do_not_number_them():
    y = np.arange(78) % 26
    x = images(78)
    material = read(csv_of(table(rows(x, y))))
    assert material.numbered is None
    assert files.by_content(prepared(material)[1]) == expected(x, y)


def test_of_two_files_one_may_have_a_header():
    test = table(rows(images(20), LABELS[:20]))
    material = read(csv_of(KAGGLE), csv_of(test, "test.csv"))
    assert (material.images, material.train) == (80, 60)
    assert "The first line of test.csv is an image." in map(str, material.notes)


def test_two_files_the_second_one_for_testing():
    x_test, y_test = images(20), LABELS[:20]
    uploads = [csv_of(table(rows(x_test, y_test), HEADER), "mnist_test.csv"), csv_of(KAGGLE, "mnist_train.csv")]
    material = read(*uploads)
    assert (material.train, material.files) == (60, ("mnist_train.csv", "mnist_test.csv"))
    _look, data = prepared(material)
    assert understood(material).split is Split.GIVEN
    assert {row.tobytes() for row in data.x_test.values} == {image.tobytes() for image in x_test}
    unlabelled = csv_of(table([row[1:] for row in rows(x_test, y_test)], HEADER[1:]), "test.csv")
    with pytest.raises(InvalidDataFile, match=r"test.csv has 64 columns, but train.csv has 65: one of them may be"):
        read(csv_of(KAGGLE), unlabelled)


def test_the_choices_can_be_corrected():
    """A first line of numbers that is a header after all; another column for the labels."""
    material = read(csv_of(table(rows(X, Y), range(100, 165, 1))))
    assert (material.header, material.first_is_row, material.images) == (True, False, 60)  # 100, 101, … count
    material = read(csv_of(table(rows(X, Y))))
    choice = understood(material)
    assert (material.first_is_row, choice.header, choice.label_column, material.label_columns) == (
        True,
        False,
        0,
        (0, 64),
    )
    look, data = prepared(material, replace(choice, header=True))
    assert files.by_content(data) == expected(X[1:], Y[1:])
    assert files.remedy(look, "header").remedy == choice
    with pytest.raises(InvalidData, match=r"All labels are '0'.* Is that the right column"):
        prepared(material, replace(choice, label_column=64))


def test_a_label_read_as_a_pixel_and_a_pixel_read_as_label_are_suspected():
    x = X.copy()
    x[:, -1, -1] = np.arange(60) % 4 * 60  # few values, with gaps
    material = read(csv_of(table(rows(x, Y))))
    choice = understood(material)
    assert choice.label_column == 0
    look, _ = prepared(material, replace(choice, label_column=64))
    assert files.remedy(look, "pixel_as_label").remedy == choice
    x[:, -1, -1] = np.arange(60) % 4
    look, _ = prepared(read(csv_of(table(rows(x, Y)))), choice)
    assert files.remedy(look, "label_as_pixel").remedy == replace(choice, label_column=64)


def test_long_files_are_read_in_pieces_and_keep_their_order():
    x = images(6000)
    y = np.arange(6000) % 10
    content = table(rows(x, y), HEADER)
    assert len(content) > 3 * TEXT
    material = read(csv_of(content))
    np.testing.assert_array_equal(material.apart[0].values, y)
    np.testing.assert_array_equal(material.values, x.reshape(6000, 64)[:, :-1])


def test_a_number_that_is_no_byte_late_in_a_file_changes_nothing_before():
    x = images(6000).reshape(6000, 64).astype(object)
    x[5990, 20] = 300.5
    material = read(csv_of(table([[at % 10, *row] for at, row in enumerate(x.tolist())], HEADER)))
    assert material.values.dtype == np.float32
    np.testing.assert_array_equal(material.values, x[:, :-1].astype(np.float32))
    assert understood(material).white == 300.5


def broken(line: int, cells: str) -> bytes:
    lines = KAGGLE.decode().splitlines()
    lines[line] = cells
    return "\n".join(lines).encode()


ZEROS = ",".join(["0"] * 64)
WRONG = {
    "too few cells": (broken(30, "1,2,3"), "cells in line 31 of train.csv is 3, not 65"),
    "too many cells": (broken(30, f"{ZEROS},0,0"), "cells in line 31 of train.csv is 66, not 65"),
    "a word": (broken(30, f"{ZEROS},much"), r"line 31, column 65: 'much' is no number"),
    "an empty cell": (broken(30, f"1,,{ZEROS[2:]}"), "line 31, column 2: the cell is empty"),
    "not a number": (broken(30, f"{ZEROS},nan"), r"line 31, column 65: 'nan' is no number"),
    "not a number early": (broken(3, f"{ZEROS},NaN"), r"line 4, column 65: 'NaN' is no number"),
    "infinite": (broken(30, f"{ZEROS},1e999"), r"line 31, column 65: '1e999' is no number"),
    "enormous": (broken(30, f"{ZEROS},1e200"), r"line 31, column 65: '1e200' is no number"),
    "underscores": (broken(30, f"{ZEROS},1_0"), r"line 31, column 65: '1_0' is no number"),
    "ragged beside words": (
        table([[f"{at}.png", *row] + [7] * (at == 40) for at, row in enumerate(rows(X, Y))]),
        "cells in line 41 of train.csv is 67, not 66",
    ),
    "one column": (b"1\n2\n3\n", "only one column"),
    "a word early": (broken(3, f"3,abc,{ZEROS[2:]}"), "line 4, column 2: 'abc' is no number"),
    "a word after blank lines": (
        broken(30, f"{ZEROS},much").replace(b"\n", b"\n\n", 5),
        r"line 36, column 65: 'much' is no number",
    ),
    "only a header": (table([], HEADER), "has no line with an image"),
    "words only": (table([["a", "b"], ["c", "d"]], ["e", "f"]), "no column of numbers"),
    "two headers": (table([], HEADER) + KAGGLE, "line 2, column 2: 'pixel0' is no number"),
    "blank": (b"\n\n\n  \n", "no lines"),
    "empty": (b"", "train.csv is empty; expected was two IDX files"),
    "a web page": (b"<!DOCTYPE html><html></html>", "it is a web page"),
    "json": (b'{"label": [1, 2]}', "it is a JSON text"),
    "utf-16": ("\ufeff1,2,3\n".encode("utf-16-le"), "UTF-16: save it as CSV in UTF-8"),
    "a picture": (files.picture(X[0]), "it is a picture"),
    "a workbook": (files.archive({"[Content_Types].xml": b"<x/>", "xl/a.xml": b"<x/>"}), "perhaps an Excel workbook"),
    "zeros": (bytes(4) + b"\0\1\2", "IDX|dimensions"),
    "noise": (b"\x01\xfe\x13\x9a" * 50, "kind of file that is not known"),
    "a line without end": (b"1," * 200_000, "no lines, or such long ones"),
    "packed and cut off": (gzip.compress(KAGGLE)[:-20], "is cut off"),
    "packed twice": (gzip.compress(gzip.compress(KAGGLE)), "gzipped twice"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case):
    content, message = WRONG[case]
    with pytest.raises((InvalidDataFile, InvalidData), match=message):
        prepared(read(csv_of(content)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (table([[0, *range(10)], [1, *range(10)]] * 9), "10 numbers besides the label, which is no square number"),
        (table([[3, *row[1:]] for row in rows(X, Y)]), "All labels are '3'"),
        (
            table([[at, *row[1:]] for at, row in enumerate(rows(images(300), range(300)))], HEADER),
            "300 different labels",
        ),
        (table([[at / 4, *row[1:]] for at, row in enumerate(rows(X, Y))], HEADER), "column label has fractions"),
        (table([[10**17 + row[0], *row[1:]] for row in rows(X, Y)], HEADER), "numbers too large for labels"),
    ],
    ids=["no square", "one label", "many labels", "fractions", "too large"],
)
def test_tables_that_make_no_data_set(content, message):
    with pytest.raises(InvalidData, match=message):
        prepared(read(csv_of(content)))


def test_bounds():
    with pytest.raises(InvalidDataFile, match="more than 59 lines"):
        read(csv_of(KAGGLE), bounds=Bounds(images=59))
    with pytest.raises(InvalidDataFile, match="65 columns; at most 64"):
        read(csv_of(KAGGLE), bounds=Bounds(columns=64))
    with pytest.raises(InvalidDataFile, match="more than fits"):
        read(csv_of(KAGGLE), bounds=Bounds(memory=2000))
    with pytest.raises(InvalidDataFile, match="more than fits"):
        price([csv_of(KAGGLE)], Bounds(memory=2000))
    with pytest.raises(InvalidDataFile, match=r"unpacks to .* times its size"):
        read(csv_of(gzip.compress((b"0," * 64 + b"0\n") * 30_000)))
    with pytest.raises(InvalidDataFile, match="more than 5,000 bytes when unpacked"):
        read(csv_of(gzip.compress(KAGGLE)), bounds=Bounds(unpacked=5000))


def test_the_price_covers_what_is_held():
    for content in (KAGGLE, WAYS["no header"], WAYS["as decimals"], WAYS["names of files"]):
        file = csv_of(content)
        material = read(file)
        _, data = prepared(material)
        assert material.nbytes + data.x_train.nbytes + data.x_test.nbytes <= price([file])
