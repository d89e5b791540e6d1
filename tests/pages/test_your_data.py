"""Your data: from files of somebody's own to a run on them; what is wrong with them is said and loses nothing."""

import gzip
import io
import struct
import time

import numpy as np
import pytest

from tests.pages.driving import open_page, texts
from ui.jobs import live
from ui.parts import upload as upload_field
from ui.server.budget import Budget

LETTERS = 26


def letters(rng, each=5):
    """Upright images (n, 6, 6) of bytes, light on dark, and their labels 1 to 26, mixed."""
    labels = rng.permutation(np.repeat(np.arange(1, LETTERS + 1), each)).astype(np.uint8)
    images = np.zeros((len(labels), 6, 6), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[label % 5, : 1 + label // 6] = 255
        image[5, 2:4] = rng.integers(100, 255, 2)
    return images, labels


def idx(values):
    return struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape) + values.tobytes()


def csv(images, labels, header=""):
    rows = np.column_stack([images.reshape(len(images), -1), labels])
    return (header + "".join(",".join(map(str, row)) + "\n" for row in rows)).encode()


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def upload(app, *files):
    """Choose these files, (name, content) each, and wait for what comes of them."""
    app.file_uploader[0].set_value([(name, content, "application/octet-stream") for name, content in files]).run()
    return settled(app)


def settled(app):
    """Run the page until nothing is read or prepared any more."""
    deadline = time.monotonic() + 60
    while any(live.is_live(job.state) for job in jobs(app)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
        app.run()
    app.run()
    assert not app.exception
    return app


def jobs(app):
    return [job for key, job in (stored(app, "_live_jobs") or {}).items() if key.startswith("own_data")]


def stored(app, key):
    try:
        return app.session_state[key]
    except KeyError:
        return None


def press(app, key):
    app.button(key=key).click().run()
    return settled(app)


def look(app):
    return stored(app, "own_data.look")


def held(app):
    """The data sets that the session has, by name."""
    return {name: kept.data for name, kept in app.session_state["_own_data"].items()}


def errors(app):
    return [error.value for error in app.error]


def keys(app):
    return {str(button.key) for button in app.button}


@pytest.fixture
def emnist():
    """EMNIST's letters as published: rows and columns exchanged, labels from 1."""
    images, labels = letters(np.random.default_rng(3))
    turned = np.ascontiguousarray(images.swapaxes(1, 2))
    files = ("emnist-letters-images.gz", gzip.compress(idx(turned))), ("emnist-letters-labels", idx(labels))
    return images, labels, files


def test_from_two_files_to_a_run(emnist, backend):
    upright, labels, files = emnist
    app = upload(open_page("your_data", backend=backend), *files)
    assert errors(app) == []
    assert app.file_uploader[0].value == []  # the files are gone
    seen = look(app)
    assert (len(seen.images), seen.class_names[:3]) == (20, ("a", "b", "c"))
    assert {suspicion.kind for suspicion in seen.suspicions} >= {"turned"}
    assert app.session_state["settings"].data == "digits"  # nothing is used unasked

    turned = next(k for k, each in enumerate(seen.suspicions) if each.kind == "turned")
    press(app, f"own_data.mend.{turned}")
    np.testing.assert_array_equal(look(app).images, seen.images.swapaxes(1, 2))
    assert app.toggle(key="own_data.choice.turned").value
    press(app, "own_data.use")
    assert len(app.success) == 1
    (data,) = held(app).values()
    assert app.session_state["settings"].data == data.name
    assert (len(data.y_train), len(data.y_test)) == (LETTERS * 4, LETTERS)
    known = {(int(label), image.tobytes()) for image, label in zip(upright, labels, strict=True)}
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        found = np.rint(255 * x[:]).astype(np.uint8)
        assert {(int(label) + 1, image.tobytes()) for image, label in zip(found, y, strict=True)} <= known

    app.switch_page("pages/training_loop.py").run()
    app.button(key="step").click().run()
    assert not app.exception
    assert app.session_state["training"].run.trainer.data is data
    assert app.session_state["training"].job.snapshot.steps == 1


@pytest.fixture
def budget(monkeypatch):
    """A session's budget in bytes, set anew."""

    def set_to(size):
        made = Budget(size, 1e9)
        monkeypatch.setattr(live, "budget", lambda: made)
        monkeypatch.setattr(upload_field, "budget", lambda: made)
        return made

    return set_to


BAD = {
    "a photograph": ("me.jpg", b"\xff\xd8\xff\xe0" + b"\x10" * 300, "me.jpg"),
    "a pickle": ("data.npz", npz(x_train=np.array([{"a": 1}] * 3, object), y_train=np.arange(3)), "data.npz"),
    "cut off": ("data.npz", npz(x_train=np.zeros((9, 4, 4), np.uint8), y_train=np.arange(9))[:-200], "data.npz"),
    "empty": ("data.csv", b"", "data.csv"),
    "ragged": ("data.csv", b"1,2,3,4,0\n1,2,3,0\n" * 9, "data.csv"),
}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_bad_file_gets_one_sentence_and_the_former_preview_stays(emnist, language):
    _upright, _labels, files = emnist
    app = upload(open_page("your_data", lang=language), *files)
    before, controls = look(app), {str(toggle.key): toggle.value for toggle in app.toggle}
    for name, content, said in BAD.values():
        upload(app, (name, content))
        (error,) = errors(app)
        assert said in error
        assert "log" not in error
        assert look(app) is before
        assert {str(toggle.key): toggle.value for toggle in app.toggle} == controls
        assert not app.button(key="own_data.use").disabled
        assert app.file_uploader[0].value == []
    upload(app, *files)
    assert errors(app) == []  # the next that can be read takes the sentence away


def test_images_wait_in_the_field_for_their_labels(emnist):
    _upright, _labels, (images, labels) = emnist
    app = upload(open_page("your_data"), images)
    (error,) = errors(app)
    assert "labels" in error
    assert [file.name for file in app.file_uploader[0].value] == [images[0]]
    upload(app, images, labels)
    assert errors(app) == []
    assert look(app) is not None


def test_a_table_is_corrected_while_the_preview_follows():
    rng = np.random.default_rng(5)
    images, labels = rng.integers(0, 17, (60, 4, 4)), rng.permutation(np.repeat([3, 7], 30))
    images[:, 0] = 0
    app = upload(open_page("your_data"), ("marks.csv", csv(images, labels)))
    assert look(app).class_names == ("3", "7")
    assert look(app).given_range == (0, 16)
    assert int(look(app).train_counts.sum() + look(app).test_counts.sum()) == 60
    column = app.selectbox(key="own_data.choice.label_column")
    assert column.options[column.value].startswith("last")
    column.set_value(0).run()
    settled(app)
    assert len(errors(app)) == 1  # all of its labels are equal
    press(app, "own_data.undo")
    assert look(app).class_names == ("3", "7")

    app.toggle(key="own_data.choice.header").set_value(True).run()
    settled(app)
    assert int(look(app).train_counts.sum() + look(app).test_counts.sum()) == 59
    press(app, "own_data.back")
    assert int(look(app).train_counts.sum() + look(app).test_counts.sum()) == 60
    assert "own_data.back" not in keys(app)

    upright = look(app)
    app.toggle(key="own_data.choice.inverted").set_value(True).run()
    settled(app)
    np.testing.assert_allclose(look(app).images, 1 - upright.images, atol=0.02)
    app.selectbox(key="own_data.choice.side").set_value(2).run()
    settled(app)
    assert look(app).images.shape[1] == look(app).images.shape[2] != 4


def test_choices_that_make_no_data_are_taken_back():
    images, labels = letters(np.random.default_rng(1))
    app = upload(open_page("your_data"), ("some.npz", npz(x=images, y=labels)))
    before = look(app)
    app.text_input(key="own_data.choice.white").set_value("-3").run()
    settled(app)
    assert len(errors(app)) == 1
    assert look(app) is before
    assert app.button(key="own_data.use").disabled
    press(app, "own_data.undo")
    assert errors(app) == []
    assert not app.button(key="own_data.use").disabled


def test_what_was_brought_is_removed_again():
    images, labels = letters(np.random.default_rng(1))
    app = press(upload(open_page("your_data"), ("some.npz", npz(x=images, y=labels))), "own_data.use")
    (name,) = held(app)
    assert any("some.npz" in text for text in texts(app))
    press(app, f"own_data.remove.{name}")
    assert held(app) == {}
    assert app.session_state["settings"].data == "digits"
    assert not app.button(key="own_data.use").disabled  # it is prepared still, and can be used once more

    named = upload(open_page("your_data", data=name), ("some.npz", npz(x=images, y=labels)))  # as a link names it
    assert not named.success  # nothing has learned from it yet
    press(named, "own_data.use")
    assert (list(held(named)), len(named.success)) == ([name], 1)


def test_nothing_is_counted_twice_and_another_page_may_have_the_memory(emnist, budget):
    _upright, _labels, files = emnist
    allowed = budget(1e9)

    def claims():
        return {what: claim.size for (_session, what), claim in allowed._claims.items() if what.startswith("own")}

    app = upload(open_page("your_data"), *files)
    (job,) = jobs(app)
    data = job.snapshot.data
    pixels = data.x_train.nbytes + data.x_test.nbytes
    assert 2 * pixels <= sum(claims().values()) <= 3 * pixels + 60 * len(emnist[1])
    del job
    press(app, "own_data.use")
    assert claims()["own_data.prepare"] == 0
    assert claims()[f"own.{data.name}"] >= pixels
    allowed._session = allowed.claimed + 1000
    app.switch_page("pages/training_loop.py").run()
    assert set(claims()) == {f"own.{data.name}"}
    allowed._session = 1e9
    app.switch_page("pages/your_data.py").run()
    (error,) = errors(app)
    assert "made room" in error
    assert app.session_state["settings"].data == data.name


def test_what_is_brought_counts_against_the_session(emnist, budget):
    _upright, _labels, files = emnist
    budget(3e6)
    app = upload(open_page("your_data"), *files)
    (error,) = errors(app)
    assert "MB of memory" in error
    assert look(app) is None
