"""ZIPs of pictures as Windows and macOS make them; PNG and JPEG of every kind; and what is wrong."""

import io
import struct
import warnings
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from engines.datasets.own import Bounds, Kind, Split, price, read_in_pieces, understood
from engines.datasets.own.pictures.decoding import decoded
from engines.datasets.own.pictures.grey import fitted
from engines.errors import InvalidDataFile
from engines.pieces import finished
from tests.engines.datasets.own import files
from tests.engines.datasets.own.files import archive, expected, images, picture, prepared, raw_archive, read, upload

X = images(12)
NAMES = np.array(["cat", "dog"])[np.arange(12) % 2]


def members(pattern="{label}/{at}.png", x=X, labels=NAMES, start=0):
    return {
        pattern.format(label=label, at=at): picture(image)
        for at, (label, image) in enumerate(zip(labels, x, strict=True), start)
    }


def zip_of(content, name="pets.zip"):
    return upload(name, content if isinstance(content, bytes) else archive(content))


MAC = {
    "__MACOSX/._pets": b"\0\5\x16\7",
    "__MACOSX/pets/cat/._0.png": b"\0\5\x16\7",
    "pets/.DS_Store": b"\0\0\0\1Bud1",
    "pets/cat/.DS_Store": b"\0\0\0\1Bud1",
    "pets/cat/._0.png": b"\0\5\x16\7",
}
WAYS = {
    "one folder a class": members(),
    "with a folder round it": members("my pets/{label}/{at}.PNG"),
    "with two": members("a/b/{label}/{at}.png"),
    "macOS": members("pets/{label}/{at}.png") | MAC,
    "Windows": members(r"pets\{label}\{at}.png") | {r"pets\cat\Thumbs.db": b"\xd0\xcf", r"pets\desktop.ini": b"[x]"},
    "a dot before": members("./{label}/{at}.png"),
    "folders of their own": {"pets/": b"", "pets/cat/": b"", "pets/empty/": b"", **members("pets/{label}/{at}.png")},
    "deeper": members("{label}/some/where/{at}.png"),
    "stored": None,
}


@pytest.mark.parametrize("way", WAYS)
def test_however_it_is_packed(way):
    content = WAYS[way] or archive(members(), zipfile.ZIP_STORED)
    material = read(zip_of(content))
    assert (material.kind, material.label_names, material.train) == (Kind.PICTURES, ("cat", "dog"), None)
    _look, data = prepared(material)
    assert files.by_content(data) == expected(X, NAMES)
    assert data.image_shape == (8, 8)
    notes = " ".join(map(str, material.notes))
    assert ("cat/some/where" in notes) == (way == "deeper")


def test_capital_letters_do_not_make_a_class():
    mixed = members(labels=["Cat", "dog", "cat", "DOG", "Cat", "dog"] * 2)
    material = read(zip_of(mixed))
    assert material.label_names == ("Cat", "dog")
    assert files.by_content(prepared(material)[1]) == expected(X, ["Cat", "dog"] * 6)


@pytest.mark.parametrize("names", [("train", "test"), ("Training", "Testing"), ("train", "valid")])
def test_folders_for_training_and_testing(names):
    x_test = images(4)
    for top in ("", "pets/"):
        both = members(f"{top}{names[1]}/{{label}}/{{at}}.png", x_test, NAMES[:4]) | members(
            f"{top}{names[0]}/{{label}}/{{at}}.png"
        )
        material = read(zip_of(both))
        _look, data = prepared(material)
        assert (material.train, understood(material).split) == (12, Split.GIVEN)
        assert ("for validation" in " ".join(map(str, material.notes))) == (names[1] == "valid")
        assert {row.tobytes() for row in data.x_test.values} == {image.tobytes() for image in x_test}


def test_classes_that_are_numbers_stand_in_their_order():
    names = [str(number) for number in (10, 9, 2, 1)] * 3
    assert read(zip_of(members(labels=names))).label_names == ("1", "2", "9", "10")


OLD = {
    "cp949": (["고양이", "강아지"], "Korean"),
    "shift_jis": (["ねこ", "いぬ"], "Japanese"),
    "gbk": (["狗", "猫"], None),
    "cp437": (["père", "mère"], "accents"),
}


@pytest.mark.parametrize("encoding", OLD)
def test_names_in_an_old_encoding_are_mended_or_said(encoding):
    names, word = OLD[encoding]
    labels = np.array(names)[np.arange(12) % 2]
    content = raw_archive({name.encode(encoding): body for name, body in members(labels=labels).items()})
    material = read(zip_of(content))
    notes = " ".join(map(str, material.notes))
    assert "does not say how its names are written" in notes
    if word:
        assert (set(material.label_names), word in notes) == (set(names), True)


def test_names_in_utf8_that_macos_takes_apart_and_does_not_mark():
    import unicodedata

    labels = np.array(["고양이", "café"])[np.arange(12) % 2]
    apart = {unicodedata.normalize("NFD", name).encode(): body for name, body in members(labels=labels).items()}
    for flags in (0, 1 << 11):
        material = read(zip_of(raw_archive(apart, flags)))
        assert (set(material.label_names), material.notes) == ({"고양이", "café"}, ())


# Pictures of every kind


def test_different_sizes_are_fitted_into_squares():
    shapes = [(8, 8), (40, 20), (300, 500), (64, 64)]
    made = {
        f"{'ab'[at % 2]}/{at}.png": picture(np.full(shape, 40 * at + 20, np.uint8)) for at, shape in enumerate(shapes)
    }
    material = read(zip_of(made))
    assert material.values.shape == (4, 64, 64)
    assert {int(image[32, 32]) for image in material.values} == {20, 60, 100, 140}
    assert "different sizes" in " ".join(map(str, material.notes))
    look, data = prepared(material)
    assert (understood(material).side, data.image_shape) == (28, (28, 28))
    assert "fitted into 28×28" in files.sentences(look)


def test_fitting_keeps_proportions_and_centres():
    wide = np.full((10, 20), 200, np.uint8)
    wide[:, :10] = 100
    square = fitted(wide, 40)
    assert square.shape == (40, 40)
    assert (square[20, 2], square[20, 37]) == (100, 200)
    assert len(np.unique(square[0])) == 1  # what is added has one level
    half = fitted(np.arange(256, dtype=np.uint8).reshape(16, 16), 8)
    means = np.arange(256).reshape(8, 2, 8, 2).mean(axis=(1, 3))
    assert np.abs(half - means).max() <= 0.5


def of(content, name="a.png"):
    """The one picture as it comes into the material, beside one that is black."""
    size = Image.open(io.BytesIO(content)).size
    material = read(zip_of({f"a/{name}": content, "b/b.png": picture(np.zeros(size[::-1], np.uint8))}))
    return material.values[0], " ".join(map(str, material.notes))


RED = np.zeros((8, 8, 3), np.uint8)
RED[..., 0] = 200


def test_colours_become_grey_and_that_is_said():
    values, notes = of(picture(RED))
    assert np.unique(values).tolist() == [60]  # 0.299 · 200
    assert "Colours were made grey" in notes
    grey = np.repeat(X[0][..., None], 3, axis=2)
    values, notes = of(picture(grey))
    np.testing.assert_array_equal(values, X[0])
    assert notes == ""


def test_every_mode_of_png():
    for mode in ("1", "P", "LA", "RGBA"):
        black_and_white = np.where(X[0] > 99, 255, 0).astype(np.uint8)
        np.testing.assert_array_equal(of(picture(black_and_white, mode=mode))[0], black_and_white)
        assert "transparent" not in of(picture(black_and_white, mode=mode))[1]  # opaque all over
    values, notes = of(picture((X[0].astype(np.uint16) * 257).astype(np.uint16)))
    np.testing.assert_array_equal(values, X[0])
    assert "65,535 became 255" in notes


def test_what_is_transparent_lies_on_white_and_that_is_said():
    values = np.zeros((8, 8, 4), np.uint8)
    values[2:6, 2:6, 3] = 255  # a black square, nothing round it
    found, notes = of(picture(values))
    assert (found[0, 0], found[3, 3]) == (255, 0)
    assert "transparent" in notes


def test_jpeg_grey_colour_cmyk_and_progressive():
    smooth = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8) * 3
    for mode, options in [(None, {}), ("RGB", {}), ("CMYK", {}), (None, {"progressive": True})]:
        values, _ = of(picture(smooth, "JPEG", mode, quality=95, **options), "a.JPG")
        assert np.abs(values.astype(int) - smooth).max() <= 12


def test_a_photo_is_turned_as_the_camera_was_held():
    smooth = np.tile(np.arange(32, dtype=np.uint8) * 8, (32, 1))  # bright at the right
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right by 90 degrees
    values, _ = of(picture(smooth, "JPEG", quality=95, exif=exif), "a.jpeg")
    assert values[30, 16] > 220 > 30 > values[1, 16]


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True})])
def test_decoding_in_pieces_gives_what_pillow_gives_at_once(kind, options):
    x = np.random.default_rng(0).integers(0, 256, (700, 600, 3), np.uint8)
    content = picture(x, kind, **options)
    work = decoded(content, "a")
    pieces = 0
    while True:
        try:
            next(work)
            pieces += 1
        except StopIteration as end:
            found = end.value
            break
    expected_picture = Image.open(io.BytesIO(content))
    expected_picture.draft("L", (128, 128))
    assert pieces >= 3
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected_picture))


# What is wrong


def png_of_size(width, height):
    """A PNG that announces a size and has no pixels."""
    head = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + bytes(2000)


LARGE_JPEG = (
    b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08" + struct.pack(">2H", 10_000, 10_000) + b"\1\1\x11\0" + bytes(200_000)
)


def with_flag(content: bytes, flag: int) -> bytes:
    """The archive with a flag set in both headers of its first file."""
    content = bytearray(content)
    content[6] |= flag
    content[content.index(b"PK\x01\x02") + 8] |= flag
    return bytes(content)


def with_method(content: bytes, method: int) -> bytes:
    content = bytearray(content)
    content[content.index(b"PK\x01\x02") + 10] = method
    return bytes(content)


GOOD = members()
WRONG = {
    "a picture in no folder": (members("{at}.png"), "'0.png' is in no folder of a class"),
    "one in no folder": (GOOD | {"x.png": picture(X[0])}, "'x.png' is in no folder of a class"),
    "other pictures": ({"a/a.gif": b"GIF89a", "b/b.heic": b"x"}, "pictures that are not read, such as 'a/a.gif'"),
    "a foreign file": (GOOD | {"cat/x.png": b"<html>"}, r"pets.zip: cat/x.png is neither PNG nor JPEG.*a web page"),
    "an unknown file": (GOOD | {"cat/x.png": b"\1\2\3\4"}, "cat/x.png is neither PNG nor JPEG"),
    "a GIF called PNG": (GOOD | {"cat/x.png": picture(X[0], "GIF")}, "neither PNG nor JPEG"),
    "a picture cut off": (GOOD | {"cat/x.png": GOOD["cat/0.png"][:60]}, "cat/x.png is a damaged picture"),
    "a header cut off": (GOOD | {"cat/x.png": GOOD["cat/0.png"][:18]}, "cat/x.png is a damaged picture: its header"),
    "100 megapixels": (GOOD | {"cat/x.png": png_of_size(10_000, 10_000)}, "10,000×10,000 pixels; at most 12,600,000"),
    "100 megapixels as JPEG": (GOOD | {"cat/x.jpg": LARGE_JPEG}, "10,000×10,000 pixels; at most 12,600,000"),
    "many pixels in few bytes": (GOOD | {"cat/x.png": png_of_size(3000, 3000)}, "3,000×3,000 pixels in 2,0.. bytes"),
    "a path upwards": (GOOD | {"../x.png": b"x"}, "a file whose path leads out of the archive, '../x.png'"),
    "a path upwards within": (GOOD | {"cat/../../x.png": b"x"}, "leads out of the archive"),
    "an absolute path": (GOOD | {"/etc/x.png": b"x"}, "leads out of the archive"),
    "a path of Windows": (GOOD | {"C:\\x.png": b"x"}, "leads out of the archive"),
    "only junk": (MAC, "an archive without any data"),
    "nothing": ({}, "an empty archive"),
    "an archive within": ({"a.zip": archive(GOOD)}, "a.zip is an archive within an archive"),
    "many texts": ({f"{at}.txt": b"hello" for at in range(20)}, "archive of 20 files without pictures"),
    "locked": (with_flag(archive(GOOD), 1), "cat/0.png is locked by a password"),
    "packed otherwise": (with_method(archive(GOOD), 9), r"packed by a method that is not read \(9\)"),
    "directory cut off": (archive(GOOD)[:-30], "a ZIP archive that is cut off"),
    "content damaged": (archive(GOOD, 0).replace(GOOD["cat/0.png"], GOOD["cat/0.png"][:-9] + b"123456789"), "damaged"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case):
    content, message = WRONG[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Pillow only warns of pictures that are too large
        with pytest.raises(InvalidDataFile, match=message):
            read(zip_of(content))


def test_ten_thousand_classes_and_other_bounds():
    many = zip_of({f"{at}/a.png": b"x" for at in range(10_000)})
    with pytest.raises(InvalidDataFile, match="10,000 folders, each a class; at most 100"):
        price([many])
    with pytest.raises(InvalidDataFile, match="an archive of 10,000 files; at most 9,999"):
        price([many], Bounds(members=9_999))
    with pytest.raises(InvalidDataFile, match="12 images; at most 11"):
        price([zip_of(GOOD)], Bounds(images=11))
    with pytest.raises(InvalidDataFile, match="bytes when unpacked; at most 100"):
        price([zip_of(GOOD)], Bounds(unpacked=100))


def test_bombs():
    zeros = bytes(10**7)
    with pytest.raises(InvalidDataFile, match=r"unpacks to [\d,]+ times its size"):
        next(iter(read_in_pieces([zip_of({"a/a.png": zeros, "b/b.png": zeros})])))
    # many entries that share the same packed bytes, as Fifield's bomb
    content = archive({"a/a.png": zeros[:100_000]})
    at = content.index(b"PK\x01\x02")
    entry, end = content[at:-22], bytearray(content[-22:])
    end[8:16] = struct.pack("<2HI", 2000, 2000, 2000 * len(entry))
    with pytest.raises(InvalidDataFile, match="damaged ZIP archive"):
        price([zip_of(content[:at] + entry * 2000 + bytes(end))])


def test_files_for_more_than_65535_members_are_refused_before_their_directory_is_read():
    content = bytearray(archive(GOOD))
    content[-14:-10] = b"\xff" * 4
    with pytest.raises(InvalidDataFile, match="more than 65,535 files"):
        price([zip_of(bytes(content))])


def test_the_price_covers_what_is_held_and_one_large_picture():
    file = zip_of(GOOD)
    material = read(file)
    assert material.nbytes + 12 * 64 <= price([file]) < 20e6
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1000), np.uint8)
    assert price([zip_of(GOOD | {"cat/x.png": picture(noise)})]) > 6e6


def test_an_old_picture_is_finished():
    assert finished(decoded(GOOD["cat/0.png"], "a")).size == (8, 8)
